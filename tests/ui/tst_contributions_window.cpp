// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of contributions in the main window. Its figures are in tst_contribution_figures.cpp.
#include "tests/ui/contributions_window.h"
#include "ui/text/labels.h"

#include <QAction>
#include <QDockWidget>
#include <QHeaderView>
#include <QProgressBar>

#include <algorithm>
#include <cmath>

using namespace headscope;
using namespace headscope::test;

class TestContributionsWindow : public ContributionsWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { openSettings(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void rowsSortAndAClickChoosesTheHead()
    {
        open(goldenRun());
        press(Qt::Key_F8);
        auto* table = parts();
        const auto value = [&](int row) {
            return table->model()->index(row, 0).siblingAtColumn(ContributionModel::ValueColumn).data().toDouble();
        };
        const int rows = table->model()->rowCount();
        QCOMPARE(rows, 3 * (4 + 2) + 4);
        for (int row = 1; row < rows; ++row)
            QVERIFY(value(row - 1) >= value(row)); // the strongest for A first
        const auto header = [&](int column) {
            auto* bar = table->horizontalHeader();
            QTest::mouseClick(bar->viewport(), Qt::LeftButton, {},
                {bar->sectionViewportPosition(column) + bar->sectionSize(column) / 2, bar->height() / 2});
        };
        header(ContributionModel::ValueColumn);
        for (int row = 1; row < rows; ++row)
            QVERIFY(value(row - 1) <= value(row));
        header(ContributionModel::PartColumn);
        header(ContributionModel::PartColumn);
        const bool first = table->model()->index(0, 0).data() == u"Embedding"_s;
        QVERIFY(first || table->model()->index(0, 0).data() == u"Logit bias"_s);

        HeadSelection& selection = window_->inspector().selection();
        selection.choose({LayerId{0}, HeadId{0}});
        for (int row = 0; row < rows; ++row) {
            const QModelIndex index = table->model()->index(row, ContributionModel::BarColumn);
            const QString name = index.siblingAtColumn(ContributionModel::PartColumn).data().toString();
            const HeadRef before = selection.current();
            table->scrollTo(index);
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
            if (name.contains(u" H"_s))
                QCOMPARE(headText(selection.current()), name);
            else
                QVERIFY(selection.current() == before);
        }
        // The keyboard does the same.
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Up);
        const QString name = table->currentIndex().siblingAtColumn(ContributionModel::PartColumn).data().toString();
        if (name.contains(u" H"_s))
            QCOMPARE(headText(selection.current()), name);
    }

    void headsCanBeColouredByTheirContribution()
    {
        open(goldenRun());
        auto* colouring = find<QComboBox>(u"colouringBox"_s);
        HeadGrid& grid = window_->inspector().grid();
        QVERIFY(!colouring->isVisible());
        press(Qt::Key_F8);
        QVERIFY(colouring->isVisible());
        QVERIFY(!grid.showsFigures());
        colouring->setFocus();
        QTest::keyClick(colouring, Qt::Key_Down);
        QVERIFY(grid.showsFigures());
        const Attribution& parts = *example().attribution;
        const auto strongest
            = static_cast<std::size_t>(std::max_element(parts.heads.begin(), parts.heads.end(), [](double a, double b) {
                  return std::abs(a) < std::abs(b);
              }) - parts.heads.begin());
        const HeadRef head{LayerId{strongest / parts.headsPerLayer}, HeadId{strongest % parts.headsPerLayer}};
        QTest::mouseMove(window_.get(), {1, 1});
        const QColor corner = grid.grab().toImage().pixelColor(grid.headRect(head).topLeft() + QPoint(6, 6));
        QCOMPARE(corner, grid.figureScale().at(parts.heads[strongest] > 0 ? 1 : 0));
        QVERIFY(std::abs(grid.figureScale().number(1) - std::abs(parts.heads[strongest])) < 1e-6);
        // Those of another question are not shown, and come back with it.
        type(u"answerA"_s, u" Tom"_s);
        QVERIFY(!grid.showsFigures() && !colouring->isVisible());
        find<QLineEdit>(u"answerA"_s)->clear();
        QVERIFY(grid.showsFigures() && colouring->isVisible());
    }

    void withoutPicksTheHeadShownIsCut()
    {
        open(goldenRun());
        press(Qt::Key_F8);
        window_->inspector().selection().choose({LayerId{2}, HeadId{3}});
        QCOMPARE(find<QLabel>(u"cutHeads"_s)->text(), u"Heads: L2 H3"_s);
        press(Qt::Key_F9);
        QVERIFY(find<QLabel>(u"cutHeading"_s)->text().startsWith(u"Cut: L2 H3 (zero)"_s));
        const Ablation& cut = window_->contributions().result()->request.ablation;
        QVERIFY(cut.heads == std::vector<HeadPlace>({{2, 3}}));
        // Another answer is another question: what cutting came to goes with it.
        type(u"answerA"_s, u" Tom"_s);
        press(Qt::Key_F8);
        QVERIFY(score(AblationModel::DifferenceRow, AblationModel::AfterColumn).isEmpty());
    }

    void whatIsWrongIsToldInOneLine()
    {
        open(goldenRun());
        press(Qt::Key_F8);
        type(u"answerA"_s, u"id:99999"_s);
        press(Qt::Key_F8);
        QCOMPARE(message(), u"Answer A: expected a token id from 0 to 1407, found 99999"_s);
        find<QLineEdit>(u"answerA"_s)->clear();
        find<QComboBox>(u"ablationMethod"_s)->setCurrentIndex(2);
        press(Qt::Key_F9);
        QCOMPARE(message(), u"Expected another prompt that the heads' values are taken from, found none"_s);
        type(u"otherPrompt"_s, u"Too short"_s);
        press(Qt::Key_F9);
        QVERIFY2(message().startsWith(u"the other prompt: prompt: expected 14 tokens as prompt 0 has"_s),
            qPrintable(message()));
        QVERIFY(find<QLabel>(u"contributionsMessage"_s)->isVisible());
        press(Qt::Key_F8);
        QCOMPARE(message(), QString());
    }

    void answersOfSeveralTokensAreToldNotCut()
    {
        open(goldenRun());
        type(u"answerA"_s, u" Mary went"_s);
        type(u"answerB"_s, u" John"_s);
        press(Qt::Key_F8);
        QVERIFY2(message().startsWith(u"Answer A is 2 tokens, of which the first one is read: “·Mary” ("_s),
            qPrintable(message()));
        type(u"answerA"_s, u" John"_s);
        press(Qt::Key_F8);
        QVERIFY2(message().startsWith(u"Answers A and B are the same token: “·John” ("_s), qPrintable(message()));
    }

    void escapeCancelsAndARunMakesStale()
    {
        open(goldenRun());
        type(u"answerA"_s, u" Mary"_s);
        type(u"answerB"_s, u" John"_s);
        QTest::keyClick(window_.get(), Qt::Key_F8);
        QVERIFY(window_->contributions().isBusy());
        QVERIFY(find<QProgressBar>(u"contributionsProgress"_s)->isVisible());
        QVERIFY(find<QAction>(u"cancelAction"_s)->isEnabled());
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        QVERIFY(!window_->contributions().isBusy());
        QVERIFY(!find<QProgressBar>(u"contributionsProgress"_s)->isVisible());
        QCOMPARE(message(), u"Cancelled"_s);
        QVERIFY(!window_->contributions().result());
        press(Qt::Key_F8);
        QVERIFY(window_->contributions().result());
        QVERIFY(!find<QLabel>(u"contributionsStale"_s)->isVisible());
        press(Qt::Key_F5);
        QVERIFY(find<QLabel>(u"contributionsStale"_s)->isVisible());
        press(Qt::Key_F8);
        QVERIFY(!find<QLabel>(u"contributionsStale"_s)->isVisible());
    }

    void theDockSharesItsPlaceWithTheNextTokens()
    {
        open(goldenRun());
        auto& dock = window_->contributions().dock();
        QCOMPARE(dock.objectName(), u"contributionsDock"_s);
        QCOMPARE(window_->dockWidgetArea(&dock), Qt::RightDockWidgetArea);
        QVERIFY(window_->tabifiedDockWidgets(&dock).contains(find<QDockWidget>(u"nextTokenDock"_s)));
        QVERIFY(!find<QPushButton>(u"attributeButton"_s)->visibleRegion().boundingRect().isValid());
        press(Qt::Key_F8);
        QVERIFY(find<QPushButton>(u"attributeButton"_s)->visibleRegion().boundingRect().isValid());
        QAction* toggle = dock.toggleViewAction();
        QVERIFY(toggle->isChecked());
        toggle->trigger();
        QVERIFY(!dock.isVisible());
        press(Qt::Key_F8);
        QVERIFY(dock.isVisible());
    }
};

QTEST_MAIN(TestContributionsWindow)
#include "tst_contributions_window.moc"
