// SPDX-License-Identifier: GPL-3.0-or-later
// A model family as data: what the one forward pass needs to know about it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headscope {

enum class NormKind {
    Layer,
    Rms, ///< x / rms(x), cast to the run's dtype, times weight
    RmsOffset, ///< x / rms(x) times (1 + weight), all in float32, then cast
};
enum class NormPlace {
    Before, ///< before attention and MLP
    Around, ///< before and after them (Gemma 2)
    After, ///< after each residual addition (BERT)
};
enum class PositionKind { Learned, Rotary };
enum class QkvLayout {
    Joint, ///< one projection: all queries, all keys, all values
    JointByHead, ///< one projection: q, k and v of head 0, of head 1, …
    Separate, ///< three projections
};
enum class ProjectionLayout { InOut, OutIn }; ///< stored [in, out] (GPT-2's Conv1D) or [out, in]
enum class MlpKind { Plain, Gated };
enum class HeadKind {
    Unembed, ///< one matrix
    MaskedLm, ///< dense, activation, norm, matrix and bias (BERT)
};
enum class SoftmaxPrecision { Scores, Float32 }; ///< computed in the scores' dtype, or in float32 and cast back

/// A model family, read from resources/architectures/FAMILY.json. A new family is a new description, not a new class.
struct Architecture {
    std::string family;
    bool causal = true;
    NormKind norm = NormKind::Layer;
    NormPlace normPlace = NormPlace::Before;
    bool queryKeyNorm = false; ///< q and k of each head are normalised before rotary (Qwen 3)
    bool scaledEmbedding = false; ///< embeddings times sqrt(width) (Gemma)
    bool tokenTypes = false; ///< a table of token types is added to the embeddings (BERT)
    PositionKind position = PositionKind::Learned;
    QkvLayout qkv = QkvLayout::Joint;
    ProjectionLayout projection = ProjectionLayout::InOut;
    MlpKind mlp = MlpKind::Plain;
    SoftmaxPrecision softmax = SoftmaxPrecision::Scores;
    HeadKind head = HeadKind::Unembed;
    std::vector<std::string> prefixes; ///< what may stand before every tensor name, most usual first
    std::vector<std::string> unprefixed; ///< roles whose names never have one
    std::map<std::string, std::string> tensors; ///< role -> name, `{L}` stands for the layer
    /// (new, old) parts of tensor names: older checkpoints spell some differently.
    std::vector<std::pair<std::string, std::string>> renames;
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
