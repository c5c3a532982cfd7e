// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/thumbnail_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

#include <algorithm>

namespace headscope::ui {

namespace {

std::size_t stepOf(std::size_t count) { return (count + ThumbnailFeed::side - 1) / ThumbnailFeed::side; }

/// Strips of whole blocks, and one of what is left over, so that a source pools each in blocks of the same step.
std::vector<Range> stripsOf(std::size_t rows, std::size_t columns)
{
    const std::size_t step = stepOf(rows), even = rows - rows % step;
    const std::size_t height = std::max<std::size_t>(1, ThumbnailFeed::mostCells / columns / step) * step;
    std::vector<Range> strips;
    for (std::size_t row = 0; row < even; row += height)
        strips.push_back({row, std::min(row + height, even)});
    if (even < rows)
        strips.push_back({even, rows});
    return strips;
}

PatternTilePtr joined(const std::vector<PatternTilePtr>& strips)
{
    if (strips.size() == 1)
        return strips.front();
    PatternTile whole = *strips.front();
    whole.rows.end = strips.back()->rows.end;
    for (auto strip = strips.begin() + 1; strip != strips.end(); ++strip) {
        whole.height += (*strip)->height;
        whole.values.insert(whole.values.end(), (*strip)->values.begin(), (*strip)->values.end());
        whole.kinds.insert(whole.kinds.end(), (*strip)->kinds.begin(), (*strip)->kinds.end());
    }
    return std::make_shared<const PatternTile>(std::move(whole));
}

} // namespace

void ThumbnailFeed::restart()
{
    heads_.clear();
    strips_.clear();
    underWay_.clear();
}

void ThumbnailFeed::ask(const std::shared_ptr<PatternSource>& source, LayerId layer)
{
    const auto strips = stripsOf(source->queries(), source->keys());
    for (std::size_t h = 0; h < source->heads(); ++h) {
        const std::uint64_t number = ++lastNumber_;
        heads_[number] = {source, {layer, HeadId{h}}, std::vector<PatternTilePtr>(strips.size()), strips.size()};
        for (std::size_t i = 0; i < strips.size(); ++i)
            strips_.push_back({number, i, strips[i]});
    }
    pump();
}

void ThumbnailFeed::pump()
{
    while (!strips_.empty() && underWay_.size() < mostUnderWay) {
        const Strip strip = strips_.front();
        strips_.pop_front();
        const auto found = heads_.find(strip.head);
        if (found == heads_.end()) // another strip of it has failed
            continue;
        PatternSource& source = *found->second.source;
        const HeadRef head = found->second.head;
        const std::uint64_t number = ++lastNumber_;
        const auto answer
            = hopTo(this, [this, number, strip](const PatternTilePtr& tile, const std::exception_ptr& why) {
                  answered(number, strip, tile, why);
              });
        auto& ticket = underWay_[number];
        const std::size_t height = std::max<std::size_t>(1, strip.rows.size() / stepOf(source.queries()));
        ticket = source.request(head.layer, head.head, Stage::Pattern, strip.rows, {0, source.keys()},
            {.maxHeight = height, .maxWidth = side, .priority = Priority::Thumbnail, .pool = pool_}, answer);
    }
}

void ThumbnailFeed::answered(
    std::uint64_t number, const Strip& strip, const PatternTilePtr& tile, const std::exception_ptr& why)
{
    if (underWay_.erase(number) == 0) // of an earlier round
        return;
    const auto found = heads_.find(strip.head);
    if (found != heads_.end()) {
        if (!tile) {
            heads_.erase(found);
            Q_EMIT failed(messageOf(why));
        } else {
            Head& head = found->second;
            head.strips[strip.index] = tile;
            if (--head.missing == 0) {
                const Head done = std::move(head);
                heads_.erase(found);
                Q_EMIT tileReady(done.head, joined(done.strips));
            }
        }
    }
    pump();
}

} // namespace headscope::ui
