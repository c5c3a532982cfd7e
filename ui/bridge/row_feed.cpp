// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/row_feed.h"

#include "ui/bridge/hop.h"

namespace headscope::ui {

void RowFeed::forget()
{
    ++asked_;
    ticket_.withdraw();
    head_.reset();
    row_.reset();
    waiting_ = false;
}

PatternTilePtr RowFeed::row(
    PatternSource& source, HeadRef head, std::size_t query, Stage stage, SpecialTokens specials, bool perRow)
{
    if (head_ == head && query_ == query && stage_ == stage && specials_ == specials && perRow_ == perRow)
        return row_;
    forget();
    if (!source.has(head.layer, stage))
        return nullptr;
    head_ = head;
    query_ = query;
    stage_ = stage;
    specials_ = specials;
    perRow_ = perRow;
    waiting_ = true;
    const auto answer = hopTo(this, [this, asked = asked_](const PatternTilePtr& tile, const std::exception_ptr&) {
        if (asked != asked_)
            return;
        waiting_ = false;
        row_ = tile; // without one the pooled value stands; why is told where the tiles are asked for
        if (tile)
            Q_EMIT rowReady();
    });
    ticket_ = source.request(head.layer, head.head, stage, {query, query + 1}, {0, source.keys()},
        {.specials = specials, .perRow = perRow}, answer);
    return nullptr;
}

} // namespace headscope::ui
