// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/head_tile_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

#include <algorithm>

namespace headscope::ui {

namespace {
constexpr std::size_t cellsRemembered = 24u << 20; // 120 MB of values and kinds
}

void HeadTileFeed::setSource(std::shared_ptr<PatternSource> source)
{
    forget();
    remembered_.clear();
    source_ = std::move(source);
}

void HeadTileFeed::forget()
{
    ++asked_;
    ticket_.withdraw();
    waiting_.reset();
}

void HeadTileFeed::request(HeadRef head)
{
    forget();
    for (const auto& tile : remembered_)
        if (tile->layer == head.layer && tile->head == head.head)
            return Q_EMIT tileReady(PatternTilePtr(tile));
    waiting_ = head;
    const auto answer = hopTo(this, [this, asked = asked_](const PatternTilePtr& tile, const std::exception_ptr& why) {
        if (asked != asked_)
            return;
        waiting_.reset();
        if (!tile)
            return Q_EMIT failed(messageOf(why));
        remember(tile);
        Q_EMIT tileReady(tile);
    });
    ticket_ = source_->request(head.layer, head.head, Stage::Pattern, {0, source_->queries()}, {0, source_->keys()},
        {.maxHeight = longestSide, .maxWidth = longestSide, .priority = Priority::Visible}, answer);
}

void HeadTileFeed::remember(PatternTilePtr tile)
{
    remembered_.push_back(std::move(tile));
    std::size_t cells = 0;
    for (const auto& kept : remembered_)
        cells += kept->values.size();
    while (remembered_.size() > 1 && cells > cellsRemembered) {
        cells -= remembered_.front()->values.size();
        remembered_.pop_front();
    }
}

} // namespace headscope::ui
