// SPDX-License-Identifier: GPL-3.0-or-later
// Which of a token's weights are worth drawing or listing.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/token_side.h"

#include <vector>

namespace headscope::ui {

/// Attention between a token and the one at `position`.
struct TokenWeight {
    std::size_t position = 0;
    float weight = 0; ///< probability
    friend bool operator==(const TokenWeight&, const TokenWeight&) = default;
};

/// How many weights are drawn of each token. Weights of 0 never are.
struct LineRule {
    float least = 0.01f; ///< the smallest weight drawn
    std::size_t most = 0; ///< so many at most; 0: as many as carry `share`
    double share = 0.95; ///< of the token's whole weight; 1: all
    friend bool operator==(const LineRule&, const LineRule&) = default;
};

/// What is drawn as lines, as far as somebody chose it.
struct LineChoice {
    int least = 1; ///< the smallest weight, in hundredths
    int most = 0; ///< see LineRule
    TokenSide locked = TokenSide::Query; ///< which token of the chosen cell has its lines alone
    std::vector<HeadRef> hidden{}; ///< heads among those drawn, in order
    friend bool operator==(const LineChoice&, const LineChoice&) = default;
};
inline constexpr int largestLeast = 50, largestMost = 64; ///< of LineChoice

/// Weights of a row or column that are allowed and numbers, in the order of positions.
struct TokenWeights {
    std::vector<TokenWeight> weights;
    bool nan = false; ///< some allowed cell is not a number
};

/// Where a query looks. \pre the tile is unpooled and has that row
TokenWeights weightsOfRow(const PatternTile& tile, std::size_t query);
/// Who looks at a key. \pre the tile is unpooled and has that column
TokenWeights weightsOfColumn(const PatternTile& tile, std::size_t key);

/// The arithmetic mean of several tokens' weights; a position that one of them may not look at counts as 0.
TokenWeights meanOf(const std::vector<TokenWeights>& several);

/// Those that the rule lets through, largest first; of equal ones the earlier position.
std::vector<TokenWeight> strongest(const std::vector<TokenWeight>& weights, const LineRule& rule);

} // namespace headscope::ui
