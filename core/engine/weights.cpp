// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weights.h"

#include "core/engine/weight_processing.h"

#include <numbers>

namespace headscope {

at::Tensor LinearWeights::operator()(const at::Tensor& x) const
{
    if (layout == ProjectionLayout::OutIn)
        return at::linear(x, weight, bias.defined() ? std::optional(bias) : std::nullopt);
    auto shape = x.sizes().vec();
    shape.back() = weight.size(1);
    return at::addmm(bias, x.reshape({-1, x.size(-1)}), weight).view(shape);
}

at::Tensor LinearWeights::aligned(const at::Tensor& x) const
{
    LinearWeights here = *this;
    if (here.weight.device() != x.device())
        here.weight = here.weight.to(x.device());
    if (here.bias.defined() && here.bias.device() != x.device())
        here.bias = here.bias.to(x.device());
    return here(x.scalar_type() == here.weight.scalar_type() ? x : x.to(here.weight.scalar_type()));
}

at::Tensor inverseFrequencies(const ModelConfig& config, std::int64_t length)
{
    // Op by op as in transformers; Python's `1.0 / t` is reciprocal() * 1.0.
    const RopeConfig& rope = config.rope;
    const std::int64_t width = config.rotaryWidth;
    const at::Tensor exponents = at::div(at::arange(0, width, 2, at::kFloat), width);
    const auto frequencies = [](const at::Tensor& powers) { return at::mul(at::reciprocal(powers), 1.0); };
    if (rope.kind == RopeConfig::Kind::Dynamic && length > config.maxPositions) {
        // transformers computes with the length as a 0-dim integer tensor, so in float32.
        const at::Tensor grown = at::sub(
            at::div(at::mul(at::scalar_tensor(length, at::kLong), rope.factor), config.maxPositions), rope.factor - 1);
        const double power = static_cast<double>(width) / static_cast<double>(width - 2);
        return frequencies(at::pow(at::mul(at::pow(grown, power), rope.theta), exponents));
    }
    const at::Tensor base = frequencies(at::pow(rope.theta, exponents));
    if (rope.kind == RopeConfig::Kind::Default || rope.kind == RopeConfig::Kind::Dynamic)
        return base;
    if (rope.kind == RopeConfig::Kind::Linear)
        return at::div(base, rope.factor);
    // Llama 3: long wavelengths are stretched, short ones kept, those between blended.
    const at::Tensor wavelength = at::mul(at::reciprocal(base), 2 * std::numbers::pi);
    const double longest = rope.originalPositions / rope.lowFrequency,
                 shortest = rope.originalPositions / rope.highFrequency;
    const at::Tensor stretched = at::where(at::gt(wavelength, longest), at::div(base, rope.factor), base);
    const at::Tensor blend
        = at::div(at::sub(at::mul(at::reciprocal(wavelength), rope.originalPositions), rope.lowFrequency),
            rope.highFrequency - rope.lowFrequency);
    const at::Tensor blended
        = at::add(at::div(at::mul(at::rsub(blend, 1), stretched), rope.factor), at::mul(blend, stretched));
    const at::Tensor between = at::bitwise_and(at::ge(wavelength, shortest), at::le(wavelength, longest));
    return at::where(between, blended, stretched);
}

WeightRecipe recipeFor(const BackendPolicies& policies)
{
    return {policies.splitProjections, policies.processed, policies.plainNorms, policies.processing};
}

namespace {

/// [out, in], whatever the layout. Views, here and below: sums over an axis round by the order in memory, and the
/// originals process views, too.
void turnOutIn(LinearWeights& linear)
{
    if (linear.defined() && linear.layout == ProjectionLayout::InOut)
        linear.weight = linear.weight.t();
    linear.layout = ProjectionLayout::OutIn;
}

/// Back to [in, out], for the products that the original computes that way. \pre there is a bias.
void turnInOut(LinearWeights& linear)
{
    linear.weight = linear.weight.t();
    linear.layout = ProjectionLayout::InOut;
}

/// Three projections [out, in] instead of one. \pre qkv is [out, in].
void splitJoint(LayerWeights& part, const ModelConfig& config)
{
    if (!part.qkv.defined())
        return;
    const auto take = [&](std::int64_t which) {
        const auto cut = [&](const at::Tensor& tensor) -> at::Tensor {
            if (!tensor.defined())
                return {};
            if (config.architecture->qkv == QkvLayout::Joint)
                return tensor.chunk(3, 0)[static_cast<std::size_t>(which)];
            auto shape = tensor.sizes().vec();
            shape[0] = config.heads * config.headWidth;
            auto byHead = tensor.sizes().vec();
            byHead.insert(byHead.begin(), {config.heads, 3});
            byHead[2] = config.headWidth;
            return tensor.reshape(byHead).select(1, which).reshape(shape);
        };
        return LinearWeights{cut(part.qkv.weight), cut(part.qkv.bias), ProjectionLayout::OutIn};
    };
    part.query = take(0);
    part.key = take(1);
    part.value = take(2);
    part.qkv = {};
}

/// The form that processing works on: float32, [out, in], split; embedding tables scaled.
void canonicalise(ModelWeights& weights, const ModelConfig& config, bool plainNorms)
{
    if (weights.embedScale.defined()) // in the run's dtype, as the model itself would
        weights.embed = at::mul(weights.embed, weights.embedScale);
    weights.embedScale = at::Tensor();
    forEachTensor(weights, [](at::Tensor& tensor, const WeightPlace& place) {
        if (!place.fixedDtype)
            tensor = tensor.to(at::kFloat);
    });
    const auto plain = [&](NormWeights& norm) {
        if (plainNorms && norm.weight.defined() && config.architecture->norm == NormKind::RmsOffset)
            norm.weight = at::add(norm.weight, 1.0);
    };
    plain(weights.finalNorm);
    for (LayerWeights& part : weights.layers) {
        for (NormWeights* norm : {&part.norm1, &part.norm2, &part.postNorm1, &part.postNorm2})
            plain(*norm);
        for (LinearWeights* linear : {&part.qkv, &part.output, &part.mlpIn, &part.mlpOut})
            turnOutIn(*linear);
        splitJoint(part, config);
    }
}

} // namespace

ModelWeights readWeights(const ModelDescription& description, const WeightRecipe& recipe, const Placement& placement,
    const std::function<void(std::size_t, std::size_t)>& step)
{
    const ModelConfig& config = description.config();
    const Architecture& architecture = *config.architecture;
    const auto& plan = description.weights().tensors;
    const auto type = scalarType(placement.dtype);
    const auto layers = static_cast<std::size_t>(config.layers);
    std::map<std::pair<const StoredTensor*, std::string>, at::Tensor> converted; // tied tensors stay one on a device
    at::Device device = recipe.processed ? at::Device(at::kCPU) : placement.front();
    const auto get = [&](const std::string& role, std::size_t layer) -> at::Tensor {
        const auto it = plan.find({role, layer});
        if (it == plan.end())
            return {};
        at::Tensor& tensor = converted[{it->second, device.str()}];
        if (!tensor.defined())
            tensor = viewOf(*it->second).to(at::TensorOptions().device(device).dtype(type));
        return tensor;
    };
    const auto norm = [&](const std::string& role, std::size_t layer) {
        return NormWeights{get(role + ".weight", layer), get(role + ".bias", layer)};
    };
    const auto linear = [&](const std::string& role, std::size_t layer) {
        return LinearWeights{get(role + ".weight", layer), get(role + ".bias", layer), architecture.projection};
    };

    ModelWeights weights;
    weights.embed = get("embed", 0);
    weights.positions = get("positions", 0);
    weights.tokenTypes = get("token_types", 0);
    weights.embedNorm = norm("embed_norm", 0);
    if (architecture.scaledEmbedding)
        weights.embedScale = at::scalar_tensor(std::sqrt(static_cast<double>(config.width)), at::kFloat)
                                 .to(at::TensorOptions().device(device).dtype(type));
    if (architecture.position == PositionKind::Rotary)
        weights.inverseFrequencies = inverseFrequencies(config, 0).to(device);
    for (std::size_t layer = 0; layer < layers; ++layer) {
        step(layer, layers);
        if (!recipe.processed)
            device = placement.layer(layer, layers);
        LayerWeights& part = weights.layers.emplace_back();
        part.norm1 = norm("norm1", layer);
        part.norm2 = norm("norm2", layer);
        part.postNorm1 = norm("post_norm1", layer);
        part.postNorm2 = norm("post_norm2", layer);
        part.queryNorm = norm("query_norm", layer);
        part.keyNorm = norm("key_norm", layer);
        part.qkv = linear("qkv", layer);
        part.query = linear("query", layer);
        part.key = linear("key", layer);
        part.value = linear("value", layer);
        part.output = linear("output", layer);
        part.mlpGate = linear("mlp_gate", layer);
        part.mlpIn = linear("mlp_in", layer);
        part.mlpOut = linear("mlp_out", layer);
        if (recipe.split && !recipe.processed) {
            turnOutIn(part.qkv);
            splitJoint(part, config);
        }
    }
    if (!recipe.processed)
        device = placement.back();
    weights.finalNorm = norm("final_norm", 0);
    weights.headDense = linear("head_dense", 0);
    weights.unembed = {get("unembed", 0), get("unembed_bias", 0), ProjectionLayout::OutIn};
    if (!recipe.processed)
        return weights;

    canonicalise(weights, config, recipe.plainNorms);
    processWeights(weights, config, recipe.processing, !recipe.plainNorms);
    for (LayerWeights& part : weights.layers) {
        if (recipe.plainNorms)
            for (LinearWeights* linear : {&part.query, &part.key, &part.value, &part.output})
                linear->weight = linear->weight.contiguous();
        if (!recipe.plainNorms && architecture.projection == ProjectionLayout::InOut)
            turnInOut(part.output);
        if (architecture.mlp == MlpKind::Plain
            && (recipe.plainNorms || architecture.projection == ProjectionLayout::InOut))
            for (LinearWeights* linear : {&part.mlpIn, &part.mlpOut})
                turnInOut(*linear);
    }
    forEachTensor(weights, [&](at::Tensor& tensor, const WeightPlace& place) {
        using Part = WeightPlace::Part;
        const at::Device there = place.part == Part::Front ? placement.front()
            : place.part == Part::Back                     ? placement.back()
                                                           : placement.layer(place.layer, layers);
        tensor = tensor.to(at::TensorOptions().device(there).dtype(place.fixedDtype ? tensor.scalar_type() : type));
    });
    return weights;
}

} // namespace headscope
