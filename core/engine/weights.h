// SPDX-License-Identifier: GPL-3.0-or-later
// A model's weights as tensors. Internal to core: includes ATen.
#pragma once

#include "core/backend/policies.h"
#include "core/engine/placement.h"
#include "core/model/model_description.h"

#include <functional>
#include <vector>

namespace headscope {

/// weight [width] and, for LayerNorm, bias [width]; both undefined after fold_ln, when the norm only normalises.
struct NormWeights {
    at::Tensor weight, bias;
};

/// y = x W + b, with the weight stored [in, out] or [out, in]; the bias may be undefined.
struct LinearWeights {
    at::Tensor weight, bias;
    ProjectionLayout layout = ProjectionLayout::OutIn;

    /// x [..., in] -> [..., out], through the same ATen call as transformers: addmm for [in, out], linear for [out,
    /// in].
    at::Tensor operator()(const at::Tensor& x) const;
    /// The same, with weight and bias brought to x's device and x to the weight's dtype first: what an output
    /// projection needs when a hook or a placement has moved its input.
    at::Tensor aligned(const at::Tensor& x) const;
    bool defined() const { return weight.defined(); }
};

struct LayerWeights {
    NormWeights norm1, norm2, postNorm1, postNorm2, queryNorm, keyNorm;
    LinearWeights qkv; ///< joint layouts, unless split
    LinearWeights query, key, value; ///< separate layout, or a joint one that was split
    LinearWeights output, mlpGate, mlpIn, mlpOut;
};

/// Every tensor of a model, of one dtype; the layers may lie on different devices.
struct ModelWeights {
    at::Tensor embed, positions, tokenTypes; ///< [vocabulary | maxPositions | types, width]
    at::Tensor embedScale; ///< 0-dim, what embeddings are multiplied by; undefined when there is no such thing
    NormWeights embedNorm, finalNorm;
    std::vector<LayerWeights> layers;
    LinearWeights headDense, unembed;
    at::Tensor inverseFrequencies; ///< rotary only: [rotaryWidth / 2], float32 whatever the run's dtype
};

/// Where in the model a tensor belongs, for placing it.
struct WeightPlace {
    enum class Part { Front, Layer, Back } part = Part::Front;
    std::size_t layer = 0;
    bool fixedDtype = false; ///< float32 or integer by definition
    const char* name = "";
};

at::Device deviceOf(const WeightPlace& place, const Placement& placement, std::size_t layers);

/// Calls visit(tensor, place) with every defined tensor of the weights.
template <class Weights, class Visit> void forEachTensor(Weights& weights, Visit visit)
{
    using Part = WeightPlace::Part;
    const auto one = [&](auto& tensor, Part part, std::size_t layer, const char* name, bool fixedDtype = false) {
        if (tensor.defined())
            visit(tensor, WeightPlace{part, layer, fixedDtype, name});
    };
    const auto pair = [&](auto& each, Part part, std::size_t layer, const char* name) {
        one(each.weight, part, layer, name);
        one(each.bias, part, layer, name);
    };
    one(weights.embed, Part::Front, 0, "embed");
    one(weights.positions, Part::Front, 0, "positions");
    one(weights.tokenTypes, Part::Front, 0, "token_types");
    one(weights.embedScale, Part::Front, 0, "embed_scale");
    pair(weights.embedNorm, Part::Front, 0, "embed_norm");
    one(weights.inverseFrequencies, Part::Front, 0, "inv_freq", true);
    for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
        auto& part = weights.layers[layer];
        pair(part.norm1, Part::Layer, layer, "norm1");
        pair(part.norm2, Part::Layer, layer, "norm2");
        pair(part.postNorm1, Part::Layer, layer, "post_norm1");
        pair(part.postNorm2, Part::Layer, layer, "post_norm2");
        pair(part.queryNorm, Part::Layer, layer, "query_norm");
        pair(part.keyNorm, Part::Layer, layer, "key_norm");
        pair(part.qkv, Part::Layer, layer, "qkv");
        pair(part.query, Part::Layer, layer, "query");
        pair(part.key, Part::Layer, layer, "key");
        pair(part.value, Part::Layer, layer, "value");
        pair(part.output, Part::Layer, layer, "output");
        pair(part.mlpGate, Part::Layer, layer, "mlp_gate");
        pair(part.mlpIn, Part::Layer, layer, "mlp_in");
        pair(part.mlpOut, Part::Layer, layer, "mlp_out");
    }
    pair(weights.finalNorm, Part::Back, 0, "final_norm");
    pair(weights.headDense, Part::Back, 0, "head_dense");
    pair(weights.unembed, Part::Back, 0, "unembed");
}

/// How weights are made of what is stored.
struct WeightRecipe {
    bool split = false; ///< joint projections become three
    bool processed = false; ///< through float32 and `processing`; embedding tables scaled
    bool plainNorms = false; ///< norm weights have their offset built in
    Processing processing{false, false, false, false};
    friend bool operator==(const WeightRecipe&, const WeightRecipe&) = default;
};
WeightRecipe recipeFor(const BackendPolicies& policies);

/// Reads weights part by part. Tensors whose dtype and device agree with the placement already are the mapped file
/// itself; the others are converted copies.
class WeightReader {
public:
    WeightReader(const ModelDescription& description, const WeightRecipe& recipe, const Placement& placement)
        : description_(description)
        , recipe_(recipe)
        , placement_(placement)
    {
    }

    /// Everything outside the layers, and as many layers with nothing in them as the model has.
    ModelWeights readEnds() const;
    LayerWeights readLayer(std::size_t layer) const; ///< \pre the recipe processes nothing
    /// \param step is called before each layer with (done, total); it may throw to stop.
    ModelWeights readAll(const std::function<void(std::size_t, std::size_t)>& step) const;

private:
    class Part;
    LayerWeights readStored(std::size_t layer, at::Device device) const;
    ModelWeights readEnds(at::Device front, at::Device back) const;

    const ModelDescription& description_;
    const WeightRecipe& recipe_;
    const Placement& placement_;
};

/// [rotaryWidth / 2], float32 by definition.
/// \param length tokens of the run: the `dynamic` kind stretches its base beyond maxPositions.
at::Tensor inverseFrequencies(const ModelConfig& config, std::int64_t length);

} // namespace headscope
