// SPDX-License-Identifier: GPL-3.0-or-later
// What a view of the run shows now: one head, or several as one.
#pragma once

#include "ui/bridge/strip_feed.h"
#include "ui/models/combined_heads.h"

#include <QString>

namespace headscope::ui {

struct ShownHeads {
    std::shared_ptr<PatternSource> source; ///< nothing: there is nothing to read
    HeadRef head; ///< within the source
    std::optional<Combined> combined; ///< nothing: it is that head
    QString title; ///< "L3 H7", "mean of 3 heads: L0 H1, L1 H2, L3 H0"
};

/// Lets a feed read what is shown now, and forget what it has of anything else. \param before what it reads so far;
/// \param sameSequence whether that was of the same run and sequence.
inline void readFrom(StripFeed& feed, const ShownHeads& now, const std::optional<Combined>& before, bool sameSequence)
{
    const bool same = now.combined ? now.source == feed.source() : sameSequence && !before;
    same ? feed.extendSource(now.source) : feed.setSource(now.source);
}

} // namespace headscope::ui
