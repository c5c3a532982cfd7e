// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over a head's pattern, which is made of q and k tile by tile and thrown away. Internal to core: includes ATen.
#pragma once

#include "core/analysis/pattern_sums.h"
#include "core/engine/recomputed_attention.h"

namespace headscope {

/// One head whose pattern only causality and a window restrict, once the padding is left out.
///
/// A tile of scores stays in a core's cache from the product to the last sum; a row's maximum and normaliser grow from
/// tile to tile, in double. Threads  immutable; any.
class StreamedHead {
public:
    static constexpr std::size_t blockRows = 256;

    /// \param real positions of the real tokens, ascending
    /// \param window keys that a row sees back from its own, itself included; 0: all. \pre 0, or `real` is one stretch.
    StreamedHead(const HeadInputs& head, const std::vector<std::int64_t>& real, ScoreArithmetic how, bool causal,
        std::int64_t window);

    /// Of some rows. \param rows by number of the real token, at most blockRows of them. \pre inference mode
    PatternSums sums(const TokenRepeats& tokens, Range rows, HeadScoreOptions options) const;

private:
    template <class Value> PatternSums sumsAs(const TokenRepeats& tokens, Range rows, HeadScoreOptions options) const;
    /// Masked scores of a tile, into `scores` [rows, keys].
    template <class Value> void score(at::Tensor& scores, Range rows, Range keys) const;

    at::Tensor query_, key_; ///< [real tokens, d]
    ScoreArithmetic how_;
    bool causal_ = true;
    std::int64_t window_ = 0;
};

} // namespace headscope
