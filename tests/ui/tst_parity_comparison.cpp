// SPDX-License-Identifier: GPL-3.0-or-later
// The panels A | B | A − B, by mouse and keyboard.
#include "tests/ui/parity_fakes.h"
#include "ui/views/head_grid.h"
#include "ui/windows/comparison_panels.h"
#include "ui/windows/comparison_view.h"
#include "ui/windows/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

constexpr auto A = ComparisonPanels::Reference, B = ComparisonPanels::Candidate, D = ComparisonPanels::Change;
constexpr std::size_t length = 6;

HeadRef ref(std::size_t layer, std::size_t head) { return {LayerId{layer}, HeadId{head}}; }

} // namespace

class TestParityComparison : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> a_, b_;
    std::shared_ptr<FakeCapture> captureA_, captureB_;
    std::unique_ptr<ComparisonView> view_;

    AttentionHeatmap& map(ComparisonPanels::Panel panel) { return view_->panels().heatmap(panel); }
    QColor colourAt(ComparisonPanels::Panel panel, Cell cell)
    {
        QCoreApplication::processEvents();
        return map(panel).grab().toImage().pixelColor(map(panel).cellRect(cell).center().toPoint());
    }
    QWidget* plotOf(ComparisonPanels::Panel panel) { return map(panel).childAt(map(panel).rect().center()); }
    QPoint placeIn(ComparisonPanels::Panel panel, Cell cell)
    {
        return plotOf(panel)->mapFrom(&map(panel), map(panel).cellRect(cell).center().toPoint());
    }
    QString readout() { return view_->findChild<QLabel*>(u"comparisonReadout"_s)->text(); }
    std::shared_ptr<ParityPair> pairOf(CapturePtr a, CapturePtr b)
    {
        auto pair = fakePair();
        pair->reference.capture = std::move(a);
        pair->candidate.capture = std::move(b);
        return pair;
    }
    void open()
    {
        view_->setPair(pairOf(captureA_, captureB_));
        QTRY_VERIFY(view_->isSettled());
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void init()
    {
        a_ = std::make_shared<FakePatternSource>(length, 2, 3);
        b_ = std::make_shared<FakePatternSource>(length, 2, 3);
        a_->value = [](LayerId, HeadId head, std::size_t query, std::size_t key) {
            return query == key ? 0.5f : 0.25f * static_cast<float>(head.value);
        };
        b_->value = [](LayerId layer, HeadId head, std::size_t query, std::size_t key) {
            const float same = query == key ? 0.5f : 0.25f * static_cast<float>(head.value);
            if (layer.value == 0)
                return same;
            return query == 4 && key == 1 ? same + 0.25f
                : query == 5 && key == 2  ? same - 0.125f
                : query == 3 && key == 0  ? std::numeric_limits<float>::quiet_NaN()
                                          : same;
        };
        captureA_ = std::make_shared<FakeCapture>(a_);
        captureB_ = std::make_shared<FakeCapture>(b_);
        view_ = std::make_unique<ComparisonView>();
        view_->resize(1100, 560);
        view_->show();
    }

    void differencesHaveTheirColours()
    {
        open();
        view_->selection().choose(ref(1, 1));
        QTRY_VERIFY(view_->isSettled());
        const auto& scale = map(D).colourScale();
        QVERIFY(scale.isDiverging());
        QTRY_COMPARE(scale.number(1), 0.25);
        QCOMPARE(scale.number(0), -0.25);
        QCOMPARE(colourAt(D, {2, 1}), scale.at(0.5));
        QCOMPARE(colourAt(D, {4, 1}), scale.at(0)); // B is larger there
        QCOMPARE(colourAt(D, {5, 2}), QColor(scale.difference(0.125f)));
        QCOMPARE(colourAt(D, {3, 0}), QColor(scale.nan()));
        QCOMPARE(colourAt(D, {0, 5}), QColor(scale.masked()));
        QCOMPARE(colourAt(A, {4, 1}), QColor(map(A).colourScale().value(0.25f)));
        QCOMPARE(colourAt(B, {4, 1}), QColor(map(B).colourScale().value(0.5f)));
    }

    void theLimitOfTheDifferenceCanBeChosen()
    {
        open();
        view_->selection().choose(ref(1, 1));
        QTRY_VERIFY(view_->isSettled());
        auto* limit = view_->findChild<QComboBox*>(u"comparisonLimit"_s);
        limit->setCurrentIndex(limit->findData(1.0));
        QCOMPARE(map(D).colourScale().number(1), 1.0);
        limit->setCurrentIndex(limit->findData(0.1));
        QCOMPARE(static_cast<float>(map(D).colourScale().number(1)), 0.1f);
        QCOMPARE(colourAt(D, {5, 2}), map(D).colourScale().at(1)); // beyond it
        limit->setCurrentIndex(0);
        QCOMPARE(map(D).colourScale().number(1), 0.25);
    }

    void headsThatAgreeAreNeutralThroughout()
    {
        open();
        view_->selection().choose(ref(0, 2));
        QTRY_VERIFY(view_->isSettled());
        QCOMPARE(colourAt(D, {4, 1}), map(D).colourScale().at(0.5));
        QVERIFY(view_->findChild<QLabel*>(u"differenceMapCaption"_s)->text().contains(u"all equal"_s));
    }

    void aAndBShareOneScale()
    {
        b_->value = [](LayerId, HeadId, std::size_t, std::size_t) { return 0.125f; };
        open();
        QCOMPARE(map(A).colourScale().number(1), 1.0);
        view_->findChild<QComboBox*>(u"comparisonScale"_s)->setCurrentIndex(1);
        QVERIFY(std::abs(map(A).colourScale().number(1) - 0.5) < 1e-4);
        QCOMPARE(map(B).colourScale().number(1), map(A).colourScale().number(1));
        QCOMPARE(map(D).colourScale().number(1), 0.375);
        view_->findChild<QComboBox*>(u"comparisonScale"_s)->setCurrentIndex(0);
        QCOMPARE(map(B).colourScale().number(1), 1.0);
    }

    void onePointerOneReadout_data()
    {
        QTest::addColumn<int>("panel");
        for (const int panel : {0, 1, 2})
            QTest::addRow("%d", panel) << panel;
    }

    void onePointerOneReadout()
    {
        QFETCH(int, panel);
        const auto from = static_cast<ComparisonPanels::Panel>(panel);
        open();
        view_->selection().choose(ref(1, 1));
        QTRY_VERIFY(view_->isSettled());
        const std::array before{map(A).grab().toImage(), map(B).grab().toImage(), map(D).grab().toImage()};
        QTest::mouseMove(plotOf(from), placeIn(from, {4, 1}));
        for (const auto each : {A, B, D})
            QVERIFY(map(each).hoveredCell() == Cell({4, 1}));
        QTRY_COMPARE(readout(), u"L1 H1   q[4] \"·t4\" → k[1] \"·t1\"   A 0.2500   B 0.5000   A − B -0.25"_s);
        for (const auto each : {A, B, D}) { // a cross in every panel
            const QImage now = map(each).grab().toImage();
            for (const Cell beside : {Cell{4, 3}, Cell{5, 1}}) {
                const QPoint place = map(each).cellRect(beside).center().toPoint();
                QVERIFY(now.pixelColor(place) != before[each].pixelColor(place));
            }
        }
        QTest::mouseMove(plotOf(from), placeIn(from, {0, 5}));
        QTRY_VERIFY2(readout().endsWith(u"masked"_s), qPrintable(readout()));
        QTest::mouseMove(plotOf(from), placeIn(from, {3, 0}));
        QTRY_VERIFY2(readout().endsWith(u"B NaN   A − B NaN"_s), qPrintable(readout()));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(&map(from), &leave);
        for (const auto each : {A, B, D})
            QVERIFY(!map(each).hoveredCell());
    }

    void panelsAreEquallyLargeAndZoomTogether()
    {
        open();
        const auto sizes = [this] {
            return std::array{map(A).cellRect({3, 2}), map(B).cellRect({3, 2}), map(D).cellRect({3, 2})};
        };
        auto now = sizes();
        QCOMPARE(now[0].size(), now[1].size());
        QCOMPARE(now[0].size(), now[2].size());
        QCOMPARE(now[0].top(), now[1].top());
        const double before = now[0].width();
        const QPoint place = placeIn(D, {3, 2});
        QWheelEvent wheel(
            place, plotOf(D)->mapToGlobal(place), {}, {0, 480}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plotOf(D), &wheel);
        now = sizes();
        QVERIFY(now[0].width() > before * 1.2);
        QCOMPARE(now[0].size(), now[1].size());
        QCOMPARE(now[0].size(), now[2].size());
        QCOMPARE(now[1].topLeft(), now[2].topLeft());

        auto* plot = plotOf(B); // drag
        const QPointF was = map(A).cellRect({3, 2}).topLeft();
        QTest::mousePress(plot, Qt::LeftButton, {}, placeIn(B, {3, 2}));
        QTest::mouseMove(plot, placeIn(B, {3, 2}) + QPoint(-15, -15));
        QTest::mouseMove(plot, placeIn(B, {3, 2}) + QPoint(-30, -30));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, placeIn(B, {3, 2}));
        now = sizes();
        QVERIFY(now[0].topLeft() != was);
        QCOMPARE(now[1].topLeft(), now[2].topLeft());
        QCOMPARE(now[0].top(), now[1].top());
        QTest::mouseDClick(plotOf(A), Qt::LeftButton, {}, placeIn(A, {3, 2}));
        now = sizes();
        QCOMPARE(now[2].width(), before);
    }

    void keysMoveTheCellInEveryPanel()
    {
        open();
        QTest::mouseClick(plotOf(D), Qt::LeftButton, {}, placeIn(D, {4, 1}));
        for (const auto each : {A, B, D})
            QVERIFY(map(each).chosenCell() == Cell({4, 1}));
        QTest::keyClick(&map(A), Qt::Key_Up);
        QTest::keyClick(&map(A), Qt::Key_Right);
        for (const auto each : {A, B, D})
            QVERIFY(map(each).chosenCell() == Cell({3, 2}));
        QTest::keyClick(&map(B), Qt::Key_End);
        QVERIFY(map(D).chosenCell() == Cell({3, 5}));
    }

    void headsAreColouredByTheirLargestDifference()
    {
        open();
        const auto& grid = view_->grid();
        QVERIFY(grid.isVisible());
        QVERIFY(grid.showsFigures());
        QVERIFY(std::isnan(*view_->differences().at(ref(1, 0))));
        QCOMPARE(*view_->differences().at(ref(0, 1)), 0.0f);
        const QImage image = view_->grid().grab().toImage();
        const auto corner
            = [&](HeadRef head) { return image.pixelColor(grid.headRect(head).topLeft() + QPoint(3, 3)); };
        QCOMPARE(corner(ref(0, 1)), grid.figureScale().at(0.5));
        QCOMPARE(corner(ref(1, 1)), QColor(grid.figureScale().nan()));
        QTest::mouseClick(&view_->grid(), Qt::LeftButton, {}, grid.headRect(ref(1, 2)).center());
        QVERIFY(view_->selection().isLocked());
        QVERIFY(view_->findChild<QLabel*>(u"comparisonTitle"_s)->text().startsWith(u"L1 H2"_s));
        QTRY_VERIFY(view_->isSettled());
        QCOMPARE(colourAt(A, {5, 0}), QColor(map(A).colourScale().value(0.5f)));
        QTest::mouseClick(view_->findChild<QToolButton*>(u"headsButton"_s), Qt::LeftButton);
        QVERIFY(!grid.isVisible());
    }

    void aRowLeadsToItsWorstCell()
    {
        open();
        const auto rows = fakeRows();
        view_->jumpTo(rows[6]); // the pattern of layer 1: head 2, row 4, column 1
        QVERIFY(view_->selection().shown() == ref(1, 2));
        QVERIFY(map(D).chosenCell() == Cell({4, 1}));
        auto residual = rows[8]; // no head: that of the worst pattern of its layer
        residual.difference.worst = {0, {}, 3, 700};
        view_->selection().choose(ref(0, 0));
        view_->jumpTo(residual);
        QVERIFY(view_->selection().shown() == ref(1, 2));
        QVERIFY(map(A).chosenCell() == Cell({3, 3}));
        auto logits = rows[9];
        logits.difference.worst = {0, {}, 2, 700};
        view_->jumpTo(logits);
        QCOMPARE(view_->selection().shown().layer.value, std::size_t{1});
        auto embedding = rows[0];
        embedding.difference.worst = {0, {}, 5, 7};
        view_->jumpTo(embedding);
        QCOMPARE(view_->selection().shown().layer.value, std::size_t{0});
        QVERIFY(map(A).chosenCell() == Cell({5, 5}));
    }

    void aRowLeadsToItsPrompt()
    {
        captureA_->editHeader().tokens.push_back(fakeTokens(length));
        captureB_->editHeader().tokens.push_back(fakeTokens(length));
        captureA_->editHeader().request.prompts = {"first", "second"};
        open();
        auto* box = view_->findChild<QComboBox*>(u"comparisonSequences"_s);
        QVERIFY(box->isVisible());
        auto row = fakeRows()[6];
        row.difference.worst.sequence = 1;
        view_->jumpTo(row);
        QCOMPARE(box->currentText(), u"1: second"_s);
        QVERIFY(map(B).chosenCell() == Cell({4, 1}));
        view_->jumpTo(SequenceId{0}, TokenPos{5});
        QCOMPARE(box->currentIndex(), 0);
        QVERIFY(map(B).chosenCell() == Cell({5, 5}));
    }

    void runsThatPadDifferentlyAreShownByTheirRealTokens()
    {
        for (const std::size_t position : {0, 1}) // padded on the left
            captureA_->editHeader().tokens[0][position].padding = true;
        for (const std::size_t position : {4, 5}) // and on the right
            captureB_->editHeader().tokens[0][position].padding = true;
        a_->value
            = [](LayerId, HeadId, std::size_t query, std::size_t key) { return query == 4 && key == 3 ? 0.5f : 0.0f; };
        b_->value
            = [](LayerId, HeadId, std::size_t query, std::size_t key) { return query == 2 && key == 1 ? 0.25f : 0.0f; };
        open();
        QCOMPARE(view_->findChild<QLabel*>(u"comparisonNote"_s)->text(), u"without padding"_s);
        view_->panels().choose({2, 1});
        QTRY_COMPARE(readout(), u"L0 H0   q[2] \"·t4\" → k[1] \"·t3\"   A 0.5000   B 0.2500   A − B +0.25"_s);
        QCOMPARE(colourAt(D, {2, 1}), map(D).colourScale().at(1));
        auto row = fakeRow(0, "attn.hook_pattern", VerdictKind::Diverges, 0.25);
        row.difference.worst = {0, 0, 3, 2}; // in the reference's padded sequence
        view_->jumpTo(row);
        QVERIFY(map(A).chosenCell() == Cell({1, 0}));
    }

    void aSideWithoutPatternsIsSaid()
    {
        view_->setPair(pairOf(nullptr, captureB_));
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(!map(A).hasCells() && map(B).hasCells() && !map(D).hasCells());
        QVERIFY(!view_->grid().showsFigures());
        view_->panels().choose({2, 1});
        QTRY_COMPARE(readout(), u"L0 H0   q[2] \"·t2\" → k[1] \"·t1\"   A …   B 0.0000"_s);
    }

    void anotherPairKeepsHeadAndCell()
    {
        open();
        view_->selection().choose(ref(1, 2));
        view_->panels().choose({5, 2});
        view_->panels().zoom(0.6);
        const QRectF before = map(A).cellRect({5, 2});
        auto other = pairOf(captureA_, captureA_);
        other->candidate.label = "bridge";
        view_->setPair(other);
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->selection().shown() == ref(1, 2));
        QVERIFY(map(D).chosenCell() == Cell({5, 2}));
        QCOMPARE(map(A).cellRect({5, 2}), before);
        QCOMPARE(colourAt(D, {5, 2}), map(D).colourScale().at(0.5));
        QVERIFY(view_->findChild<QLabel*>(u"candidateMapCaption"_s)->text().contains(u"bridge"_s));
    }

    void aHeadThatCannotBeReadIsTold()
    {
        QSignalSpy failed(view_.get(), &ComparisonView::failed);
        b_->layersThere = 1;
        view_->setPair(pairOf(captureA_, captureB_));
        QTRY_VERIFY(view_->isSettled());
        view_->selection().choose(ref(1, 0)); // one side has not got that layer
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(map(A).hasCells() && !map(B).hasCells() && !map(D).hasCells());
        QCOMPARE(failed.count(), 0);
    }
};

QTEST_MAIN(TestParityComparison)
#include "tst_parity_comparison.moc"
