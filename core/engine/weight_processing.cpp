// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weight_processing.h"

namespace headscope {
namespace {

/// A bias to add to: zeros where a projection has none.
at::Tensor biasOf(const LinearWeights& linear)
{
    return linear.bias.defined() ? linear.bias : at::zeros({linear.weight.size(0)}, at::kFloat);
}

/// W(norm(x)) with the norm's weight and bias moved into W.
void fold(const NormWeights& norm, LinearWeights& linear, bool centre)
{
    if (norm.bias.defined())
        linear.bias = at::add(biasOf(linear), at::mul(linear.weight, norm.bias).sum(1));
    linear.weight = at::mul(linear.weight, norm.weight);
    if (centre)
        linear.weight = at::sub(linear.weight, linear.weight.mean(1, true));
}

void foldNorms(ModelWeights& weights, bool centre, bool offset)
{
    const auto effective = [&](const NormWeights& norm) {
        return NormWeights{offset ? at::add(norm.weight, 1.0) : norm.weight, norm.bias};
    };
    for (LayerWeights& part : weights.layers) {
        const NormWeights norm1 = effective(part.norm1), norm2 = effective(part.norm2);
        for (LinearWeights* linear : {&part.query, &part.key, &part.value})
            fold(norm1, *linear, centre);
        fold(norm2, part.mlpIn, centre);
        if (part.mlpGate.defined())
            fold(norm2, part.mlpGate, centre);
        part.norm1 = part.norm2 = {};
    }
    if (!weights.unembed.defined()) // no head: nothing to fold into
        return;
    fold(effective(weights.finalNorm), weights.unembed, centre);
    weights.finalNorm = {};
}

at::Tensor centred(const at::Tensor& tensor, std::int64_t dim)
{
    return tensor.defined() ? at::sub(tensor, tensor.mean(dim, true)) : tensor;
}

/// What writes to the residual stream: table rows, and the outputs of matrices [out, in].
void centreWriting(ModelWeights& weights)
{
    weights.embed = centred(weights.embed, -1);
    weights.positions = centred(weights.positions, -1);
    for (LayerWeights& part : weights.layers)
        for (LinearWeights* linear : {&part.output, &part.mlpOut}) {
            linear->weight = centred(linear->weight, 0);
            linear->bias = centred(linear->bias, -1);
        }
}

void foldValueBiases(ModelWeights& weights, const ModelConfig& config, bool centre)
{
    for (LayerWeights& part : weights.layers) {
        if (!part.value.bias.defined())
            continue;
        const at::Tensor perHead = part.value.bias.view({config.keyValueHeads, 1, config.headWidth})
                                       .expand({-1, config.heads / config.keyValueHeads, -1})
                                       .reshape({-1}); // of every query head
        part.output.bias = at::add(biasOf(part.output), at::mul(part.output.weight, perHead).sum(1));
        part.value.bias = at::zeros_like(part.value.bias);
        if (centre)
            part.output.bias = centred(part.output.bias, -1);
    }
}

} // namespace

void processWeights(ModelWeights& weights, const ModelConfig& config, const Processing& processing, bool offset)
{
    const bool layerNorm = config.architecture->norm == NormKind::Layer;
    if (processing.foldLn)
        foldNorms(weights, layerNorm, offset && config.architecture->norm == NormKind::RmsOffset);
    if (processing.centerWritingWeights && layerNorm)
        centreWriting(weights);
    if (processing.centerUnembed && config.logitCap == 0) {
        weights.unembed.weight = centred(weights.unembed.weight, 0);
        weights.unembed.bias = centred(weights.unembed.bias, -1);
    }
    if (processing.foldValueBiases)
        foldValueBiases(weights, config, processing.centerWritingWeights && layerNorm);
}

} // namespace headscope
