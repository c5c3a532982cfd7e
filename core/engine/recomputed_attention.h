// SPDX-License-Identifier: GPL-3.0-or-later
// Scores and patterns of a finished run, computed from the q and k that it left. Internal to core: includes ATen.
#pragma once

#include "core/engine/attention_steps.h"

#include <array>
#include <map>
#include <vector>

namespace headscope {

/// How one layer of a run made its patterns.
struct PatternRecipe {
    const ModelConfig& config;
    const BackendPolicies& policies;
    std::size_t layer = 0;
    bool fused = false; ///< a row that may attend to nothing is zeros, as the fused kernel's output for it is
};

/// The mask of a fused kernel: bool, or numbers in `type` where the user gave some; undefined: everything is allowed.
at::Tensor fusedMask(const AttentionMask& mask, const BackendPolicies& policies, at::ScalarType type, at::Device device,
    std::int64_t window);

/// q [B,H,R,d], k [B,H,K,d], mask of just these rows and keys -> masked scores [B,H,R,K].
at::Tensor recomputedScores(
    const PatternRecipe& recipe, const at::Tensor& q, const at::Tensor& k, const AttentionMask& mask);
/// Scores of all keys -> pattern in the run's dtype `type`.
at::Tensor recomputedPattern(
    const PatternRecipe& recipe, const at::Tensor& scores, const AttentionMask& mask, at::ScalarType type);

/// max |P V - z| over the last rows, P as it will be recomputed. \param qkv [B,H,·,d] each, with equally many heads.
/// \param z [B,rows,H,d]
double recomputationError(
    const PatternRecipe& recipe, const std::array<at::Tensor, 3>& qkv, const AttentionMask& mask, const at::Tensor& z);

/// One head of one sequence of a layer: what its scores are made of.
struct HeadInputs {
    std::size_t sequence = 0, head = 0;
    at::Tensor query; ///< [T, d]
    at::Tensor key; ///< [T, d]
};

/// Reads rectangles of heads. The first touch of a row computes its maximum and its sum over all keys, in aligned
/// blocks of rows, with the run's own rounding and softmax dtype; later rectangles of that row cost only themselves.
///
/// In 16-bit runs every rectangle is cut out of whole rows, which are rounded like the run's own.
/// Threads  one thread.
class AttentionReader {
public:
    AttentionReader(const ModelConfig& config, const BackendPolicies& policies, AttentionMask mask)
        : config_(config)
        , policies_(policies)
        , mask_(std::move(mask))
    {
    }

    /// [rows, columns] in the scores' or the run's dtype.
    at::Tensor scores(std::size_t layer, const HeadInputs& head, Range rows, Range columns) const;
    at::Tensor pattern(std::size_t layer, bool fused, const HeadInputs& head, Range rows, Range columns);

    /// Patterns of a block of rows over every key that one of them may attend to, [rows, lastKey(rows)]: the rest are
    /// zeros. Rounded like the run's own where the block begins at a multiple of 16. Any thread.
    at::Tensor patternRows(std::size_t layer, bool fused, const HeadInputs& head, Range rows) const
    {
        return wholeRows({config_, policies_, layer, fused}, head, rows);
    }
    /// The keys that a block of rows can attend to at all; what follows them is zero in a pattern.
    std::size_t lastKey(Range rows) const;

    const AttentionMask& mask() const noexcept { return mask_; }

private:
    /// Of the rows touched so far, in the softmax's dtype.
    struct RowSums {
        at::Tensor peak, sum; ///< [T, 1]
        std::vector<bool> known; ///< [row]
    };
    AttentionMask section(const HeadInputs& head, Range rows, Range columns) const;
    at::Tensor wholeRows(const PatternRecipe& recipe, const HeadInputs& head, Range rows) const;
    RowSums& sumsOf(const PatternRecipe& recipe, const HeadInputs& head, Range rows);

    const ModelConfig& config_;
    const BackendPolicies& policies_;
    AttentionMask mask_;
    std::map<std::array<std::size_t, 3>, RowSums> sums_; ///< by layer, sequence, head
};

} // namespace headscope
