// SPDX-License-Identifier: GPL-3.0-or-later
// Indices that cannot be mixed up with one another, and half-open ranges of positions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace headscope {

/// An index that cannot be mixed up with another kind of index. Zero-based everywhere.
template <class Tag> struct Id {
    std::size_t value = 0;
    friend constexpr bool operator==(Id a, Id b) { return a.value == b.value; }
    friend constexpr bool operator<(Id a, Id b) { return a.value < b.value; }
};

using LayerId = Id<struct LayerTag>;
using HeadId = Id<struct HeadTag>;
using SequenceId = Id<struct SequenceTag>; ///< a row of the batch
using TokenPos = Id<struct TokenTag>; ///< a position in the padded sequence

/// Names one submitted run; later runs compare greater.
struct RunId {
    std::uint64_t value = 0;
    friend constexpr bool operator==(RunId a, RunId b) { return a.value == b.value; }
    friend constexpr bool operator<(RunId a, RunId b) { return a.value < b.value; }
};

/// Positions begin, begin + 1, …, end - 1.
struct Range {
    std::size_t begin = 0, end = 0;
    constexpr std::size_t size() const { return end > begin ? end - begin : 0; }
    friend constexpr bool operator==(Range a, Range b) { return a.begin == b.begin && a.end == b.end; }
};

} // namespace headscope
