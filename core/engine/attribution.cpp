// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/attribution.h"

#include "core/engine/prompt_batches.h"
#include "core/error.h"

namespace headscope {
namespace {

/// Unembedding rows of some ids, averaged: [D], and the mean of their biases.
std::pair<at::Tensor, at::Tensor> meanRow(const LinearWeights& unembed, const std::vector<std::int64_t>& ids)
{
    at::Tensor chosen = at::empty({static_cast<std::int64_t>(ids.size())}, at::kLong);
    std::copy(ids.begin(), ids.end(), chosen.data_ptr<std::int64_t>());
    chosen = chosen.to(unembed.weight.device());
    const bool outIn = unembed.layout == ProjectionLayout::OutIn;
    const at::Tensor rows = outIn ? unembed.weight.index_select(0, chosen) : unembed.weight.index_select(1, chosen).t();
    return {wideOnHost(rows).mean(0),
        unembed.bias.defined() ? wideOnHost(unembed.bias.index_select(0, chosen)).mean() : at::Tensor()};
}

/// A norm whose scale is held is linear: what a direction behind it is in front of it, and what its bias adds.
struct HeldNorm {
    at::Tensor direction; ///< [B, D]
    at::Tensor bias; ///< [B]; zeros without one
};

HeldNorm through(const NormWeights& norm, const at::Tensor& scale, const at::Tensor& direction,
    const ModelConfig& config, const BackendPolicies& policies)
{
    HeldNorm result{direction, at::zeros({direction.size(0)}, at::kDouble)};
    if (norm.bias.defined())
        result.bias = at::mul(direction, wideOnHost(norm.bias)).sum(-1);
    if (norm.weight.defined()) {
        const bool offset = config.architecture->norm == NormKind::RmsOffset && !policies.plainNorms;
        result.direction = at::mul(direction, at::add(wideOnHost(norm.weight), offset ? 1.0 : 0.0));
    }
    if (config.architecture->norm == NormKind::Layer) // the mean is taken out of what comes in
        result.direction = at::sub(result.direction, result.direction.mean(-1, true));
    result.direction = at::div(result.direction, scale);
    return result;
}

double item(const at::Tensor& rows, std::size_t row) { return rows.const_data_ptr<double>()[row]; }

/// sum over the last dimension of a × b, contiguous.
at::Tensor dot(const at::Tensor& a, const at::Tensor& b) { return at::mul(a, b).sum(-1).contiguous(); }

} // namespace

AnswerDirections answerDirections(
    const LinearWeights& unembed, const std::vector<ExampleAnswers>& answers, std::size_t first, std::int64_t rows)
{
    AnswerDirections result{
        at::empty({rows, unembed.layout == ProjectionLayout::OutIn ? unembed.weight.size(1) : unembed.weight.size(0)},
            at::kDouble),
        unembed.bias.defined() ? at::empty({rows}, at::kDouble) : at::Tensor()};
    for (std::int64_t row = 0; row < rows; ++row) {
        const ExampleAnswers& each = answers[first + static_cast<std::size_t>(row)];
        const auto [correct, correctBias] = meanRow(unembed, each.correctIds);
        const auto [incorrect, incorrectBias] = meanRow(unembed, each.incorrectIds);
        result.direction.select(0, row).copy_(at::sub(correct, incorrect));
        if (result.bias.defined())
            result.bias.select(0, row).copy_(at::sub(correctBias, incorrectBias));
    }
    return result;
}

AttributionProbe::AttributionProbe(
    HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, at::Tensor positions)
    : positions_(std::move(positions))
{
    for (const char* glob : {"hook_embed", "hook_pos_embed", "blocks.*.attn.hook_z", "blocks.*.ln1_post.hook_scale",
             "blocks.*.hook_mlp_out", "ln_final.hook_scale"})
        handles.push_back(hooks.observe(glob, [this](const std::string& name, const at::Tensor& value) {
            seen_[name] = wideOnHost(rowsAt(value, positions_));
        }));
}

const at::Tensor& AttributionProbe::seen(HookPoint point, std::size_t layer) const
{
    return seen_.at(hookName(point, layer));
}

std::vector<Attribution> AttributionProbe::explain(
    const LoadedModel& model, const BackendPolicies& policies, const AnswerDirections& answers) const
{
    const ModelConfig& config = model.config();
    const ModelWeights& weights = model.weightsReadSoFar();
    const std::int64_t rows = positions_.size(0), heads = config.heads;
    const HeldNorm final
        = through(weights.finalNorm, seen(HookPoint::LnFinalScale), answers.direction, config, policies);
    const bool learned = config.architecture->position == PositionKind::Learned;
    const at::Tensor embedding = dot(final.direction, seen(HookPoint::Embed));
    const at::Tensor position = learned ? dot(final.direction, seen(HookPoint::PosEmbed)) : at::Tensor();

    std::vector<Attribution> result(static_cast<std::size_t>(rows));
    for (std::size_t row = 0; row < result.size(); ++row) {
        result[row].embedding = item(embedding, row);
        if (learned)
            result[row].positionEmbedding = item(position, row);
        result[row].headsPerLayer = static_cast<std::size_t>(heads);
        result[row].finalNormBias = item(final.bias, row);
        result[row].unembeddingBias = answers.bias.defined() ? item(answers.bias, row) : 0;
    }
    for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
        const LayerWeights& part = weights.layers[layer];
        HeldNorm written{final.direction, at::zeros({rows}, at::kDouble)}; // where attention writes
        if (config.architecture->normPlace == NormPlace::Around)
            written
                = through(part.postNorm1, seen(HookPoint::PostNorm1Scale, layer), final.direction, config, policies);
        const at::Tensor weight = wideOnHost(part.output.weight); // as [out, in], one column a cell of z
        const at::Tensor outIn = part.output.layout == ProjectionLayout::OutIn ? weight : weight.t();
        const at::Tensor perHead = dot(
            at::matmul(written.direction, outIn).view({rows, heads, config.headWidth}), seen(HookPoint::Mixed, layer));
        at::Tensor biases = written.bias;
        if (part.output.bias.defined())
            biases = at::add(biases, dot(written.direction, wideOnHost(part.output.bias)));
        const at::Tensor mlp = dot(final.direction, seen(HookPoint::MlpOut, layer));
        for (std::size_t row = 0; row < result.size(); ++row) {
            const double* values = perHead.const_data_ptr<double>() + static_cast<std::int64_t>(row) * heads;
            result[row].heads.insert(result[row].heads.end(), values, values + heads);
            result[row].attentionBiases.push_back(item(biases, row));
            result[row].mlps.push_back(item(mlp, row));
        }
    }
    return result;
}

void requireAttributable(const ModelConfig& config, const std::string& option)
{
    if (config.architecture->normPlace == NormPlace::After || config.architecture->head == HeadKind::MaskedLm)
        throw Error(Fault::BadInput,
            option + ": expected a decoder, found " + config.architecture->family
                + ", whose head has an activation between the residual and the logits, so that no sum of its parts "
                  "equals them");
}

} // namespace headscope
