// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt set as batches for the model. Internal to core: includes ATen.
#pragma once

#include "core/analysis/logit_difference.h"
#include "core/engine/model_inputs.h"

#include <optional>
#include <span>
#include <vector>

namespace headscope {

/// Token ids of one prompt, with special tokens as the request wants them; ids that are given stay as they are.
/// \param where begins messages: "ioi.jsonl:3: prompt".
/// \throws Error(BadInput): no tokens, more than the model has positions, ids beyond its vocabulary.
Encoding encodePrompt(const PromptText& prompt, const std::string& where, const InspectionRequest& request,
    const ModelDescription& model);

/// Prompts `first`, `first` + 1, … of a set, and where their answers are read.
struct PromptBatch {
    std::size_t first = 0;
    ModelInputs inputs;
    at::Tensor real; ///< [B, T] bool: tokens that are no padding
    at::Tensor positions; ///< [B] int64: the last real token of each row, or what --answer-index says

    std::size_t size() const { return static_cast<std::size_t>(positions.size(0)); }
};

/// Cuts a set of encoded prompts into batches that are all padded to its longest prompt.
class PromptBatches {
public:
    /// \param wheres one per encoding, for messages
    PromptBatches(std::vector<Encoding> encodings, std::vector<std::string> wheres, std::size_t batch)
        : encodings_(std::move(encodings))
        , wheres_(std::move(wheres))
        , batch_(batch)
        , all_(encodings_)
    {
    }
    PromptBatches(const PromptBatches&) = delete; // all_ looks into encodings_
    PromptBatches(PromptBatches&&) = default;

    std::size_t prompts() const { return encodings_.size(); }
    std::size_t batchSize() const { return std::min(batch_, encodings_.size()); }
    std::size_t length() const { return all_.length; } ///< padded
    bool ragged() const { return all_.ragged; }
    std::size_t tokens(std::size_t prompt) const { return encodings_[prompt].ids.size(); }
    const std::string& where(std::size_t prompt) const { return wheres_[prompt]; }

    /// \param first a multiple of the batch size
    /// \param answers tells where they are read
    /// \throws Error(BadInput) for an --answer-index beyond the padded length, or at a row's padding.
    PromptBatch at(std::size_t first, const LogitDifferenceRequest& answers, const InspectionRequest& request,
        const ModelDescription& model, const BackendPolicies& policies) const;

private:
    at::Tensor answerPositions(const PromptBatch& batch, const LogitDifferenceRequest& answers) const;

    std::vector<Encoding> encodings_;
    std::vector<std::string> wheres_;
    std::size_t batch_;
    EncodedPrompts all_; ///< of encodings_
};

/// For each example the prompt that cross-run ablation takes its heads' values from.
struct DonorBatches {
    PromptBatches prompts; ///< with as many tokens each as the example's own
    std::vector<std::string> sources; ///< "corrupt", "example 4", or where in another set
};
/// \throws Error(BadInput) where there is none, or none of as many tokens.
DonorBatches donorBatches(const LogitDifferenceRequest& request, const PromptBatches& prompts,
    const InspectionRequest& run, const ModelDescription& model);

/// value[row, positions[row]] of each row: [B, T, …] -> [B, …], a copy.
at::Tensor rowsAt(const at::Tensor& value, const at::Tensor& positions);
/// On the host, in float64.
at::Tensor wideOnHost(const at::Tensor& value);

} // namespace headscope
