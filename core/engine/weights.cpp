// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weights.h"

namespace headscope {

at::Tensor LinearWeights::operator()(const at::Tensor& x) const
{
    if (layout == ProjectionLayout::OutIn)
        return at::linear(x, weight, bias.defined() ? std::optional(bias) : std::nullopt);
    auto shape = x.sizes().vec();
    shape.back() = weight.size(1);
    return at::addmm(bias, x.reshape({-1, x.size(-1)}), weight).view(shape);
}

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
    if (architecture.position == PositionKind::Rotary) {
        // float32 by definition; Python's `1.0 / t` is reciprocal() * 1.0.
        const auto exponents = at::div(at::arange(0, config.headWidth, 2, at::kFloat), config.headWidth);
        weights.inverseFrequencies = at::mul(at::reciprocal(at::pow(config.ropeTheta, exponents)), 1.0).to(device);
    }
    weights.description = std::move(description);
    return weights;
}

} // namespace headscope
