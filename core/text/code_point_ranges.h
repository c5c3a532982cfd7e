// SPDX-License-Identifier: GPL-3.0-or-later
// Looking a code point up in a generated table of ranges.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace headscope {

/// The last range that does not begin after `c`, or nullptr. \pre the ranges are ordered and do not overlap.
template <std::size_t Count> const auto* rangeAt(const std::pair<char32_t, char32_t> (&ranges)[Count], char32_t c)
{
    const auto* after = std::upper_bound(std::begin(ranges), std::end(ranges), c,
        [](char32_t value, const std::pair<char32_t, char32_t>& range) { return value < range.first; });
    return after == std::begin(ranges) ? nullptr : std::prev(after);
}

/// Whether `c` is in one of (first, last).
template <std::size_t Count> bool isIn(const std::pair<char32_t, char32_t> (&ranges)[Count], char32_t c)
{
    const auto* range = rangeAt(ranges, c);
    return range && c <= range->second;
}

} // namespace headscope
