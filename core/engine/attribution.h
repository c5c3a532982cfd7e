// SPDX-License-Identifier: GPL-3.0-or-later
// Direct logit attribution: what each part of the model adds to a difference of logits. Internal to core: includes
// ATen.
#pragma once

#include "core/analysis/logit_difference.h"
#include "core/engine/hooks.h"
#include "core/engine/loaded_model.h"

#include <map>

namespace headscope {

/// Rows of the unembedding, averaged over the correct answers less the same over the incorrect ones.
struct AnswerDirections {
    at::Tensor direction; ///< [B, D] float64 on the host
    at::Tensor bias; ///< [B] likewise; undefined without a bias
};
/// \param first which of `answers` is the first row's.
AnswerDirections answerDirections(
    const LinearWeights& unembed, const std::vector<ExampleAnswers>& answers, std::size_t first, std::int64_t rows);

/// Keeps what attribution needs of one forward pass, at one position of each row: the embeddings, every head's mixed
/// values, every MLP's output and the scales of the norms on the way. Linear in layers, whatever the length.
class AttributionProbe {
public:
    /// \param hooks of the decoder vocabulary; later edits would not be seen.
    /// \param positions [B] int64. This object must outlive the handles.
    AttributionProbe(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, at::Tensor positions);
    AttributionProbe(const AttributionProbe&) = delete;
    AttributionProbe& operator=(const AttributionProbe&) = delete;

    /// One per row; logitDifference is left for the caller. \pre the pass has ended.
    std::vector<Attribution> explain(
        const LoadedModel& model, const BackendPolicies& policies, const AnswerDirections& answers) const;

private:
    const at::Tensor& seen(HookPoint point, std::size_t layer = 0) const;

    at::Tensor positions_;
    std::map<std::string, at::Tensor> seen_; ///< [B, …] float64 on the host
};

/// Whether the model's logits are a sum over its parts once the norms' scales are held.
/// \throws Error(BadInput) saying why not: encoders normalise behind every addition and have a nonlinear head.
void requireAttributable(const ModelConfig& config, const std::string& option);

} // namespace headscope
