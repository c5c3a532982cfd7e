// SPDX-License-Identifier: GPL-3.0-or-later
// Time to repaint the grid of heads, to hover over it and to arrange it, against one QCustomPlot with a QCPColorMap for
// every head, the obvious way to draw many.
#include "tests/bench/measured.h"
#include "tests/ui/fakes.h"
#include "ui/models/head_likeness.h"
#include "ui/views/head_grid.h"
#include "ui/views/plot.h"

#include <QApplication>
#include <QScrollArea>
#include <QScrollBar>

#include <cstdio>

using namespace headscope;
using namespace headscope::ui;
using bench::measure;
using bench::Times;

namespace {

constexpr int rounds = 31;
constexpr std::size_t side = 64;
const QSize size(1400, 900);

PatternTilePtr tileOf(std::size_t head)
{
    PatternTile tile;
    tile.rows = tile.columns = {0, side};
    tile.height = tile.width = side;
    for (std::size_t q = 0; q < side; ++q)
        for (std::size_t k = 0; k < side; ++k) {
            tile.kinds.push_back(k > q ? CellKind::Masked : CellKind::Allowed);
            tile.values.push_back(
                k > q ? 0 : static_cast<float>((q * 2654435761u + k * 40503u + head * 977u) % 1000) / 1000);
        }
    return std::make_shared<const PatternTile>(std::move(tile));
}

struct Ours {
    Ours(std::size_t layers, std::size_t heads)
        : grid(new HeadGrid(selection))
    {
        area.setWidgetResizable(true);
        area.setFrameShape(QFrame::NoFrame);
        area.setWidget(grid);
        area.resize(size);
        area.show();
        grid->reset(layers, heads);
        for (std::size_t layer = 0; layer < layers; ++layer) {
            LayerScores scores{.layer = {layer}, .options = {}};
            for (std::size_t head = 0; head < heads; ++head) {
                grid->setTile({{layer}, {head}}, *tileOf(layer * heads + head));
                scores.heads.push_back({.rows = side,
                    .entropy = static_cast<double>((layer * 31 + head * 17) % 101),
                    .induction = static_cast<double>((layer * 7 + head * 13) % 97) / 97});
            }
            grid->setScores(scores);
        }
        settle();
    }
    void settle() { QCoreApplication::processEvents(); }
    Times repaint()
    {
        return measure(rounds, [&](std::size_t) {
            grid->update();
            settle();
        });
    }
    Times hover()
    {
        return measure(rounds, [&](std::size_t i) {
            const std::size_t heads = selection.heads();
            selection.hover(HeadRef{{(i * 5) % selection.layers()}, {(i * 3) % heads}});
            settle();
        });
    }
    HeadSelection selection;
    QScrollArea area;
    HeadGrid* grid;
};

struct Plot {
    Plot(std::size_t layers, std::size_t heads)
    {
        plot.resize(size);
        plot.plotLayout()->clear();
        plot.plotLayout()->setRowSpacing(2);
        plot.plotLayout()->setColumnSpacing(2);
        for (std::size_t layer = 0; layer < layers; ++layer)
            for (std::size_t head = 0; head < heads; ++head)
                add(layer, head, *tileOf(layer * heads + head));
        plot.show();
    }
    void add(std::size_t layer, std::size_t head, const PatternTile& tile)
    {
        auto* rect = new QCPAxisRect(&plot, true);
        rect->setAutoMargins(QCP::msNone);
        rect->setMargins({});
        for (auto* axis : rect->axes()) {
            axis->setTicks(false);
            axis->setTickLabels(false);
            axis->grid()->setVisible(false);
        }
        plot.plotLayout()->addElement(static_cast<int>(layer), static_cast<int>(head), rect);
        auto* map = new QCPColorMap(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
        constexpr int n = static_cast<int>(side);
        map->data()->setSize(n, n);
        map->data()->setRange(QCPRange(0, n - 1), QCPRange(0, n - 1));
        map->setInterpolate(false);
        map->setDataRange(QCPRange(0, 1));
        for (int q = 0; q < n; ++q)
            for (int k = 0; k < n; ++k)
                map->data()->setCell(
                    k, q, static_cast<double>(tile.value(static_cast<std::size_t>(q), static_cast<std::size_t>(k))));
        rect->axis(QCPAxis::atLeft)->setRangeReversed(true);
        map->rescaleAxes();
    }
    Times repaint()
    {
        return measure(rounds, [&](std::size_t) {
            plot.replot(QCustomPlot::rpImmediateRefresh);
            QCoreApplication::processEvents();
        });
    }
    QCustomPlot plot;
};

void print(const char* what, std::size_t layers, std::size_t heads, Times ours, const Times* plain = nullptr)
{
    std::printf("%-22s %zux%zu grid_ms=%.2f/%.2f", what, layers, heads, ours.median, ours.worst);
    if (plain)
        std::printf(" colormaps_ms=%.2f/%.2f ratio=%.3f", plain->median, plain->worst, ours.median / plain->median);
    std::printf("\n");
    std::fflush(stdout);
}

void compare(std::size_t layers, std::size_t heads, bool withPlot)
{
    Ours ours(layers, heads);
    std::optional<Times> plain;
    if (withPlot)
        plain = Plot(layers, heads).repaint();
    const Times* other = plain ? &*plain : nullptr;
    print("repaint", layers, heads, ours.repaint(), other);
    print("images made anew", layers, heads, measure(rounds, [&](std::size_t i) {
        ours.grid->setScaleMode(i % 2 == 0 ? ScaleMode::Auto : ScaleMode::Fixed);
        ours.settle();
    }));
    print("hover", layers, heads, ours.hover(), other);
    print("arrange by another", layers, heads, measure(rounds, [&](std::size_t i) {
        ours.grid->arrangement().setOrder(i % 2 == 0 ? HeadOrder::Entropy : HeadOrder::Induction, true);
        ours.settle();
    }));
    print("repaint arranged", layers, heads, ours.repaint(), other);
    print("hover arranged", layers, heads, ours.hover(), other);
    print("scroll a page", layers, heads, measure(rounds, [&](std::size_t i) {
        ours.area.verticalScrollBar()->setValue(static_cast<int>(i % 8) * 700);
        ours.settle();
    }));
    print("likeness (worker)", layers, heads,
        measure(rounds, [&](std::size_t i) { likeness(ours.grid->patterns(), i); }));
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    std::printf("%dx%d, until painted, median/max ms of %d\n", size.width(), size.height(), rounds);
    compare(12, 12, true);
    compare(30, 9, true);
    compare(48, 64, false);
    return 0;
}
