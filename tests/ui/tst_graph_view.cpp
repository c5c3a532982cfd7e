// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/graph_view.h"

#include "ui/text/graph_text.h"
#include "ui/windows/theme.h"

#include <QApplication>
#include <QLineF>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

using namespace headscope;
using namespace headscope::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The last token gets 0.3 from the first one (head 1), 0.05 from the second (head 0) and 0.63 of itself in every
/// layer; every MLP adds 0.2. Other tokens have themselves alone.
ContributionGraph sample(std::size_t layers = 2, std::size_t tokens = 4)
{
    ContributionGraph graph{.layers = layers, .heads = 2, .tokens = tokens, .headRows = {0}, .leastHeadShare = 0.001F};
    for (std::size_t token = 0; token < tokens; ++token)
        graph.positions.push_back(token + 2); // two of padding before them
    graph.attention.resize(layers * tokens * tokens);
    graph.strongest.resize(graph.attention.size());
    for (std::size_t layer = 0; layer < layers; ++layer)
        for (std::size_t target = 0; target < tokens; ++target) {
            const bool last = target + 1 == tokens;
            graph.residual.push_back(last ? 0.63F : 0.98F);
            graph.past.push_back(0.8F);
            graph.mlp.push_back(0.2F);
            graph.attention[graph.cell(layer, target, target)] = 0.02F;
            if (last) {
                graph.attention[graph.cell(layer, target, 0)] = 0.3F;
                graph.strongest[graph.cell(layer, target, 0)] = 1;
                graph.attention[graph.cell(layer, target, 1)] = 0.05F;
                graph.headShares.insert(graph.headShares.end(), {{0, 1, 0.25F}, {0, 0, 0.05F}, {1, 0, 0.05F}});
            }
            graph.headShares.push_back({static_cast<std::uint16_t>(target), 0, 0.02F});
            graph.headRows.push_back(graph.headShares.size());
        }
    return graph;
}

TokenRow tokens(std::size_t count)
{
    auto row = std::make_shared<std::vector<Token>>();
    for (std::size_t i = 0; i < count; ++i)
        row->push_back({.id = static_cast<std::int64_t>(i), .label = "t" + std::to_string(i)});
    return row;
}

constexpr GraphRule plain{.threshold = 0.04F, .renormalise = false};

} // namespace

class TestGraphView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        QApplication::setPalette(lightPalette());
        view_ = std::make_unique<GraphView>();
        view_->resize(600, 400);
        view_->show();
        view_->setGraph(std::make_shared<const ContributionGraph>(sample()), tokens(4));
        view_->setRule(plain);
    }
    void cleanup() { view_.reset(); }

    void beginsAtTheLastToken()
    {
        QCOMPARE(view_->start(), std::size_t(3));
        QVERIFY(view_->edges() == edgesDownFrom(*view_->graph(), 3, plain));
        QCOMPARE(attentionEdges(), 4);
    }

    void edgesAboveTheThresholdAreDrawnAndNoOthers_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<double>("scale");
        QTest::newRow("light") << false << 1.0;
        QTest::newRow("dark") << true << 1.0;
        QTest::newRow("light, 2x") << false << 2.0;
    }

    void edgesAboveTheThresholdAreDrawnAndNoOthers()
    {
        QFETCH(bool, dark);
        QFETCH(double, scale);
        QApplication::setPalette(dark ? darkPalette() : lightPalette());
        const GraphEdge strong = edge({2, 0}, {3, 3}), weak = edge({2, 1}, {3, 3});
        const QColor nothing = view_->palette().color(QPalette::Base);
        QVERIFY(middleOf(strong, scale) != nothing);
        QVERIFY(middleOf(weak, scale) != nothing);
        // The stronger one is the more opaque one.
        const auto away = [&](QColor colour) { return std::abs(colour.lightness() - nothing.lightness()); };
        QVERIFY(away(middleOf(strong, scale)) > away(middleOf(weak, scale)));
        view_->setRule({.threshold = 0.05F, .renormalise = false}); // not above it
        QCOMPARE(attentionEdges(), 2);
        QVERIFY(middleOf(strong, scale) != nothing);
        QCOMPARE(middleOf(weak, scale), nothing);
        view_->setRule({.threshold = 0.25F, .renormalise = true}); // 0.25 of a head is not above it
        QCOMPARE(middleOf(strong, scale), nothing);
    }

    void anMlpIsASquareBesideItsStream()
    {
        const auto at = [&] { // its right side: the way round comes from the left
            const QRectF square = view_->scene().mlpRect(1, 3);
            return pixel({square.right(), square.center().y()}, 1);
        };
        const QColor nothing = view_->palette().color(QPalette::Base);
        const QColor shown = at();
        view_->setRule({.threshold = 0.21F, .renormalise = false});
        QVERIFY(at() != shown);
        QVERIFY(shown != nothing);
    }

    void anArrowStartsFromItsToken()
    {
        const QSignalSpy changed(view_.get(), &GraphView::shownChanged);
        click(view_->scene().startRect(1).center());
        QCOMPARE(view_->start(), std::size_t(1));
        QVERIFY(changed.size() >= 1);
        QVERIFY(view_->edges() == edgesDownFrom(*view_->graph(), 1, plain));
        QCOMPARE(attentionEdges(), 0);
        const QColor marked = view_->palette().color(QPalette::Highlight);
        const auto arrow
            = [&](std::size_t token) { return pixel(view_->scene().startRect(token).center() - QPointF(0, 3), 1); };
        QTest::mouseMove(view_->viewport(), {2, 200});
        QCOMPARE(arrow(1), marked);
        QVERIFY(arrow(3) != marked);
        view_->setFocus();
        QTest::keyClick(view_.get(), Qt::Key_Right);
        QCOMPARE(view_->start(), std::size_t(2));
        QTest::keyClick(view_.get(), Qt::Key_End);
        QTest::keyClick(view_.get(), Qt::Key_Right); // there is no further one
        QCOMPARE(view_->start(), std::size_t(3));
        QTest::keyClick(view_.get(), Qt::Key_Home);
        QTest::keyClick(view_.get(), Qt::Key_Left);
        QCOMPARE(view_->start(), std::size_t(0));
    }

    void pointingTellsAndAClickChooses()
    {
        QSignalSpy chosen(view_.get(), &GraphView::edgeChosen);
        const GraphEdge strong = edge({2, 0}, {3, 3});
        const QPointF place = QLineF(ends(strong)).pointAt(0.5);
        QTest::mouseMove(view_->viewport(), place.toPoint());
        QVERIFY(view_->shownEdge() == strong);
        QTest::mouseMove(view_->viewport(), {2, 2});
        QVERIFY(!view_->shownEdge());
        QCOMPARE(chosen.size(), 0);
        click(place);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(chosen.front().front().value<GraphEdge>() == strong);
        QTest::mouseMove(view_->viewport(), {2, 2});
        QVERIFY(view_->shownEdge() == strong); // stays
        QCOMPARE(middleOf(strong, 1), view_->palette().color(QPalette::Highlight));
        // A node stands for the strongest edge of attention into its layer.
        click(view_->scene().placeOf({2, 3}));
        QVERIFY(chosen.back().front().value<GraphEdge>() == edge({0, 0}, {1, 3}));
        // The square of an MLP is its edge.
        click(view_->scene().mlpRect(1, 3).center());
        QVERIFY(chosen.back().front().value<GraphEdge>().kind == GraphEdgeKind::Mlp);
        // What is not there any more is not chosen any more.
        view_->setRule({.threshold = 0.21F, .renormalise = false});
        QTest::mouseMove(view_->viewport(), {2, 2});
        QVERIFY(!view_->shownEdge());
    }

    void theKeyboardGoesFromEdgeToEdge()
    {
        QSignalSpy chosen(view_.get(), &GraphView::edgeChosen);
        view_->setFocus();
        QTest::keyClick(view_.get(), Qt::Key_Down);
        QVERIFY(view_->shownEdge() == view_->edges().front());
        for (std::size_t i = 1; i < view_->edges().size(); ++i) {
            QTest::keyClick(view_.get(), Qt::Key_Down);
            QVERIFY(view_->shownEdge() == view_->edges()[i]);
        }
        QTest::keyClick(view_.get(), Qt::Key_Up);
        QCOMPARE(chosen.size(), 0);
        QTest::keyClick(view_.get(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(chosen.front().front().value<GraphEdge>() == view_->edges()[view_->edges().size() - 2]);
    }

    /// Long prompts and deep models scroll; token labels and arrows stay in view.
    void largeGraphsScrollAndZoom()
    {
        view_->setGraph(std::make_shared<const ContributionGraph>(sample(24, 120)), tokens(120));
        QCOMPARE(view_->start(), std::size_t(119));
        QVERIFY(view_->horizontalScrollBar()->maximum() > 1000);
        QVERIFY(view_->verticalScrollBar()->maximum() > 100);
        QVERIFY(view_->scene().area().contains(view_->scene().placeOf({48, 0}))); // begins at the top
        view_->setStart(60);
        view_->setStart(119);
        const QRectF arrow = view_->scene().startRect(119);
        QVERIFY(view_->viewport()->rect().contains(arrow.toRect()));
        view_->setFocus();
        view_->verticalScrollBar()->setValue(view_->verticalScrollBar()->maximum());
        QVERIFY(view_->scene().area().contains(view_->scene().placeOf({0, 119})));
        QTest::keyClick(view_.get(), Qt::Key_Down); // the edge at the top
        const QRectF place = view_->scene().lineOf(*view_->shownEdge()).boundingRect();
        QVERIFY(view_->scene().area().adjusted(-1, -1, 1, 1).contains(place.center()));
        const double before = view_->scene().columnWidth();
        QTest::keyClick(view_.get(), Qt::Key_Plus);
        QVERIFY(view_->scene().columnWidth() > 1.1 * before);
        QWheelEvent wheel({300, 200}, view_->mapToGlobal(QPointF(300, 200)), {}, {0, -240}, Qt::NoButton,
            Qt::ControlModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(view_->viewport(), &wheel);
        QVERIFY(view_->scene().columnWidth() < before);
        QTest::keyClick(view_.get(), Qt::Key_0);
        QCOMPARE(view_->scene().columnWidth(), before);
        for (int i = 0; i < 40; ++i)
            QTest::keyClick(view_.get(), Qt::Key_Plus);
        QCOMPARE(view_->zoom(), 4.0);
        view_->grab();
    }

    void parallelLayersHaveOneNodeEach()
    {
        ContributionGraph graph = sample();
        graph.parallel = true;
        graph.past.clear();
        view_->setGraph(std::make_shared<const ContributionGraph>(graph), tokens(4));
        QVERIFY(!view_->edges().empty());
        for (const GraphEdge& each : view_->edges())
            QVERIFY(each.to.level % 2 == 0 && each.from.level + 2 == each.to.level);
        QVERIFY(middleOf(edge({2, 0}, {4, 3}), 1) != view_->palette().color(QPalette::Base));
    }

    void withoutGraphThereIsNothing()
    {
        view_->setGraph(nullptr, nullptr);
        QVERIFY(view_->edges().empty());
        click({300, 5});
        click({300, 200});
        QTest::keyClick(view_.get(), Qt::Key_Down);
        QCOMPARE(pixel({300, 200}, 1), view_->palette().color(QPalette::Base));
    }

    void wordsNameTokensHeadsAndShares()
    {
        std::vector<Token> padded(6);
        for (std::size_t i = 0; i < 6; ++i)
            padded[i].label = "w" + std::to_string(i);
        const auto say = [&](const GraphEdge& edge, const GraphRule& rule) {
            return edgeText(*view_->graph(), padded, edge, rule).remove(QChar(0x2068)).remove(QChar(0x2069));
        };
        QCOMPARE(say(edge({2, 0}, {3, 3}), plain),
            u"L1 attention: q[5] \"w5\" takes 30.0 % from k[2] \"w2\" (L1 H1 25.0 %, L1 H0 5.0 %)"_s);
        QCOMPARE(say(edge({3, 3}, {4, 3}), plain), u"L1 residual: q[5] \"w5\" keeps 80.0 % of itself past the MLP"_s);
        QCOMPARE(say(edge({2, 3}, {3, 3}), plain), u"L1 residual: q[5] \"w5\" keeps 63.0 % of itself in attention"_s);
        const GraphRule scaled{.threshold = 0.06F, .renormalise = true};
        view_->setRule(scaled);
        QCOMPARE(say(edge({2, 0}, {3, 3}), scaled),
            u"L1 attention: q[5] \"w5\" takes 28.4 % from k[2] \"w2\" (L1 H1 28.4 %)"_s);
        QCOMPARE(shareText(0.0004F), u"< 0.1 %"_s);
        QCOMPARE(shareText(0), u"0.0 %"_s);
    }

private:
    int attentionEdges() const
    {
        return static_cast<int>(std::count_if(view_->edges().begin(), view_->edges().end(),
            [](const GraphEdge& each) { return each.kind == GraphEdgeKind::Attention; }));
    }
    /// The one drawn; else as if it were.
    GraphEdge edge(const GraphNode& from, const GraphNode& to) const
    {
        for (const GraphEdge& each : view_->edges())
            if (each.from == from && each.to == to && each.kind != GraphEdgeKind::Mlp)
                return each;
        return {.kind = GraphEdgeKind::Attention, .from = from, .to = to};
    }
    QLineF ends(const GraphEdge& each) const
    {
        const QPolygonF way = view_->scene().lineOf(each);
        return {way.first(), way.last()};
    }
    QColor pixel(QPointF place, double scale)
    {
        QImage image((view_->viewport()->size() * scale), QImage::Format_RGB32);
        image.setDevicePixelRatio(scale);
        view_->viewport()->render(&image);
        return image.pixelColor((place * scale).toPoint());
    }
    QColor middleOf(const GraphEdge& each, double scale) { return pixel(ends(each).pointAt(0.5), scale); }
    void click(QPointF place) { QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, place.toPoint()); }

    std::unique_ptr<GraphView> view_;
};

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
