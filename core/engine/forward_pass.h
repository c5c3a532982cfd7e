// SPDX-License-Identifier: GPL-3.0-or-later
// The one forward pass, driven by an architecture description and a backend's policies. Internal to core: includes
// ATen.
#pragma once

#include "core/engine/attention_steps.h"
#include "core/engine/hooks.h"
#include "core/engine/loaded_model.h"
#include "core/engine/model_inputs.h"

#include <array>
#include <functional>
#include <map>
#include <stop_token>

namespace headscope {

/// What a finished layer leaves behind: whole patterns of eager attention, or what they can be computed from.
struct LayerOutcome {
    at::Tensor pattern; ///< [B, H, T, T] in the run's dtype
    at::Tensor scores; ///< likewise, before the softmax; undefined unless asked for
    at::Tensor query; ///< [B, H, T, d] as the scores are made of it: after a norm and rotary
    at::Tensor key; ///< [B, G, T, d] likewise
    at::Tensor value; ///< [B, G, T, d]; also of eager attention whose pattern is kept
    LinearWeights output; ///< what the values go through, for their lengths; the model's own tensors
    bool fused = false; ///< a fused kernel mixed the values: a row that may attend to nothing got zeros
    double recomputeError = 0; ///< max |P V - z| over the last rows, with P as it will be recomputed
};

/// What the pass does beyond computing.
struct PassOptions {
    AttentionKind attention = AttentionKind::Eager;
    bool keepPatterns = true; ///< eager: whether outcomes hold the pattern
    bool keepScores = false; ///< eager: whether they hold the scores as well
};

/// What an earlier run left of the first tokens of the same prompts; the pass computes what follows them.
struct Prefix {
    struct Layer {
        at::Tensor key, value; ///< [B, G, length, d]
    };
    std::int64_t length = 0;
    std::function<Layer(std::size_t, const Layer& next)> followedBy; ///< the layer's rows, then those computed now
};

/// Turns the last hidden state into logits; keeps the weights alive.
struct Unembedding {
    LinearWeights weights; ///< undefined where the model has no head
    double cap = 0; ///< cap * tanh(logits / cap); 0: none

    /// hidden [..., D] -> [..., V]
    at::Tensor operator()(const at::Tensor& hidden) const;
};

/// Runs a model once.
///
/// With the policies of `native` and `tapped` it calls the same ATen operations in the same order and dtypes as
/// transformers 5.23.0 does with eager attention, so that results on the CPU are bit-identical to it (measured in
/// tests/oracle; see core/README.md). Hooks that only observe change nothing. Threads  one thread, under
/// c10::InferenceMode.
class ForwardPass {
public:
    ForwardPass(const LoadedModel& model, const BackendPolicies& policies, const HookRegistry& hooks,
        std::stop_token stop, PassOptions options = {})
        : model_(model)
        , weights_(model.weightsReadSoFar())
        , config_(model.config())
        , architecture_(*config_.architecture)
        , policies_(policies)
        , hooks_(hooks)
        , stop_(std::move(stop))
        , options_(options)
    {
    }

    using OnLayer = std::function<void(std::size_t, LayerOutcome)>;

    /// Everything up to the unembedding.
    /// \param onLayer is called after each layer, in order.
    /// \param prefix what is known of the tokens before `inputs.ids`; inputs.mask covers them, too.
    /// \return what the unembedding reads [B, T, D], on the last device; undefined for a masked-LM head that is
    /// missing. \throws Cancelled at the next operation after a stop was requested.
    at::Tensor hidden(const ModelInputs& inputs, const OnLayer& onLayer, const Prefix* prefix = nullptr);
    /// \return logits [B, T, vocabulary] in the run's dtype; undefined where the model has no head.
    at::Tensor logits(const at::Tensor& hidden) const;
    /// Both, one after the other.
    at::Tensor run(const ModelInputs& inputs, const OnLayer& onLayer, const std::function<void()>& beforeUnembedding);
    Unembedding unembedding() const { return {weights_.unembed, config_.logitCap}; }

private:
    struct Rotary {
        at::Tensor cos, sin; ///< [1 | B, 1, T, r] in the run's dtype
    };
    /// The two hook points of a norm, and the layer it is in.
    struct NormPoints {
        HookPoint scale, normalized;
        std::size_t layer = 0;
    };

    void pause() const; ///< an operation boundary: throws Cancelled when a stop was requested
    at::Device deviceOf(std::size_t layer) const { return model_.placement().layer(layer, weights_.layers.size()); }

    at::Tensor embed(const ModelInputs& inputs);
    at::Tensor embedTypes(const ModelInputs& inputs); ///< [B, T, D]; undefined for a model without token types
    at::Tensor embedPositions(const ModelInputs& inputs); ///< [B, T, D]
    Rotary rotaryTables(const at::Tensor& positions) const;
    const Rotary& rotaryOn(at::Device device);
    const LayerMask& maskFor(const ModelInputs& inputs, std::size_t layer);

    at::Tensor block(std::size_t layer, const at::Tensor& x, const ModelInputs& inputs, LayerOutcome& outcome);
    at::Tensor blockAfter(std::size_t layer, const at::Tensor& x, const ModelInputs& inputs, LayerOutcome& outcome);
    /// q, k and v [B, T, heads, d].
    std::array<at::Tensor, 3> project(std::size_t layer, const at::Tensor& x) const;
    at::Tensor attend(std::size_t layer, const at::Tensor& x, const ModelInputs& inputs, LayerOutcome& outcome);
    /// \return z [B, T, H, d]; of attendEagerly() k and v have their own number of heads, of attendInRows() as many as
    /// q.
    at::Tensor attendEagerly(
        std::size_t layer, std::array<at::Tensor, 3> qkv, const LayerMask& mask, LayerOutcome& outcome);
    at::Tensor attendInRows(
        std::size_t layer, const std::array<at::Tensor, 3>& qkv, const AttentionMask& mask, bool fused);
    at::Tensor attendFromLastRow(std::size_t layer, const std::array<at::Tensor, 3>& qkv);
    at::Tensor attendLazily(
        std::size_t layer, std::array<at::Tensor, 3> qkv, const ModelInputs& inputs, LayerOutcome& outcome);
    at::Tensor outputOf(std::size_t layer, const at::Tensor& mixed) const;
    ScoreArithmetic arithmetic(std::size_t layer) const { return scoreArithmetic(config_, policies_, layer); }
    at::Tensor feedForward(std::size_t layer, const at::Tensor& x);
    at::Tensor feedForwardInRows(std::size_t layer, const at::Tensor& x); ///< a long prompt's in pieces
    at::Tensor beforeUnembedding(at::Tensor x);

    at::Tensor normalise(const at::Tensor& x, const NormWeights& norm, NormPoints points) const;
    at::Tensor spelledNorm(const at::Tensor& x, const NormWeights& norm, NormPoints points, bool wideAffine) const;
    void observeNorm(const at::Tensor& x, NormPoints points) const;

    const LoadedModel& model_;
    const ModelWeights& weights_;
    const ModelConfig& config_;
    const Architecture& architecture_;
    const BackendPolicies& policies_;
    const HookRegistry& hooks_;
    std::stop_token stop_;
    PassOptions options_;
    const Prefix* prefix_ = nullptr;
    Rotary rotary_; ///< on the first device
    std::map<std::string, Rotary> rotaryOn_;
    std::map<std::pair<std::string, std::int64_t>, LayerMask> masks_; ///< by device and window
};

} // namespace headscope
