// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/forward_pass.h"

#include "core/error.h"

#include <cmath>
#include <numbers>

namespace headscope {
namespace {

at::Tensor rotateHalf(const at::Tensor& x)
{
    const auto half = x.size(-1) / 2;
    return at::cat({at::neg(x.narrow(-1, half, half)), x.narrow(-1, 0, half)}, -1);
}

at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin)
{
    return at::add(at::mul(x, cos), at::mul(rotateHalf(x), sin));
}

/// [B, G, T, d] -> [B, G * times, T, d], each head repeated in place.
at::Tensor repeatHeads(const at::Tensor& x, std::int64_t times)
{
    if (times == 1)
        return x;
    const auto batch = x.size(0), groups = x.size(1), length = x.size(2), width = x.size(3);
    return x.unsqueeze(2).expand({batch, groups, times, length, width}).reshape({batch, groups * times, length, width});
}

} // namespace

void ForwardPass::pause() const
{
    if (stop_.stop_requested())
        throw Cancelled{};
}

at::Tensor ForwardPass::embed(const ModelInputs& inputs)
{
    const auto device = weights_.device;
    at::Tensor x = at::embedding(weights_.embed, inputs.ids.to(device));
    hooks_.fire(HookPoint::Embed, 0, x);
    if (config_.architecture->position == PositionKind::Learned) {
        const at::Tensor positions = at::embedding(weights_.positions, inputs.positions.to(device));
        hooks_.fire(HookPoint::PosEmbed, 0, positions.expand_as(x));
        x = at::add(x, positions);
        if (inputs.tokenTypes.defined())
            x = at::add(x, at::embedding(weights_.embed, inputs.tokenTypes.to(device)));
    }
    return x;
}

ForwardPass::Rotary ForwardPass::rotaryTables(const at::Tensor& positions) const
{
    if (config_.architecture->position != PositionKind::Rotary)
        return {};
    const at::Tensor angles
        = at::mul(positions.to(weights_.device).unsqueeze(-1).to(at::kFloat), weights_.inverseFrequencies);
    const at::Tensor both = at::cat({angles, angles}, -1); // [1 | B, T, d]
    const auto type = scalarType(weights_.dtype);
    return {at::mul(at::cos(both), 1.0).to(type).unsqueeze(1), at::mul(at::sin(both), 1.0).to(type).unsqueeze(1)};
}

at::Tensor ForwardPass::normalise(
    const at::Tensor& x, const NormWeights& norm, HookPoint scale, HookPoint normalized, std::size_t layer) const
{
    const bool observed = hooks_.wants(scale, layer) || hooks_.wants(normalized, layer);
    if (config_.architecture->norm == NormKind::Layer) {
        if (observed) { // the fused kernel keeps no intermediates; these are made beside it
            const at::Tensor wide = x.to(at::promoteTypes(x.scalar_type(), at::kFloat));
            const at::Tensor centred = at::sub(wide, wide.mean(-1, true));
            const at::Tensor deviation = at::sqrt(at::add(at::pow(centred, 2).mean(-1, true), config_.normEpsilon));
            hooks_.fire(scale, layer, deviation.to(x.scalar_type()));
            hooks_.fire(normalized, layer, at::div(centred, deviation).to(x.scalar_type()));
        }
        return at::layer_norm(x, {x.size(-1)}, norm.weight, norm.bias, config_.normEpsilon);
    }
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor variance = at::pow(wide, 2).mean(-1, true);
    const at::Tensor unit = at::mul(wide, at::rsqrt(at::add(variance, config_.normEpsilon))).to(x.scalar_type());
    if (observed) {
        hooks_.fire(scale, layer, at::sqrt(at::add(variance, config_.normEpsilon)).to(x.scalar_type()));
        hooks_.fire(normalized, layer, unit);
    }
    return at::mul(norm.weight, unit);
}

at::Tensor ForwardPass::attend(
    std::size_t layer, const at::Tensor& x, const at::Tensor& mask, const Rotary& rotary, LayerOutcome& outcome)
{
    const LayerWeights& part = weights_.layers[layer];
    const auto batch = x.size(0), length = x.size(1), d = config_.headWidth;
    at::Tensor q, k, v; // [B, T, heads * d]
    if (config_.architecture->qkv == QkvLayout::Joint) {
        const auto split = part.qkv(x).split(config_.width, 2);
        q = split[0], k = split[1], v = split[2];
    } else {
        q = part.query(x);
        pause();
        k = part.key(x);
        v = part.value(x);
    }
    pause();
    q = q.view({batch, length, config_.heads, d});
    k = k.view({batch, length, config_.keyValueHeads, d});
    v = v.view({batch, length, config_.keyValueHeads, d});
    hooks_.fire(HookPoint::Query, layer, q);
    hooks_.fire(HookPoint::Key, layer, k);
    hooks_.fire(HookPoint::Value, layer, v);
    q = q.transpose(1, 2), k = k.transpose(1, 2), v = v.transpose(1, 2); // [B, heads, T, d]
    if (rotary.cos.defined()) {
        q = rotate(q, rotary.cos, rotary.sin);
        k = rotate(k, rotary.cos, rotary.sin);
        hooks_.fire(HookPoint::RotatedQuery, layer, q.transpose(1, 2));
        hooks_.fire(HookPoint::RotatedKey, layer, k.transpose(1, 2));
    }
    k = repeatHeads(k, config_.heads / config_.keyValueHeads);
    v = repeatHeads(v, config_.heads / config_.keyValueHeads);

    pause();
    at::Tensor scores = scaledScores(layer, q, k);
    scores = at::add(scores, mask);
    hooks_.fire(HookPoint::AttentionScores, layer, scores);
    pause();
    const bool wide = config_.architecture->softmax == SoftmaxPrecision::Float32;
    at::Tensor pattern = wide ? at::softmax(scores, -1, at::kFloat) : at::softmax(scores, -1);
    pattern = pattern.to(wide ? q.scalar_type() : v.scalar_type());
    hooks_.fire(HookPoint::Pattern, layer, pattern);
    pause();
    const at::Tensor mixed = at::matmul(pattern, v).transpose(1, 2).contiguous(); // [B, T, H, d]
    hooks_.fire(HookPoint::Mixed, layer, mixed);
    if (hooks_.wants(HookPoint::Result, layer))
        observeResult(layer, mixed);
    pause();
    outcome.pattern = pattern;
    if (keepScores_)
        outcome.scores = scores;
    return part.output(mixed.reshape({batch, length, config_.heads * d}));
}

at::Tensor ForwardPass::scaledScores(std::size_t layer, const at::Tensor& q, const at::Tensor& k) const
{
    const auto batch = q.size(0), heads = q.size(1), length = q.size(2), d = q.size(3);
    double scale = config_.scaleScores ? std::pow(static_cast<double>(d), -0.5) : 1.0;
    if (config_.scaleByLayer)
        scale /= static_cast<double>(layer + 1);
    if (!config_.upcastScores) {
        const at::Tensor products = at::matmul(q, k.transpose(2, 3));
        pause();
        return at::mul(products, scale);
    }
    const at::Tensor rows = q.reshape({-1, length, d}).to(at::kFloat);
    const at::Tensor columns = k.transpose(2, 3).reshape({-1, d, length}).to(at::kFloat);
    const at::Tensor nothing = at::empty({batch * heads, length, length}, rows.options());
    return at::baddbmm(nothing, rows, columns, 0, scale).reshape({batch, heads, length, length});
}

void ForwardPass::observeResult(std::size_t layer, const at::Tensor& mixed) const
{
    const LinearWeights& output = weights_.layers[layer].output;
    const at::Tensor weight
        = output.layout == ProjectionLayout::InOut ? output.weight : output.weight.t(); // [H * d, D]
    const at::Tensor perHead = weight.reshape({config_.heads, config_.headWidth, config_.width});
    hooks_.fire(HookPoint::Result, layer, at::einsum("bphd,hdm->bphm", {mixed, perHead}));
}

at::Tensor ForwardPass::activate(const at::Tensor& x) const
{
    const std::string& name = config_.activation;
    if (name == "gelu_new") { // op by op, as transformers does: the fused tanh kernel rounds differently
        const at::Tensor inside = at::add(x, at::mul(at::pow(x, 3.0), 0.044715));
        const at::Tensor curve = at::tanh(at::mul(inside, std::sqrt(2.0 / std::numbers::pi)));
        return at::mul(at::mul(x, 0.5), at::add(curve, 1.0));
    }
    if (name == "gelu")
        return at::gelu(x);
    if (name == "gelu_pytorch_tanh")
        return at::gelu(x, "tanh");
    if (name == "relu")
        return at::relu(x);
    if (name == "tanh")
        return at::tanh(x);
    if (name == "sigmoid")
        return at::sigmoid(x);
    if (name == "quick_gelu")
        return at::mul(x, at::sigmoid(at::mul(x, 1.702)));
    return at::silu(x); // "silu", "swish"; readModelConfig() lets no other name through
}

at::Tensor ForwardPass::feedForward(std::size_t layer, const at::Tensor& x)
{
    const LayerWeights& part = weights_.layers[layer];
    if (config_.architecture->mlp == MlpKind::Plain) {
        const at::Tensor before = part.mlpIn(x);
        hooks_.fire(HookPoint::MlpPre, layer, before);
        pause();
        const at::Tensor after = activate(before);
        hooks_.fire(HookPoint::MlpPost, layer, after);
        pause();
        return part.mlpOut(after);
    }
    const at::Tensor gate = part.mlpGate(x);
    hooks_.fire(HookPoint::MlpPre, layer, gate);
    pause();
    const at::Tensor open = activate(gate);
    const at::Tensor linear = part.mlpIn(x);
    hooks_.fire(HookPoint::MlpPreLinear, layer, linear);
    pause();
    const at::Tensor after = at::mul(open, linear);
    hooks_.fire(HookPoint::MlpPost, layer, after);
    pause();
    return part.mlpOut(after);
}

at::Tensor ForwardPass::run(const ModelInputs& inputs, const std::function<void(std::size_t, LayerOutcome)>& onLayer,
    const std::function<void()>& beforeUnembedding)
{
    at::Tensor x = embed(inputs);
    const Rotary rotary = rotaryTables(inputs.positions);
    const at::Tensor mask = inputs.mask.additive(x.scalar_type(), weights_.device);
    for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
        pause();
        const LayerWeights& part = weights_.layers[layer];
        LayerOutcome outcome;
        hooks_.fire(HookPoint::ResidPre, layer, x);
        const at::Tensor attention = attend(layer,
            normalise(x, part.norm1, HookPoint::Ln1Scale, HookPoint::Ln1Normalized, layer), mask, rotary, outcome);
        hooks_.fire(HookPoint::AttentionOut, layer, attention);
        x = at::add(attention, x);
        hooks_.fire(HookPoint::ResidMid, layer, x);
        pause();
        const at::Tensor mlp
            = feedForward(layer, normalise(x, part.norm2, HookPoint::Ln2Scale, HookPoint::Ln2Normalized, layer));
        hooks_.fire(HookPoint::MlpOut, layer, mlp);
        x = at::add(x, mlp);
        hooks_.fire(HookPoint::ResidPost, layer, x);
        onLayer(layer, std::move(outcome));
    }
    pause();
    beforeUnembedding();
    x = normalise(x, weights_.finalNorm, HookPoint::LnFinalScale, HookPoint::LnFinalNormalized, 0);
    hooks_.fire(HookPoint::UnembedIn, 0, x);
    pause();
    const at::Tensor logits = at::linear(x, weights_.unembed);
    hooks_.fire(HookPoint::UnembedOut, 0, logits);
    return logits;
}

} // namespace headscope
