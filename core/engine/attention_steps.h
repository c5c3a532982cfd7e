// SPDX-License-Identifier: GPL-3.0-or-later
// Attention between the projections, one step a function, each as the backend's policies say. Internal to core:
// includes ATen.
#pragma once

#include "core/backend/policies.h"
#include "core/engine/attention_mask.h"

namespace headscope {

/// A layer's mask as its backend wants it, on one device.
struct LayerMask {
    at::Tensor added; ///< MaskStep::AddNumbers: what is added; undefined: nothing
    at::Tensor allowed; ///< MaskStep::Fill: bool, true = attend; undefined: everything
    at::Tensor bias; ///< MaskStep::Fill: a user's own numbers, in the scores' dtype
    at::Tensor
        empty; ///< bool [B|1,1|H,Q,1], true = may attend to nothing; undefined unless the policies force such rows

    LayerMask() = default;
    LayerMask(const AttentionMask& mask, const BackendPolicies& policies, at::ScalarType runType,
        at::ScalarType scoreType, at::Device device, std::int64_t window);
};

/// What raw scores need to know of a model.
struct ScoreArithmetic {
    double scale = 1; ///< multiplied
    double cap = 0; ///< cap * tanh(scores / cap); 0: none
    bool upcast = false; ///< q and k to float32 first
};

ScoreArithmetic scoreArithmetic(const ModelConfig& config, const BackendPolicies& policies, std::size_t layer);

/// q, k [B,H,T,d] -> [B,H,Q,K], scaled and capped, before the mask. k has as many heads as q.
at::Tensor rawScores(
    const at::Tensor& q, const at::Tensor& k, const ScoreArithmetic& arithmetic, const BackendPolicies& policies);

/// Scores with what may not be attended to pushed down.
at::Tensor maskedScores(const at::Tensor& scores, const LayerMask& mask, const BackendPolicies& policies);

/// Scores [B,H,Q,K] -> probabilities.
/// \param wide the family computes the softmax in float32.
/// \param type of q and v: what transformers hands on, even when a mask or an upcast made the scores wider.
at::Tensor patternOf(const at::Tensor& scores, bool wide, at::ScalarType type, const BackendPolicies& policies);

/// The pattern with rows that may attend to nothing as EmptyRow::Forced… says; else the pattern itself.
at::Tensor withEmptyRows(const at::Tensor& pattern, const LayerMask& mask, const BackendPolicies& policies);

/// pattern [B,H,Q,K], v [B,H,K,d] -> z [B,Q,H,d]. The pattern goes to v's device and dtype, whatever the run's are.
at::Tensor mixValues(const at::Tensor& pattern, const at::Tensor& v);

/// [B,G,T,d] -> [B,G * times,T,d], each head repeated in place.
at::Tensor repeatHeads(const at::Tensor& x, std::int64_t times);

} // namespace headscope
