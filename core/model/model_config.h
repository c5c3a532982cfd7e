// SPDX-License-Identifier: GPL-3.0-or-later
// config.json, read through an architecture description and checked.
#pragma once

#include "core/model/architecture.h"
#include "core/model/model_files.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// How rotary frequencies are made from theta.
struct RopeConfig {
    enum class Kind { Default, Linear, Dynamic, Llama3 } kind = Kind::Default;
    double theta = 10000;
    double part = 1; ///< share of a head's width that is rotated, the rest passes
    double factor = 1; ///< Linear, Dynamic, Llama3
    double lowFrequency = 1, highFrequency = 4; ///< Llama3
    double originalPositions = 8192; ///< Llama3: the context length before stretching
};

/// The numbers of one model. All counts are positive; heads divides by keyValueHeads.
struct ModelConfig {
    std::shared_ptr<const Architecture> architecture;
    std::int64_t layers = 0, heads = 0, keyValueHeads = 0, headWidth = 0;
    std::int64_t width = 0; ///< of the residual stream
    std::int64_t inner = 0; ///< of the MLP
    std::int64_t vocabulary = 0, maxPositions = 0, tokenTypes = 0;
    double normEpsilon = 0;
    RopeConfig rope;
    std::int64_t rotaryWidth = 0; ///< of a head: the leading part that is rotated; even
    std::vector<std::int64_t> windows; ///< per layer: how many keys back a query sees, itself included; 0 no limit
    bool parallelResidual = false; ///< attention and MLP read the same residual, and both are added to it
    double queryScalar = 0; ///< scores are multiplied by its power -0.5; the head width unless the model has its own
    double scoreCap = 0, logitCap = 0; ///< x becomes cap * tanh(x / cap); 0: none
    bool scaleScores = true; ///< multiply scores by queryScalar^-0.5
    bool scaleByLayer = false; ///< and divide them by layer + 1
    bool upcastScores = false; ///< compute scores and softmax in float32 whatever the run's dtype
    std::string activation; ///< Hugging Face name, one that isActivation() knows
    bool tied = false; ///< the unembedding is the embedding
    bool hasHead = true; ///< false when the weights are an export of the base model alone: there are no logits
    bool attentionBias = false, outputBias = false, mlpBias = false;
};

/// What scores of a layer are multiplied by: the arithmetic of transformers, in double precision.
double scoreScale(const ModelConfig& config, std::size_t layer);

/// Reads and checks config.json. A key that would change the arithmetic in a way that Headscope does not have is
/// refused by name. \throws Error(BadModelFile) naming the file, the key, what was expected and what was found.
ModelConfig readModelConfig(const ModelFiles& files);

/// Whether `name` is an activation function that the forward pass has.
bool isActivation(std::string_view name);

} // namespace headscope
