// SPDX-License-Identifier: GPL-3.0-or-later
// config.json, read through an architecture description and checked.
#pragma once

#include "core/model/architecture.h"
#include "core/model/model_files.h"

#include <cstdint>
#include <memory>
#include <string>

namespace headscope {

/// The numbers of one model. All counts are positive; heads divides by keyValueHeads.
struct ModelConfig {
    std::shared_ptr<const Architecture> architecture;
    std::int64_t layers = 0, heads = 0, keyValueHeads = 0, headWidth = 0;
    std::int64_t width = 0; ///< of the residual stream
    std::int64_t inner = 0; ///< of the MLP
    std::int64_t vocabulary = 0, maxPositions = 0;
    double normEpsilon = 0;
    double ropeTheta = 10000;
    std::string activation; ///< Hugging Face name, one that isActivation() knows
    bool tied = false; ///< the unembedding is the embedding
    bool attentionBias = false, outputBias = false, mlpBias = false;
};

/// Reads and checks config.json. A key that would change the arithmetic in a way that Headscope does not have is
/// refused by name. \throws Error(BadModelFile) naming the file, the key, what was expected and what was found.
ModelConfig readModelConfig(const ModelFiles& files);

/// Whether `name` is an activation function that the forward pass has.
bool isActivation(std::string_view name);

} // namespace headscope
