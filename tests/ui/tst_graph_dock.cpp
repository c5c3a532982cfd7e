// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of the contribution graph in the main window, driven by mouse and keyboard, with the real engine.
#include "tests/ui/contributions_window.h"
#include "ui/views/graph_view.h"
#include "ui/windows/graph_dock.h"

#include <QAction>
#include <QCheckBox>
#include <QSlider>

using namespace headscope;
using namespace headscope::test;

class TestGraphDock : public ContributionsWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { openSettings(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void isComputedWhenAskedFor()
    {
        QVERIFY(!dock().isVisible());
        QVERIFY(!dock().computeAction()->isEnabled()); // nothing has been run
        open(oneRun());
        QVERIFY(!dock().result());
        QVERIFY(dock().computeAction()->isEnabled());
        compute();
        QVERIFY(dock().isVisible() && view().isVisible());
        QVERIFY(dock().result());
        QCOMPARE(view().start(), std::size_t(13));
        QVERIFY(view().edges() == edgesDownFrom(*view().graph(), 13, {.threshold = 0.04F, .renormalise = true}));
        QVERIFY(!find<QLabel>(u"graphStale"_s)->isVisible());
        QVERIFY(find<QLabel>(u"graphReadout"_s)->text().contains(u"·to"_s));
        QCOMPARE(view().accessibleDescription(), find<QLabel>(u"graphReadout"_s)->text());
    }

    void theButtonComputesAndAnEmptyDockSaysHow()
    {
        open(oneRun());
        dock().show();
        auto* empty = find<QLabel>(u"graphEmpty"_s);
        QVERIFY(empty->isVisible() && empty->text().contains(u"Shift+F8"_s));
        QVERIFY(!view().isVisible());
        QTest::mouseClick(find<QPushButton>(u"graphButton"_s), Qt::LeftButton);
        QVERIFY(settled());
        QVERIFY(!empty->isVisible() && view().isVisible());
    }

    void theSliderActsAtOnce()
    {
        open(oneRun());
        compute();
        const auto before = dock().result();
        auto* slider = find<QSlider>(u"graphThreshold"_s);
        QCOMPARE(slider->minimum(), 1);
        QCOMPARE(slider->maximum(), 10);
        QCOMPARE(slider->value(), 4);
        const std::size_t many = view().edges().size();
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_End);
        QVERIFY(view().edges().size() < many);
        QCOMPARE(find<QLabel>(u"graphThresholdLabel"_s)->text(), u"> 10 %"_s);
        QTest::keyClick(slider, Qt::Key_Left);
        QCOMPARE(view().rule().threshold, 0.09F);
        find<QCheckBox>(u"graphRenormalise"_s)->click();
        const auto edges = view().edges();
        QVERIFY(edges == edgesDownFrom(*view().graph(), 13, {.threshold = 0.09F, .renormalise = false}));
        QVERIFY(dock().result() == before && !dock().isBusy());
    }

    void anEdgeIsAHeadAndACell()
    {
        open(goldenRun()); // its prompts are padded on the left
        compute();
        window_->inspector().setSequence({3});
        QVERIFY(settled());
        const ContributionGraph& graph = *view().graph();
        QCOMPARE(graph.tokens, std::size_t(9));
        QVERIFY(graph.positions.front() > 0);
        const auto found = std::find_if(view().edges().begin(), view().edges().end(), [](const GraphEdge& edge) {
            return edge.kind == GraphEdgeKind::Attention && edge.from.token != edge.to.token;
        });
        QVERIFY(found != view().edges().end());
        const GraphEdge edge = *found;
        const QPolygonF way = view().scene().lineOf(edge);
        QTest::mouseClick(
            view().viewport(), Qt::LeftButton, {}, QLineF(way.first(), way.last()).pointAt(0.62).toPoint());
        QVERIFY(view().shownEdge() == edge);
        QVERIFY(window_->inspector().selection().current() == HeadRef({LayerId{edge.to.layer()}, HeadId{*edge.head}}));
        const auto cell = window_->inspector().heatmap().chosenCell();
        QVERIFY(cell == Cell({graph.positions[edge.to.token], graph.positions[edge.from.token]}));
        QVERIFY(find<QLabel>(u"graphReadout"_s)->text().contains(u" attention: "_s));
    }

    void anotherRunMakesItStale()
    {
        open(oneRun());
        compute();
        auto run = oneRun();
        run.prompts = {"Mary and Tom went home"};
        open(run);
        QVERIFY(find<QLabel>(u"graphStale"_s)->isVisible());
        QCOMPARE(view().graph()->tokens, std::size_t(14)); // still that of before
        const HeadRef before = window_->inspector().selection().current();
        view().setFocus();
        for (const GraphEdge& edge : std::vector(view().edges())) {
            (void)edge;
            QTest::keyClick(&view(), Qt::Key_Down);
            QTest::keyClick(&view(), Qt::Key_Return);
        }
        QVERIFY(window_->inspector().selection().current() == before); // its cells are none of the run shown
        QVERIFY(!window_->inspector().heatmap().chosenCell());
        compute();
        QVERIFY(!find<QLabel>(u"graphStale"_s)->isVisible());
        QCOMPARE(view().graph()->tokens, std::size_t(5));
    }

    void failuresAreTold()
    {
        auto run = oneRun();
        run.prompts = {"a"};
        for (int i = 0; i < 9; ++i)
            run.prompts[0] += " " + run.prompts[0]; // 512 words and one
        run.prompts[0] += " a b c";
        run.model = "demo-rotary";
        open(run);
        compute();
        auto* message = find<QLabel>(u"graphMessage"_s);
        QVERIFY(message->isVisible());
        QVERIFY2(message->text().contains(u"at most 512 tokens"_s), qPrintable(message->text()));
        QVERIFY(!dock().result() && !dock().isBusy());
    }

private:
    GraphDock& dock() { return window_->graph(); }
    GraphView& view() { return dock().view(); }
    static InspectionRequest oneRun()
    {
        auto run = goldenRun();
        run.prompts.resize(1);
        return run;
    }
    void compute()
    {
        QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
        QVERIFY(settled());
    }
};

QTEST_MAIN(TestGraphDock)
#include "tst_graph_dock.moc"
