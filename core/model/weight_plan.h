// SPDX-License-Identifier: GPL-3.0-or-later
// Which stored tensor plays which part of the model, checked before anything is computed.
#pragma once

#include "core/io/safetensors.h"
#include "core/model/model_config.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// A part of the model: a role of the architecture description, with ".weight" or ".bias" for norms and projections.
struct TensorKey {
    std::string role;
    std::size_t layer = 0; ///< 0 for parts outside the layers
    friend bool operator<(const TensorKey& a, const TensorKey& b)
    {
        return a.layer != b.layer ? a.layer < b.layer : a.role < b.role;
    }
};

/// How much of a model is read.
enum class Depth {
    Everything,
    Headers, ///< for lists: no tokenizer, no weights (of a tied pair that is stored twice only the beginnings)
};

/// Where every tensor of the model is stored. The pointers live as long as the files.
struct WeightPlan {
    std::map<TensorKey, const StoredTensor*> tensors;
    std::uint64_t parameters = 0; ///< elements of the tensors used, shared ones once
    std::string mostCommonType; ///< "float16"
    std::size_t used = 0; ///< stored tensors that have a part, shared ones once
    std::vector<std::string> unused; ///< stored tensors that no part of the model needs
    /// The tensors of the language-model head, where none of them is stored: the model runs, but has no logits.
    std::vector<std::string> missing;
};

/// Finds tensors as transformers 5.23.0 does: by their own name, with the base model's prefix taken away or put in
/// front, and by older spellings; a tied pair by either name.
///
/// \throws Error(BadModelFile) for a missing tensor, a wrong shape or a dtype that is not floating point, naming the
/// tensor,
///         the shape expected and the shape found.
WeightPlan planWeights(const ModelConfig& config, const std::vector<SafetensorsFile>& files, const std::string& label,
    Depth depth = Depth::Everything);

} // namespace headscope
