// SPDX-License-Identifier: GPL-3.0-or-later
// The heatmap and its feed, wired as in the window.
#pragma once

#include "ui/bridge/head_tile_feed.h"
#include "ui/views/attention_heatmap.h"

#include <QCoreApplication>
#include <QImage>

#include <memory>
#include <utility>

namespace headscope::ui {

struct ShownHead {
    ShownHead(std::shared_ptr<PatternSource> from, const TokenRow& tokens, QSize size)
        : source(std::move(from))
        , canvas(size, QImage::Format_RGB32)
    {
        QObject::connect(&heatmap, &AttentionHeatmap::viewChanged, &heatmap, [this](const TileView& view) {
            if (feed)
                feed->look(view);
        });
        heatmap.resize(size);
        heatmap.show();
        heatmap.setTokens(tokens, tokens);
    }

    /// With a feed that remembers nothing.
    void show(HeadRef head)
    {
        const auto before = std::exchange(feed, std::make_unique<HeadTileFeed>());
        QObject::connect(feed.get(), &HeadTileFeed::tileReady, &heatmap, &AttentionHeatmap::tileArrived);
        QObject::connect(feed.get(), &HeadTileFeed::coarseReady, &heatmap, &AttentionHeatmap::coarseArrived);
        feed->setSource(source, 1, {0});
        feed->look(heatmap.view());
        feed->show(head, Pool::Maximum);
        heatmap.setTiles(feed.get());
    }

    void paint()
    {
        while (!feed->isSettled() || !heatmap.isComplete())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::processEvents(); // the queued replot
        heatmap.render(&canvas);
    }

    /// What is known now.
    void paintCoarse()
    {
        while (!heatmap.hasCells())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::processEvents();
        heatmap.render(&canvas);
    }

    std::shared_ptr<PatternSource> source;
    QImage canvas;
    AttentionHeatmap heatmap;
    std::unique_ptr<HeadTileFeed> feed;
};

} // namespace headscope::ui
