// SPDX-License-Identifier: GPL-3.0-or-later
// What a page of heads shows of one head: drawn by whoever draws heads for people.
#pragma once

#include "core/analysis/head_place.h"
#include "core/cache/pattern_source.h"
#include "core/report/png.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// One head as it is drawn, with the legend that its colours need.
struct PagePicture {
    PatternTilePtr tile{}; ///< what was drawn; its values may be shares of something
    IndexedPicture cells{}; ///< of the tile: rows are queries and columns keys, or the other way round
    bool transposed = false; ///< rows are keys
    std::vector<Rgb> scale{}; ///< colours from the low end of the scale to the high one, equally far apart
    std::vector<std::pair<double, std::string>> ticks{}; ///< shares of the scale, from 0 to 1, and what they stand for
    std::vector<std::pair<Rgb, std::string>> kinds{}; ///< colours that no value has, and what they mean
    std::string words{}; ///< how it departs from plain values from 0 to 1, in English; may be empty
};

/// Draws a head. \param most values a side; 0: every one
using PagePainter = std::function<PagePicture(const HeadPlace& head, std::size_t most)>;

} // namespace headscope
