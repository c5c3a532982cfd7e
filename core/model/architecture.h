// SPDX-License-Identifier: GPL-3.0-or-later
// A model family as data: what the one forward pass needs to know about it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

enum class NormKind { Layer, Rms };
enum class PositionKind { Learned, Rotary };
enum class QkvLayout { Joint, Separate }; ///< one projection for q, k and v, or three
enum class ProjectionLayout { InOut, OutIn }; ///< stored [in, out] (GPT-2's Conv1D) or [out, in]
enum class MlpKind { Plain, Gated };
enum class SoftmaxPrecision { Scores, Float32 }; ///< computed in the scores' dtype, or in float32 and cast back

/// A model family, read from resources/architectures/FAMILY.json. A new family is a new description, not a new class.
struct Architecture {
    std::string family;
    bool causal = true;
    NormKind norm = NormKind::Layer;
    PositionKind position = PositionKind::Learned;
    QkvLayout qkv = QkvLayout::Joint;
    ProjectionLayout projection = ProjectionLayout::InOut;
    MlpKind mlp = MlpKind::Plain;
    SoftmaxPrecision softmax = SoftmaxPrecision::Scores;
    std::vector<std::string> prefixes; ///< what may stand before every tensor name, most usual first
    std::map<std::string, std::string> tensors; ///< role -> name, `{L}` stands for the layer
    std::string description; ///< the JSON text, for the config reader

    /// The tensor name of a role, with the layer put in. \pre the role exists.
    std::string tensor(const std::string& role, std::size_t layer = 0) const;
    bool hasTensor(const std::string& role) const { return tensors.contains(role); }
};

/// The description for a config's model_type, or nullptr.
std::shared_ptr<const Architecture> findArchitecture(std::string_view modelType);

/// Every model_type that can be run, for messages.
std::string supportedModelTypes();

} // namespace headscope
