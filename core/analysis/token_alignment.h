// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens of two prompts stand for each other.
#pragma once

#include "core/run/run_header.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace headscope {

/// One place of an alignment: a token of either side, or of both; never of neither.
struct AlignedPlace {
    std::optional<std::size_t> a{}, b{}; ///< positions in the padded sequences
    bool same = false; ///< both have the same token id
};

/// All tokens of two sequences but their padding, in order, with as few insertions, removals and replacements as can be
/// (Levenshtein distance over token ids; a replacement counts as one and puts two different tokens beside each other).
/// Where what differs is longer than 4,096 × 4,096 tokens, its tokens are put beside each other in their order.
std::vector<AlignedPlace> alignTokens(const std::vector<Token>& a, const std::vector<Token>& b);

} // namespace headscope
