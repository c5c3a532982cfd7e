// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weights.h"

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

namespace {

/// [headWidth / 2], float32 by definition. Op by op as in transformers; Python's `1.0 / t` is reciprocal() * 1.0.
at::Tensor inverseFrequencies(const ModelConfig& config)
{
    const RopeConfig& rope = config.rope;
    const at::Tensor exponents = at::div(at::arange(0, config.headWidth, 2, at::kFloat), config.headWidth);
    const at::Tensor base = at::mul(at::reciprocal(at::pow(rope.theta, exponents)), 1.0);
    if (rope.kind == RopeConfig::Kind::Default)
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

} // namespace

ModelWeights loadWeights(std::shared_ptr<const ModelDescription> description, DType dtype, at::Device device,
    const std::function<void(std::size_t, std::size_t)>& step)
{
    const ModelConfig& config = description->config();
    const Architecture& architecture = *config.architecture;
    const auto& plan = description->weights().tensors;
    const auto type = scalarType(dtype);
    std::map<const StoredTensor*, at::Tensor> converted; // tied tensors stay one
    const auto get = [&](const std::string& role, std::size_t layer) -> at::Tensor {
        const auto it = plan.find({role, layer});
        if (it == plan.end())
            return {};
        at::Tensor& tensor = converted[it->second];
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
    weights.dtype = dtype;
    weights.device = device;
    weights.embed = get("embed", 0);
    weights.positions = get("positions", 0);
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(config.layers); ++layer) {
        step(layer, static_cast<std::size_t>(config.layers));
        LayerWeights& part = weights.layers.emplace_back();
        part.norm1 = norm("norm1", layer);
        part.norm2 = norm("norm2", layer);
        part.qkv = linear("qkv", layer);
        part.query = linear("query", layer);
        part.key = linear("key", layer);
        part.value = linear("value", layer);
        part.output = linear("output", layer);
        part.mlpGate = linear("mlp_gate", layer);
        part.mlpIn = linear("mlp_in", layer);
        part.mlpOut = linear("mlp_out", layer);
    }
    weights.finalNorm = norm("final_norm", 0);
    weights.unembed = get("unembed", 0);
    if (architecture.position == PositionKind::Rotary)
        weights.inverseFrequencies = inverseFrequencies(config).to(device);
    weights.description = std::move(description);
    return weights;
}

} // namespace headscope
