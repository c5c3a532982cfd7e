// SPDX-License-Identifier: GPL-3.0-or-later
// The one forward pass, driven by an architecture description. Internal to core: includes ATen.
#pragma once

#include "core/engine/hooks.h"
#include "core/engine/model_inputs.h"
#include "core/engine/weights.h"

#include <functional>
#include <stop_token>

namespace headscope {

/// What a finished layer leaves behind.
struct LayerOutcome {
    at::Tensor pattern; ///< [B, H, T, T] in the run's dtype
    at::Tensor scores; ///< likewise, before the softmax; undefined unless asked for
};

/// Runs a model once.
///
/// Calls the same ATen operations in the same order and dtypes as transformers 5.23.0 does with eager attention, so
/// that results on the CPU are bit-identical to it (measured in tests/oracle; see core/README.md). Threads  one thread,
/// under c10::InferenceMode.
class ForwardPass {
public:
    /// \param keepScores whether layer outcomes hold the scores as well.
    ForwardPass(const ModelWeights& weights, const HookRegistry& hooks, std::stop_token stop, bool keepScores)
        : weights_(weights)
        , config_(weights.description->config())
        , hooks_(hooks)
        , stop_(std::move(stop))
        , keepScores_(keepScores)
    {
    }

    /// \param onLayer is called after each layer, in order.
    /// \return logits [B, T, vocabulary] in the run's dtype.
    /// \throws Cancelled at the next operation after a stop was requested.
    at::Tensor run(const ModelInputs& inputs, const std::function<void(std::size_t, LayerOutcome)>& onLayer,
        const std::function<void()>& beforeUnembedding);

private:
    struct Rotary {
        at::Tensor cos, sin; ///< [1 | B, 1, T, d] in the run's dtype
    };
    void pause() const; ///< an operation boundary: throws Cancelled when a stop was requested

    at::Tensor embed(const ModelInputs& inputs);
    Rotary rotaryTables(const at::Tensor& positions) const;
    at::Tensor normalise(
        const at::Tensor& x, const NormWeights& norm, HookPoint scale, HookPoint normalized, std::size_t layer) const;
    at::Tensor attend(
        std::size_t layer, const at::Tensor& x, const at::Tensor& mask, const Rotary& rotary, LayerOutcome& outcome);
    /// [B, H, T, T], float32 where the model upcasts, else the run's dtype.
    at::Tensor scaledScores(std::size_t layer, const at::Tensor& q, const at::Tensor& k) const;
    at::Tensor feedForward(std::size_t layer, const at::Tensor& x);
    at::Tensor activate(const at::Tensor& x) const;
    void observeResult(std::size_t layer, const at::Tensor& mixed) const;

    const ModelWeights& weights_;
    const ModelConfig& config_;
    const HookRegistry& hooks_;
    std::stop_token stop_;
    bool keepScores_;
};

} // namespace headscope
