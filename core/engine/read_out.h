// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a model, from a residual to logits, with nobody looking. Internal to core: includes ATen.
#pragma once

#include "core/backend/policies.h"
#include "core/engine/weights.h"

#include <memory>

namespace headscope {

/// A norm as a backend computes it: the kernels of transformers, or step by step.
at::Tensor normed(
    const at::Tensor& x, const NormWeights& norm, const ModelConfig& config, const BackendPolicies& policies);

/// Reads residuals as the model reads its last one. Keeps the weights alive that it needs.
///
/// Threads  immutable; one thread at a time, under c10::InferenceMode.
class ReadOut {
public:
    /// \param weights those outside the layers have been read.
    ReadOut(
        const ModelWeights& weights, std::shared_ptr<const ModelDescription> model, const BackendPolicies& policies);

    /// [N, D] in the run's dtype -> [N, V] float32 on the host, after a soft cap of the logits.
    at::Tensor logits(const at::Tensor& residual) const;
    /// Likewise, with the final norm's scales held. \param scales [N, 1] float64 on the host \pre no encoder
    at::Tensor logits(const at::Tensor& residual, const at::Tensor& scales) const;
    /// The scales of the final norm at residuals [N, D]: [N, 1] float64 on the host. \pre no encoder
    at::Tensor scalesOf(const at::Tensor& residual) const;
    /// What a part of a residual adds to every logit once the final norm's scale is held: [D] float64 on the host ->
    /// [V] likewise, without biases and before a soft cap. \pre no encoder
    at::Tensor directLogits(const at::Tensor& part, const at::Tensor& scale) const;
    /// What a part of a layer's attention becomes behind a norm of which the scale is held: float64 on the host.
    at::Tensor behind(const NormWeights& norm, const at::Tensor& part, const at::Tensor& scale) const;

private:
    const ModelConfig& config() const { return model_->config(); }
    at::Tensor unembedded(const at::Tensor& hidden) const;

    std::shared_ptr<const ModelDescription> model_;
    BackendPolicies policies_;
    NormWeights finalNorm_;
    LinearWeights headDense_, unembed_;
};

} // namespace headscope
