// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/strip_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

#include <algorithm>

namespace headscope::ui {

namespace {

bool contains(const std::vector<Strip>& strips, const Strip& strip)
{
    return std::find(strips.begin(), strips.end(), strip) != strips.end();
}

} // namespace

void StripFeed::setSource(std::shared_ptr<PatternSource> source)
{
    underWay_.clear();
    kept_.clear();
    wanted_.clear();
    cells_ = 0;
    source_ = std::move(source);
}

void StripFeed::extendSource(std::shared_ptr<PatternSource> source) { source_ = std::move(source); }

void StripFeed::look(const std::vector<Strip>& wanted)
{
    wanted_ = wanted;
    std::vector<Strip> asked;
    for (auto request = underWay_.begin(); request != underWay_.end();) {
        if (contains(wanted_, request->second.strip)) {
            asked.push_back(request->second.strip);
            ++request;
        } else {
            request = underWay_.erase(request);
        }
    }
    for (const auto& strip : wanted_)
        if (!contains(asked, strip) && !find(strip)) {
            asked.push_back(strip);
            ask(strip);
        }
}

PatternTilePtr StripFeed::find(const Strip& strip) const
{
    const auto found
        = std::find_if(kept_.rbegin(), kept_.rend(), [&](const auto& kept) { return kept.first == strip; });
    return found == kept_.rend() ? nullptr : found->second;
}

void StripFeed::ask(const Strip& strip)
{
    if (!source_ || !source_->has(strip.head.layer, Stage::Pattern))
        return;
    const auto number = ++lastNumber_;
    const auto answer = hopTo(this, [this, number](const PatternTilePtr& tile, const std::exception_ptr& why) {
        const auto request = underWay_.find(number);
        if (request == underWay_.end()) // not wanted any more
            return;
        const Strip answered = request->second.strip;
        underWay_.erase(request);
        if (!tile) {
            Q_EMIT failed(messageOf(why));
            return;
        }
        keep(answered, tile);
        Q_EMIT arrived();
    });
    auto& request = underWay_[number];
    request.strip = strip;
    request.ticket
        = source_->request(strip.head.layer, strip.head.head, Stage::Pattern, strip.rows, strip.columns, {}, answer);
}

void StripFeed::keep(const Strip& strip, const PatternTilePtr& tile)
{
    kept_.emplace_back(strip, tile);
    cells_ += tile->values.size();
    for (auto old = kept_.begin(); cells_ > mostCells && old != kept_.end();) {
        if (contains(wanted_, old->first)) {
            ++old;
            continue;
        }
        cells_ -= old->second->values.size();
        old = kept_.erase(old);
    }
}

} // namespace headscope::ui
