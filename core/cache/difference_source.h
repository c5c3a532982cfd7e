// SPDX-License-Identifier: GPL-3.0-or-later
// The difference of two runs, read through the same door as a run.
#pragma once

#include "core/cache/pattern_source.h"

#include <memory>

namespace headscope {

/// A source whose values are a − b. Both are asked for single cells, in strips of rows of bounded size one after the
/// other, and their differences are pooled: never the difference of pooled values.
///
/// Values   equal values, infinities too, have the difference 0; NaN where either side is NaN.
/// Pool     Maximum means MaximumMagnitude here, and the tile says so.
/// Options  specials and perRow go to both sides: the values as they are shown are subtracted, and the tile says so.
/// Kinds    Allowed where both sides are; else the more telling of those that are not.
/// Origin   "A − B".
/// Threads  the sink is called on the thread that answers a strip second; the subtraction is done there. Dropping the
///          ticket withdraws what both sides were asked for. A failure of either side is the answer.
///
/// \pre neither is null
/// \throws Error(BadInput) when the two do not have as many layers, heads, queries and keys.
std::shared_ptr<PatternSource> differenceOf(std::shared_ptr<PatternSource> a, std::shared_ptr<PatternSource> b);

} // namespace headscope
