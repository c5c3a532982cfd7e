// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/drawn_text.h"

#include "ui/text/view_text.h"

namespace headscope::ui {

ViewOptions drawnWith(ViewOptions wanted, const PatternTile& tile)
{
    wanted.stage = tile.stage;
    wanted.pool = tile.pool;
    wanted.specials = tile.specials;
    wanted.scale = effectiveMode(wanted);
    if (wanted.scale == ScaleMode::PerRow && !tile.perRow)
        wanted.scale = ScaleMode::Fixed;
    return wanted;
}

std::string joinedText(const std::string& first, const std::string& second)
{
    return first.empty() || second.empty() ? first + second : first + ", " + second;
}

std::string drawnText(const ViewOptions& options, bool kept)
{
    std::string words;
    switch (effectiveMode(options)) {
    case ScaleMode::Auto:
        if (options.stage == Stage::Pattern) // others have no other end
            words = "colours to the largest value";
        break;
    case ScaleMode::Percentile:
        words = "colours to the 99th percentile";
        break;
    case ScaleMode::Logarithmic:
        words = "logarithmic colours";
        break;
    case ScaleMode::Fixed:
    case ScaleMode::PerRow:
        break;
    }
    if (kept)
        words = joinedText(words, "one colour scale for all heads");
    return joinedText(words, options.transposed ? "rows are keys" : "");
}

} // namespace headscope::ui
