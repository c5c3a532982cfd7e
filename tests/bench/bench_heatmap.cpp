// SPDX-License-Identifier: GPL-3.0-or-later
// Time from choosing another head to seeing it, and of panning and zooming, against a plain QCPColorMap, the obvious
// way to draw one.
#include "tests/bench/measured.h"
#include "tests/bench/shown_head.h"
#include "tests/ui/fakes.h"
#include "ui/views/plot.h"

#include <QApplication>
#include <QKeyEvent>

#include <array>
#include <cstdio>
#include <map>

using namespace headscope;
using namespace headscope::ui;
using bench::measure;
using bench::Times;

namespace {

constexpr int rounds = 15;
const QSize size(900, 860);

/// Remembers its answers, so that only what the window does is timed.
class ReadySource : public test::FakePatternSource {
public:
    ReadySource(std::size_t length, std::size_t heads)
        : FakePatternSource(length, 1, heads)
    {
    }
    PatternTilePtr make(LayerId, HeadId head, Range rows, Range columns, PatternOptions options) const override
    {
        auto& tile = tiles_[{head.value, rows.begin, rows.end, columns.begin, columns.end, options.maxHeight}];
        if (tile)
            return tile;
        PatternTile made = blank({0}, head, rows, columns, options);
        for (std::size_t q = rows.begin; q < rows.end; ++q)
            for (std::size_t k = columns.begin; k < columns.end; ++k) {
                const auto at = (q - rows.begin) / made.rowStep * made.width + (k - columns.begin) / made.columnStep;
                if (k > q) {
                    made.kinds[at] = std::min(made.kinds[at], CellKind::Masked);
                    continue;
                }
                made.kinds[at] = CellKind::Allowed;
                made.values[at] = std::max(made.values[at], valueAt(head.value, q, k));
            }
        return tile = std::make_shared<const PatternTile>(std::move(made));
    }
    static float valueAt(std::size_t head, std::size_t q, std::size_t k)
    {
        return k > q ? 0 : static_cast<float>((q * 2654435761u + k * 40503u + head * 977u) % 1000) / 1000;
    }

private:
    mutable std::map<std::array<std::size_t, 6>, PatternTilePtr> tiles_;
};

struct Ours : ShownHead {
    explicit Ours(const std::shared_ptr<ReadySource>& from)
        : ShownHead(from, std::make_shared<const std::vector<Token>>(test::fakeTokens(from->queries())), size)
        , ready(*from)
    {
    }

    void settle()
    {
        paint();
        for (std::size_t before = 0; before != ready.requests; paint()) // what is fetched ahead
            before = ready.requests;
    }

    ReadySource& ready;
};

struct Map {
    explicit Map(const ReadySource& from)
        : source(from)
        , length(static_cast<int>(from.queries()))
        , canvas(size, QImage::Format_RGB32)
    {
        plot.resize(size);
        plot.show();
        map = new QCPColorMap(plot.xAxis, plot.yAxis);
        map->data()->setSize(length, length);
        map->data()->setRange(QCPRange(0, length - 1), QCPRange(0, length - 1));
        map->setInterpolate(false);
        map->setDataRange(QCPRange(0, 1));
        plot.yAxis->setRangeReversed(true);
        plot.rescaleAxes();
    }

    void fill(const PatternTile& tile)
    {
        for (int q = 0; q < length; ++q)
            for (int k = 0; k < length; ++k)
                map->data()->setCell(
                    k, q, static_cast<double>(tile.value(static_cast<std::size_t>(q), static_cast<std::size_t>(k))));
    }

    void see(double left, double top, double side)
    {
        plot.xAxis->setRange(left, left + side);
        plot.yAxis->setRange(top, top + side);
    }

    void paint()
    {
        plot.replot(QCustomPlot::rpImmediateRefresh);
        plot.render(&canvas);
    }

    const ReadySource& source;
    int length;
    QImage canvas;
    QCustomPlot plot;
    QCPColorMap* map;
};

void print(const char* what, std::size_t length, Times ours, Times plain)
{
    std::printf("%s tokens=%zu heatmap_ms=%.2f/%.2f colormap_ms=%.2f/%.2f ratio=%.3f\n", what, length, ours.median,
        ours.worst, plain.median, plain.worst, ours.median / plain.median);
    std::fflush(stdout);
}

/// Choose another head until it is painted, its tiles being there.
void compareHeads(std::size_t length)
{
    const std::size_t heads = length > 2048 ? 2 : 4;
    const auto source = std::make_shared<ReadySource>(length, heads);
    Ours ours(source);
    for (std::size_t head = 0; head < heads; ++head) {
        ours.show({{0}, {head}});
        ours.paint();
    }
    const Times arrived = measure(rounds, [&](std::size_t i) {
        ours.show({{0}, {i % heads}});
        ours.paint();
    });
    std::vector<PatternTilePtr> whole;
    for (std::size_t head = 0; head < heads; ++head) {
        PatternTile tile;
        tile.height = tile.width = length;
        tile.values.resize(length * length);
        for (std::size_t i = 0; i < tile.values.size(); ++i)
            tile.values[i] = ReadySource::valueAt(head, i / length, i % length);
        whole.push_back(std::make_shared<const PatternTile>(std::move(tile)));
    }
    Map map(*source);
    const Times plain = measure(rounds, [&](std::size_t i) {
        map.fill(*whole[i % heads]);
        map.paint();
    });
    print("head", length, arrived, plain);
}

/// Pan and zoom a long head, everything being there.
void compareMoves(std::size_t length)
{
    const auto source = std::make_shared<ReadySource>(length, 1);
    Ours ours(source);
    ours.show({{0}, {0}});
    ours.settle();
    Map map(*source);
    {
        PatternTile tile;
        tile.height = tile.width = length;
        tile.values.resize(length * length);
        for (std::size_t i = 0; i < tile.values.size(); ++i)
            tile.values[i] = ReadySource::valueAt(0, i / length, i % length);
        map.fill(tile);
        map.paint();
    }
    const auto repaintMap = [&](double left, double side) {
        map.see(left, left, side);
        map.paint();
    };
    print("repaint whole", length,
        measure(rounds,
            [&](std::size_t i) {
                ours.heatmap.setScaleMode(i % 2 == 0 ? ScaleMode::Auto : ScaleMode::Fixed);
                ours.paint();
            }),
        measure(rounds, [&](std::size_t i) {
            map.map->setDataRange(QCPRange(0, i % 2 == 0 ? 0.999 : 1));
            map.paint();
        }));
    const double n = static_cast<double>(length);
    for (const double share : {0.5, 0.1}) {
        ours.heatmap.resetView();
        ours.heatmap.zoom(share);
        ours.settle();
        for (int i = 0; i < 4; ++i) { // what panning will show
            QKeyEvent key(QEvent::KeyPress, i < 2 ? Qt::Key_Left : Qt::Key_Right, Qt::ShiftModifier);
            QCoreApplication::sendEvent(&ours.heatmap, &key);
            ours.settle();
        }
        const Times pan = measure(rounds, [&](std::size_t i) {
            QKeyEvent key(QEvent::KeyPress, i % 2 == 0 ? Qt::Key_Left : Qt::Key_Right, Qt::ShiftModifier);
            QCoreApplication::sendEvent(&ours.heatmap, &key);
            ours.paint();
        });
        print(share == 0.5 ? "pan half" : "pan tenth", length, pan,
            measure(rounds, [&](std::size_t i) { repaintMap(n * (0.4 + (i % 2 == 0 ? share / 10 : 0)), n * share); }));
        const Times zoom = measure(rounds, [&](std::size_t i) {
            ours.heatmap.zoom(i % 2 == 0 ? 0.8 : 1.25);
            ours.paint();
        });
        print(share == 0.5 ? "zoom half" : "zoom tenth", length, zoom,
            measure(rounds, [&](std::size_t i) { repaintMap(n * 0.4, n * share * (i % 2 == 0 ? 0.8 : 1)); }));
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    std::printf("%dx%d, until painted, median/max ms of %d\n", size.width(), size.height(), rounds);
    for (int i = 1; i < argc; ++i) // just these lengths
        compareHeads(std::stoul(argv[i]));
    if (argc > 1)
        return 0;
    for (const std::size_t length : {128, 1024, 2048, 4096})
        compareHeads(length);
    compareMoves(8192);
    return 0;
}
