// SPDX-License-Identifier: GPL-3.0-or-later
// The parity dock by mouse and keyboard, over a made-up engine.
#include "tests/ui/parity_fakes.h"
#include "ui/bridge/parity_bridge.h"
#include "ui/models/logit_agreement_model.h"
#include "ui/models/parity_table_model.h"
#include "ui/models/verdict_colours.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/parity_results.h"
#include "ui/windows/parity_setup.h"
#include "ui/windows/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestParityDock : public QObject {
    Q_OBJECT

    std::vector<ParityRequest> requests_;
    std::shared_ptr<ParityListener> listener_;
    int cancels_ = 0;
    std::unique_ptr<ParityBridge> bridge_;
    std::unique_ptr<ParityDock> dock_;

    template <class T> T* find(const QString& name)
    {
        auto* found = dock_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    QTableView* table() { return find<QTableView>(u"parityTable"_s); }
    static void click(QAbstractButton* button) { QTest::mouseClick(button, Qt::LeftButton); }
    QModelIndex cell(int row, int column) { return table()->model()->index(row, column); }
    void clickCell(int row, int column)
    {
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell(row, column)).center());
    }
    QStringList shownHooks()
    {
        QStringList hooks;
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            hooks << cell(row, 0).data().toString() + u' ' + cell(row, 1).data().toString();
        return hooks;
    }
    /// Opens a menu of check boxes and clicks an entry, which leaves it open.
    void check(const QString& menu, const QString& entry)
    {
        auto* list = find<QPushButton>(menu)->menu();
        list->popup({0, 0});
        for (auto* action : list->actions())
            if (action->text().startsWith(entry))
                QTest::mouseClick(list, Qt::LeftButton, {}, list->actionGeometry(action).center());
        QVERIFY(list->isVisible());
        list->hide();
    }
    static InspectionRequest base()
    {
        InspectionRequest request;
        request.model = "demo-gpt2";
        request.prompts = {"The cat sat", "100%1 sure"};
        return request;
    }
    /// Starts a comparison of native and hooked and lets everything arrive.
    void compare(VerdictKind kind = VerdictKind::Diverges)
    {
        click(find<QPushButton>(u"compareButton"_s));
        listener_->onParityRows({1}, 0, fakeRows());
        listener_->onParityPair({1}, 0, fakePair("hooked", kind));
        listener_->onParityPair({1}, 1, fakePair("bridge", VerdictKind::WithinTolerance));
        listener_->onParityFinished({1}, fakeReport({fakePair("hooked", kind), fakePair("bridge")}));
        QTRY_VERIFY(!bridge_->isBusy());
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void init()
    {
        requests_.clear();
        bridge_ = std::make_unique<ParityBridge>(
            ParityEngine{[this](ParityRequest request, std::shared_ptr<ParityListener> listener) {
                             requests_.push_back(std::move(request));
                             listener_ = std::move(listener);
                         },
                [this] { ++cancels_; }});
        dock_ = std::make_unique<ParityDock>(*bridge_);
        dock_->resize(1100, 420);
        dock_->setBase(base());
        dock_->show();
    }

    void cleanup()
    {
        dock_.reset();
        bridge_.reset();
    }

    void anEmptyDockSaysWhatToDo()
    {
        QVERIFY(find<QLabel>(u"parityEmpty"_s)->isVisible());
        QVERIFY(find<QLabel>(u"parityEmpty"_s)->text().contains(u"Compare (F6)"_s));
        QVERIFY(find<QPushButton>(u"compareButton"_s)->isEnabled());
        QVERIFY(!find<QPushButton>(u"cancelCompareButton"_s)->isEnabled());
        QVERIFY(!find<QPushButton>(u"exportReportButton"_s)->isEnabled());
        auto without = base();
        without.prompts.clear();
        dock_->setBase(without);
        QVERIFY(!find<QPushButton>(u"compareButton"_s)->isEnabled());
        QVERIFY(find<QPushButton>(u"compareButton"_s)->toolTip().startsWith(u"Give a prompt"_s));
        QSignalSpy failed(dock_.get(), &ParityDock::failed);
        dock_->compare(); // by its shortcut
        QCOMPARE(failed.count(), 1);
        QVERIFY(requests_.empty());
    }

    void everyCombinationIsARun()
    {
        check(u"parityBackends"_s, u"Native"_s);
        check(u"parityBackends"_s, u"Bridge"_s);
        QCOMPARE(find<QPushButton>(u"parityBackends"_s)->text(), u"Backends: Tapped, Hooked"_s);
        check(u"parityDtypes"_s, u"float16"_s);
        check(u"parityPadding"_s, u"Right"_s);
        find<QLineEdit>(u"toleranceEdit"_s)->setFocus();
        QTest::keyClicks(find<QLineEdit>(u"toleranceEdit"_s), u"1e-3"_s);
        click(find<QPushButton>(u"compareButton"_s));
        const auto& request = requests_.at(0);
        QCOMPARE(request.runs.size(), std::size_t{8});
        QCOMPARE(request.tolerances.all, 1e-3);
        QVERIFY(request.keepPatterns && request.reference.empty());
        for (std::size_t i = 0; i < request.runs.size(); ++i) { // like for like
            const auto &run = request.runs[i], &own = request.runs[request.referenceOf(i)];
            QVERIFY(run.model == "demo-gpt2" && run.prompts == base().prompts);
            QVERIFY(run.attention == AttentionKind::Eager && run.positions == PositionPolicy::Arange);
            QVERIFY(own.backend == Backend::Tapped && own.dtype == run.dtype && own.padding == run.padding);
        }
        auto* reference = find<QComboBox>(u"referenceBox"_s);
        QCOMPARE(reference->count(), 9);
        reference->setCurrentIndex(reference->findText(u"hooked float16 right"_s));
        QVERIFY(reference->currentIndex() > 0);
        dock_->compare();
        const auto& fixed = requests_.at(1);
        for (std::size_t i = 0; i < fixed.runs.size(); ++i) {
            const auto& own = fixed.runs[fixed.referenceOf(i)];
            QVERIFY(own.backend == Backend::Hooked && own.dtype == DType::Float16);
            QVERIFY(own.padding == PaddingSide::Right);
        }
    }

    void aPromptSetBringsPromptsAndAnswers()
    {
        auto* prompts = find<QComboBox>(u"parityPrompts"_s);
        QVERIFY(prompts->findText(u"Prompts: ioi"_s) > 0);
        const QTemporaryDir directory;
        const auto write = [&](const QString& name, const QByteArray& lines) {
            QFile file(directory.filePath(name));
            if (file.open(QIODevice::WriteOnly))
                file.write(lines);
            return file.fileName();
        };
        dock_->setup().openPrompts(write(u"set.jsonl"_s,
            "{\"prompt\": \"The cat sat\", \"correct\": 11, \"incorrect\": [12, 13]}\n"
            "{\"prompt\": \"Mary\", \"correct\": \" sat on the mat\", \"incorrect\": 14}\n"));
        QCOMPARE(prompts->currentText(), u"set.jsonl"_s);
        QSignalSpy noted(dock_.get(), &ParityDock::noted), failed(dock_.get(), &ParityDock::failed);
        click(find<QPushButton>(u"compareButton"_s));
        QVERIFY(dock_->isWaiting() && requests_.empty());
        QTRY_COMPARE_WITH_TIMEOUT(requests_.size(), std::size_t{1}, 20000);
        QVERIFY(!dock_->isWaiting());
        const auto& request = requests_[0];
        QCOMPARE(request.runs.back().prompts, (std::vector<std::string>{"The cat sat", "Mary"}));
        QCOMPARE(request.answers.size(), std::size_t{2});
        QCOMPARE(request.answers[0].correct, std::vector<std::int64_t>{11});
        QCOMPARE(request.answers[0].incorrect, (std::vector<std::int64_t>{12, 13}));
        QCOMPARE(request.answers[1].correct.size(), std::size_t{1});
        QCOMPARE(noted.count(), 1); // an answer of several tokens is not cut silently
        QVERIFY2(noted[0][0].toString().contains(u"set.jsonl:2"_s), qPrintable(noted[0][0].toString()));
        dock_->setup().openPrompts(write(u"bad.jsonl"_s, "{\"prompt\": 7}\n"));
        click(find<QPushButton>(u"compareButton"_s));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 20000);
        QVERIFY2(failed[0][0].toString().contains(u"bad.jsonl:1"_s), qPrintable(failed[0][0].toString()));
        QCOMPARE(requests_.size(), std::size_t{1});
    }

    void sameInputsForAllIsOnAtFirst()
    {
        auto request = base();
        request.prependBos = PrependBos::Auto;
        request.positions = PositionPolicy::FromMask;
        dock_->setBase(request);
        auto* same = find<QCheckBox>(u"sameInputsBox"_s);
        QVERIFY(same->isChecked());
        dock_->compare();
        QVERIFY(requests_[0].runs[1].positions == PositionPolicy::Arange);
        QVERIFY(requests_[0].runs[1].prependBos == PrependBos::Off);
        same->setFocus();
        QTest::keyClick(same, Qt::Key_Space);
        QVERIFY(!same->isChecked());
        dock_->compare();
        QVERIFY(requests_[1].runs[1].positions == PositionPolicy::BackendDefault);
        QVERIFY(requests_[1].runs[1].prependBos == PrependBos::Auto);
    }

    void oneRunAloneNeedsADump()
    {
        for (const auto* backend : {"Native", "Bridge", "Hooked"})
            check(u"parityBackends"_s, QString::fromLatin1(backend));
        check(u"parityBackends"_s, u"Tapped"_s); // the last one stays
        QCOMPARE(find<QPushButton>(u"parityBackends"_s)->text(), u"Backends: Tapped"_s);
        QVERIFY(!find<QPushButton>(u"compareButton"_s)->isEnabled());
        const QTemporaryDir directory;
        const QString dump = directory.filePath(u"bridge.safetensors"_s);
        const auto drop = [this](const QList<QUrl>& urls) {
            QMimeData data;
            data.setUrls(urls);
            QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            enter.ignore();
            QCoreApplication::sendEvent(dock_.get(), &enter);
            if (!enter.isAccepted())
                return false;
            QDropEvent event({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(dock_.get(), &event);
            return true;
        };
        QVERIFY(!drop({QUrl::fromLocalFile(directory.path())})); // a model, for the window
        QVERIFY(!drop({QUrl::fromLocalFile(directory.filePath(u"config.json"_s))}));
        QVERIFY(drop({QUrl::fromLocalFile(dump)}));
        QCOMPARE(find<QComboBox>(u"referenceBox"_s)->currentText(), u"bridge.safetensors"_s);
        QVERIFY(find<QPushButton>(u"compareButton"_s)->isEnabled());
        click(find<QPushButton>(u"compareButton"_s));
        QCOMPARE(QString::fromStdString(requests_.at(0).reference.string()), dump);
        QCOMPARE(requests_[0].runs.size(), std::size_t{1});
        QVERIFY(requests_[0].runs[0].prompts.empty()); // the dump has them
        auto* prompts = find<QComboBox>(u"parityPrompts"_s);
        QCOMPARE(prompts->currentText(), u"Prompts of the reference"_s);
        auto* verdicts = find<QTableView>(u"verdictView"_s)->model();
        QCOMPARE(verdicts->index(0, 1).data().toString(), u"tapped against bridge.safetensors"_s);
        prompts->setFocus();
        QTest::keyClick(prompts, Qt::Key_Home);
        click(find<QPushButton>(u"compareButton"_s));
        QCOMPARE(requests_.at(1).runs[0].prompts, base().prompts);
    }

    void resultsStreamInAndTheSelectionStays()
    {
        click(find<QPushButton>(u"compareButton"_s));
        QVERIFY(!find<QLabel>(u"parityEmpty"_s)->isVisible());
        QVERIFY(find<QPushButton>(u"cancelCompareButton"_s)->isEnabled());
        listener_->onParityProgress({1}, {"hooked: layer 1 of 2", 0.25});
        const auto rows = fakeRows();
        listener_->onParityRows({1}, 0, {rows[4], rows[6]});
        QTRY_COMPARE(table()->model()->rowCount(), 2);
        QCOMPARE(find<QLabel>(u"parityStatus"_s)->text(), u"hooked: layer 1 of 2"_s);
        QCOMPARE(find<QProgressBar>(u"parityProgress"_s)->value(), 250);
        clickCell(1, 3);
        listener_->onParityRows({1}, 1, rows);
        QTRY_COMPARE(table()->model()->rowCount(), 10);
        QCOMPARE(table()->currentIndex().row(), 6);
        QCOMPARE(find<QLabel>(u"figuresTitle"_s)->text(), u"blocks.1.attn.hook_pattern, real rows"_s);
        listener_->onParityPair({1}, 0, fakePair("hooked", VerdictKind::Known));
        listener_->onParityFinished({1}, fakeReport({fakePair("hooked", VerdictKind::Known)}));
        QTRY_VERIFY(find<QPushButton>(u"exportReportButton"_s)->isEnabled());
        QVERIFY(!find<QPushButton>(u"cancelCompareButton"_s)->isEnabled());
        QVERIFY(!find<QProgressBar>(u"parityProgress"_s)->isVisible());
        QVERIFY2(find<QLabel>(u"parityStatus"_s)->text().contains(u"gravest verdict: known"_s),
            qPrintable(find<QLabel>(u"parityStatus"_s)->text()));
        QCOMPARE(table()->currentIndex().row(), 6);
    }

    void verdictsAreWordsAndColours()
    {
        compare();
        auto* view = find<QTableView>(u"verdictView"_s);
        QCOMPARE(view->model()->index(0, 0).data().toString(), u"✕ diverges"_s);
        QCOMPARE(view->model()->index(1, 0).data().toString(), u"≈ within tolerance"_s);
        const QImage image = view->viewport()->grab().toImage();
        const auto corner = [&](int row, int column) {
            return image.pixelColor(view->visualRect(view->model()->index(row, column)).bottomRight() - QPoint(4, 4));
        };
        QCOMPARE(corner(1, 0), verdictColours(VerdictKind::WithinTolerance, lightPalette()).back);
        QVERIFY(corner(1, 1) != corner(1, 0));
        QCOMPARE(view->currentIndex().row(), 0); // what is chosen keeps its colour in a frame
        QCOMPARE(corner(0, 0), verdictColours(VerdictKind::Diverges, lightPalette()).back);
        QCOMPARE(image.pixelColor(view->visualRect(view->model()->index(0, 0)).topLeft() + QPoint(1, 5)),
            lightPalette().color(QPalette::Highlight));
        const QImage cells = table()->viewport()->grab().toImage();
        const QRect box = table()->visualRect(cell(6, 3));
        QCOMPARE(cells.pixelColor(box.bottomRight() - QPoint(2, 2)),
            verdictColours(VerdictKind::Diverges, lightPalette()).back);
    }

    void namesOfRowsStayWhereRunsAreScrolled()
    {
        compare();
        auto* names = table()->verticalHeader();
        QVERIFY(names->isVisible());
        QCOMPARE(table()->model()->headerData(6, Qt::Vertical).toString(), u"L1  attn.hook_pattern"_s);
        QCOMPARE(table()->model()->headerData(7, Qt::Vertical).toString(), u"L1  attn.hook_pattern  · padding"_s);
        QVERIFY(names->width() > table()->fontMetrics().horizontalAdvance(u"L1  attn.hook_pattern  · padding"_s));
        for (int column = 0; column < ParityTableModel::FirstPairColumn; ++column)
            QVERIFY(table()->isColumnHidden(column));
    }

    void aRowIsOpenedByClickAndByEnter()
    {
        compare();
        QSignalSpy opened(dock_.get(), &ParityDock::rowActivated);
        QSignalSpy pairs(dock_.get(), &ParityDock::pairChanged);
        clickCell(6, 3);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].value<ParityRow>().hook, std::string("blocks.1.attn.hook_pattern"));
        QTest::keyClick(table(), Qt::Key_Down);
        QTest::keyClick(table(), Qt::Key_Down);
        QCOMPARE(opened.count(), 1); // moving is not opening
        QTest::keyClick(table(), Qt::Key_Return);
        QCOMPARE(opened.count(), 2);
        QCOMPARE(opened[1][0].value<ParityRow>().hook, std::string("blocks.1.hook_resid_post"));
        QCOMPARE(dock_->pair()->candidate.label, std::string("hooked"));
        QTest::keyClick(table(), Qt::Key_Right); // the other pair's column
        QCOMPARE(dock_->pair()->candidate.label, std::string("bridge"));
        QCOMPARE(pairs.count(), 1);
        QCOMPARE(find<QTableView>(u"verdictView"_s)->currentIndex().row(), 1);
        auto* names = table()->verticalHeader(); // of the pair that is looked at
        QTest::mouseClick(names->viewport(), Qt::LeftButton, {},
            QPoint(10, names->sectionViewportPosition(2) + names->sectionSize(2) / 2));
        QCOMPARE(opened.count(), 3);
        QCOMPARE(dock_->pair()->candidate.label, std::string("bridge"));
        auto* verdicts = find<QTableView>(u"verdictView"_s);
        QTest::mouseClick(
            verdicts->viewport(), Qt::LeftButton, {}, verdicts->visualRect(verdicts->model()->index(0, 1)).center());
        QCOMPARE(dock_->pair()->candidate.label, std::string("hooked"));
    }

    void rowsAreFilteredAndSorted()
    {
        compare();
        QCOMPARE(shownHooks().size(), 10);
        click(find<QCheckBox>(u"onlyFailingBox"_s));
        QCOMPARE(shownHooks(), (QStringList{u"L1 attn.hook_pattern"_s, u"L1 hook_resid_post"_s, u" logits"_s}));
        auto* order = find<QComboBox>(u"parityOrder"_s);
        order->setFocus();
        QTest::keyClick(order, Qt::Key_Down);
        QCOMPARE(shownHooks(), (QStringList{u"L1 hook_resid_post"_s, u" logits"_s, u"L1 attn.hook_pattern"_s}));
        QTest::keyClicks(find<QLineEdit>(u"hookFilter"_s), u"pattern"_s);
        QCOMPARE(shownHooks(), QStringList{u"L1 attn.hook_pattern"_s});
        find<QLineEdit>(u"hookFilter"_s)->clear();
        auto* header = table()->horizontalHeader();
        order->setFocus();
        QTest::keyClick(order, Qt::Key_Home);
        QCOMPARE(shownHooks().first(), u"L1 attn.hook_pattern"_s);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
            QPoint(header->sectionViewportPosition(ParityTableModel::columnOf(0)) + 10, header->height() / 2));
        QCOMPARE(order->currentIndex(), 1); // by |Δ|
        QCOMPARE(header->sortIndicatorSection(), ParityTableModel::columnOf(0));
    }

    void whyIsToldForThePairThatIsLookedAt()
    {
        compare();
        const QString finding = find<QLabel>(u"findingLabel"_s)->text();
        QVERIFY2(finding.startsWith(u"✕ diverges at L1 blocks.1.attn.hook_pattern (partly: POSITION_IDS)"_s),
            qPrintable(finding));
        auto* reasons = find<QTableView>(u"reasonView"_s);
        QVERIFY(reasons->isVisible());
        QCOMPARE(reasons->model()->rowCount(), 2);
        reasons->setFocus();
        QTest::keyClick(reasons, Qt::Key_Down);
        QVERIFY(find<QLabel>(u"explanationLabel"_s)->text().startsWith(u"value of masked scores: "_s));
        auto* verdicts = find<QTableView>(u"verdictView"_s);
        verdicts->setFocus();
        QTest::keyClick(verdicts, Qt::Key_Down);
        QVERIFY(!reasons->isVisible());
        QVERIFY(find<QLabel>(u"findingLabel"_s)->text().contains(u"Nothing had to be explained"_s));
    }

    void allFiguresOfACellAreTold()
    {
        compare();
        clickCell(6, 3);
        auto* figures = find<QTableWidget>(u"figuresTable"_s);
        QMap<QString, QString> told;
        for (int row = 0; row < figures->rowCount(); ++row)
            told[figures->item(row, 0)->text()] = figures->item(row, 1)->text();
        QCOMPARE(told[u"largest |Δ|"_s], u"0.25"_s);
        QCOMPARE(told[u"worst cell"_s], u"prompt 0, head 2, row 4, column 1"_s);
        QVERIFY(!told.contains(u"mean KL"_s)); // this row has none
    }

    void answersAreOpenedPromptByPrompt()
    {
        compare();
        auto* view = find<QTreeView>(u"logitView"_s);
        find<QTabWidget>(u"parityDetails"_s)->setCurrentWidget(view);
        QSignalSpy opened(dock_.get(), &ParityDock::answerActivated);
        const QModelIndex pair = view->model()->index(1, 0), answer = view->model()->index(1, 0, pair);
        QVERIFY(view->isExpanded(pair));
        QCOMPARE(answer.data().toString(), u"1: 100%1 sure"_s);
        view->setCurrentIndex(pair);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(opened.count(), 0); // a run has no place
        view->setCurrentIndex(answer);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].value<std::size_t>(), std::size_t{1});
        QCOMPARE(opened[0][1].value<std::size_t>(), std::size_t{3});
        QCOMPARE(dock_->pair()->candidate.label, std::string("bridge"));
    }

    void cancellingLeavesWhatHasCome()
    {
        click(find<QPushButton>(u"compareButton"_s));
        listener_->onParityRows({1}, 0, fakeRows());
        QTRY_COMPARE(table()->model()->rowCount(), 10);
        listener_->onParityPair({1}, 0, fakePair());
        const int before = cancels_;
        click(find<QPushButton>(u"cancelCompareButton"_s));
        QCOMPARE(cancels_, before + 1);
        QCoreApplication::processEvents();
        QCOMPARE(table()->model()->rowCount(), 10);
        QCOMPARE(find<QTableView>(u"verdictView"_s)->model()->index(0, 0).data().toString(), u"– not compared"_s);
        QCOMPARE(find<QLabel>(u"parityStatus"_s)->text(), u"Cancelled"_s);
        QVERIFY(!find<QPushButton>(u"exportReportButton"_s)->isEnabled());
    }

    void failuresAreTold()
    {
        QSignalSpy failed(dock_.get(), &ParityDock::failed);
        click(find<QPushButton>(u"compareButton"_s));
        listener_->onParityFailed({1}, std::make_exception_ptr(Error(Fault::BadInput, "x.safetensors: no logits")));
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].toString(), u"x.safetensors: no logits"_s);
        QVERIFY(find<QPushButton>(u"compareButton"_s)->isEnabled());
        find<QLineEdit>(u"toleranceEdit"_s)->setText(u"-1"_s);
        QVERIFY(!find<QPushButton>(u"compareButton"_s)->isEnabled());
        QVERIFY(find<QPushButton>(u"compareButton"_s)->toolTip().contains(u"found '-1'"_s));
    }

    void reportsAreWrittenByTheirEnding()
    {
        compare();
        const QTemporaryDir directory;
        QSignalSpy told(dock_.get(), &ParityDock::told), failed(dock_.get(), &ParityDock::failed);
        int written = 0;
        for (const auto* name : {"r.html", "r.md", "r.csv", "r.json"}) {
            dock_->exportReport(directory.filePath(QString::fromLatin1(name)));
            ++written;
            QTRY_COMPARE(told.count(), written);
            QVERIFY(QFileInfo(directory.filePath(QString::fromLatin1(name))).size() > 100);
        }
        dock_->exportReport(directory.filePath(u"r.txt"_s));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY2(failed[0][0].toString().contains(u"r.txt"_s), qPrintable(failed[0][0].toString()));
        QVERIFY(!QFile::exists(directory.filePath(u"r.txt"_s)));
    }
};

QTEST_MAIN(TestParityDock)
#include "tst_parity_dock.moc"
