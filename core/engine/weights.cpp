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

at::Device deviceOf(const WeightPlace& place, const Placement& placement, std::size_t layers)
{
    switch (place.part) {
    case WeightPlace::Part::Layer:
        return placement.layer(place.layer, layers);
    case WeightPlace::Part::Back:
        return placement.back();
    case WeightPlace::Part::Front:
        break;
    }
    return placement.front();
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

/// Finds, views and converts tensors by role. Tied ones stay one on a device.
class WeightReader::Part {
public:
    Part(const WeightReader& reader, at::Device device)
        : reader_(reader)
        , device_(device)
    {
    }

    void moveTo(at::Device device) { device_ = device; }

    at::Tensor get(const std::string& role, std::size_t layer = 0)
    {
        const auto& plan = reader_.description_.weights().tensors;
        const auto it = plan.find({role, layer});
        if (it == plan.end())
            return {};
        at::Tensor& tensor = converted_[{it->second, device_.str()}];
        if (!tensor.defined())
            tensor = viewOf(*it->second)
                         .to(at::TensorOptions().device(device_).dtype(scalarType(reader_.placement_.dtype)));
        return tensor;
    }
    NormWeights norm(const std::string& role, std::size_t layer = 0)
    {
        return {get(role + ".weight", layer), get(role + ".bias", layer)};
    }
    LinearWeights linear(const std::string& role, std::size_t layer = 0)
    {
        return {get(role + ".weight", layer), get(role + ".bias", layer),
            reader_.description_.config().architecture->projection};
    }

private:
    const WeightReader& reader_;
    at::Device device_;
    std::map<std::pair<const StoredTensor*, std::string>, at::Tensor> converted_;
};

ModelWeights WeightReader::readEnds(at::Device front, at::Device back) const
{
    const ModelConfig& config = description_.config();
    ModelWeights weights;
    Part part(*this, front);
    weights.embed = part.get("embed");
    weights.positions = part.get("positions");
    weights.tokenTypes = part.get("token_types");
    weights.embedNorm = part.norm("embed_norm");
    if (config.architecture->scaledEmbedding)
        weights.embedScale = at::scalar_tensor(std::sqrt(static_cast<double>(config.width)), at::kFloat)
                                 .to(at::TensorOptions().device(front).dtype(scalarType(placement_.dtype)));
    if (config.architecture->position == PositionKind::Rotary)
        weights.inverseFrequencies = inverseFrequencies(config, 0).to(front);
    part.moveTo(back);
    weights.finalNorm = part.norm("final_norm");
    weights.headDense = part.linear("head_dense");
    weights.unembed = {part.get("unembed"), part.get("unembed_bias"), ProjectionLayout::OutIn};
    weights.layers.resize(static_cast<std::size_t>(config.layers));
    return weights;
}

ModelWeights WeightReader::readEnds() const { return readEnds(placement_.front(), placement_.back()); }

LayerWeights WeightReader::readStored(std::size_t layer, at::Device device) const
{
    Part stored(*this, device);
    LayerWeights part;
    part.norm1 = stored.norm("norm1", layer);
    part.norm2 = stored.norm("norm2", layer);
    part.postNorm1 = stored.norm("post_norm1", layer);
    part.postNorm2 = stored.norm("post_norm2", layer);
    part.queryNorm = stored.norm("query_norm", layer);
    part.keyNorm = stored.norm("key_norm", layer);
    part.qkv = stored.linear("qkv", layer);
    part.query = stored.linear("query", layer);
    part.key = stored.linear("key", layer);
    part.value = stored.linear("value", layer);
    part.output = stored.linear("output", layer);
    part.mlpGate = stored.linear("mlp_gate", layer);
    part.mlpIn = stored.linear("mlp_in", layer);
    part.mlpOut = stored.linear("mlp_out", layer);
    return part;
}

LayerWeights WeightReader::readLayer(std::size_t layer) const
{
    const ModelConfig& config = description_.config();
    LayerWeights part = readStored(layer, placement_.layer(layer, static_cast<std::size_t>(config.layers)));
    if (recipe_.split) {
        turnOutIn(part.qkv);
        splitJoint(part, config);
    }
    return part;
}

ModelWeights WeightReader::readAll(const std::function<void(std::size_t, std::size_t)>& step) const
{
    const ModelConfig& config = description_.config();
    const Architecture& architecture = *config.architecture;
    const WeightRecipe& recipe = recipe_;
    const at::Device host(at::kCPU);
    ModelWeights weights = recipe.processed ? readEnds(host, host) : readEnds();
    const std::size_t layers = weights.layers.size();
    for (std::size_t layer = 0; layer < layers; ++layer) {
        step(layer, layers);
        weights.layers[layer] = recipe.processed ? readStored(layer, host) : readLayer(layer);
    }
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
        tensor = tensor.to(at::TensorOptions()
                               .device(deviceOf(place, placement_, layers))
                               .dtype(place.fixedDtype ? tensor.scalar_type() : scalarType(placement_.dtype)));
    });
    return weights;
}

} // namespace headscope
