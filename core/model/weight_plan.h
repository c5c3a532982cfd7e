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

/// Where every tensor of the model is stored. The pointers live as long as the files.
struct WeightPlan {
    std::map<TensorKey, const StoredTensor*> tensors;
    std::uint64_t parameters = 0; ///< elements of the tensors used, shared ones once
    std::string mostCommonType; ///< "float16"
    std::vector<std::string> unused; ///< stored tensors that no part of the model needs
};

/// \throws Error(BadModelFile) for a missing tensor, a wrong shape or a dtype that is not floating point, naming the
/// tensor,
///         the shape expected and the shape found.
WeightPlan planWeights(const ModelConfig& config, const std::vector<SafetensorsFile>& files, const std::string& label);

} // namespace headscope
