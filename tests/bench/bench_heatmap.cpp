// SPDX-License-Identifier: GPL-3.0-or-later
// Time from choosing another head to seeing it, against refilling a plain QCPColorMap, the obvious way to draw one.
#include "tests/ui/fakes.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/plot.h"

#include <QApplication>
#include <QElapsedTimer>

#include <cstdio>

using namespace headscope;
using namespace headscope::ui;

namespace {

constexpr int rounds = 15;
const QSize size(900, 860);

/// Tiles made beforehand, so that only what the window does is timed.
class ReadySource : public test::FakePatternSource {
public:
    ReadySource(std::size_t length, std::size_t heads)
        : FakePatternSource(length, 1, heads)
    {
        value = [](LayerId, HeadId head, std::size_t q, std::size_t k) {
            return static_cast<float>((q * 2654435761u + k * 40503u + head.value * 977u) % 1000) / 1000;
        };
        for (std::size_t head = 0; head < heads; ++head)
            tiles_.push_back(make({0}, {head}, {0, length}, {0, length}, {}));
    }
    Ticket request(LayerId, HeadId head, Stage, Range, Range, PatternOptions, Sink sink) override
    {
        sink(tiles_[head.value], nullptr);
        return {};
    }
    const PatternTile& tile(std::size_t head) const { return *tiles_[head]; }

private:
    std::vector<PatternTilePtr> tiles_;
};

struct Times {
    double median, worst;
};

template <class Act> Times measure(Act act)
{
    std::vector<double> times;
    for (int i = 0; i < rounds + 2; ++i) {
        QElapsedTimer clock;
        clock.start();
        act(static_cast<std::size_t>(i));
        if (i >= 2) // the first ones fill caches
            times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times.back()};
}

Times measureOurs(const std::shared_ptr<ReadySource>& source)
{
    const auto tokens = std::make_shared<const std::vector<Token>>(test::fakeTokens(source->queries()));
    AttentionHeatmap heatmap;
    heatmap.resize(size);
    heatmap.show();
    heatmap.setTokens(tokens, tokens);
    QImage canvas(size, QImage::Format_RGB32);
    return measure([&](std::size_t i) {
        HeadTileFeed feed; // remembers nothing from round to round
        bool there = false;
        QObject::connect(&feed, &HeadTileFeed::tileReady, &heatmap, [&](const PatternTilePtr& tile) {
            heatmap.setTile(tile);
            there = true;
        });
        feed.setSource(source);
        feed.request({{0}, {i % source->heads()}});
        while (!there)
            QCoreApplication::processEvents();
        QCoreApplication::processEvents(); // the queued replot
        heatmap.render(&canvas);
    });
}

Times measureColourMap(const ReadySource& source)
{
    QCustomPlot plot;
    plot.resize(size);
    plot.show();
    auto* map = new QCPColorMap(plot.xAxis, plot.yAxis);
    const int n = static_cast<int>(source.queries());
    map->data()->setSize(n, n);
    map->data()->setRange(QCPRange(0, n - 1), QCPRange(0, n - 1));
    map->setInterpolate(false);
    map->setDataRange(QCPRange(0, 1));
    plot.yAxis->setRangeReversed(true);
    plot.rescaleAxes();
    QImage canvas(size, QImage::Format_RGB32);
    return measure([&](std::size_t i) {
        const auto& tile = source.tile(i % source.heads());
        for (int q = 0; q < n; ++q)
            for (int k = 0; k < n; ++k)
                map->data()->setCell(
                    k, q, static_cast<double>(tile.value(static_cast<std::size_t>(q), static_cast<std::size_t>(k))));
        plot.replot(QCustomPlot::rpImmediateRefresh);
        plot.render(&canvas);
    });
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    std::printf(
        "choose another head until it is painted, %dx%d, median/max ms of %d\n", size.width(), size.height(), rounds);
    for (const std::size_t length : {std::size_t{128}, std::size_t{1024}, std::size_t{2048}, std::size_t{4096}}) {
        const auto source = std::make_shared<ReadySource>(length, length > 2048 ? 2 : 4);
        const Times ours = measureOurs(source), plain = measureColourMap(*source);
        std::printf("tokens=%zu heatmap_ms=%.2f/%.2f colormap_ms=%.2f/%.2f ratio=%.2f\n", length, ours.median,
            ours.worst, plain.median, plain.worst, ours.median / plain.median);
    }
    return 0;
}
