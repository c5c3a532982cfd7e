// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/forward_pass.h"

#include "core/engine/layers.h"
#include "core/error.h"

#include <cmath>

namespace headscope {

void ForwardPass::pause() const
{
    if (stop_.stop_requested())
        throw Cancelled{};
}

at::Tensor ForwardPass::embedTypes(const ModelInputs& inputs)
{
    if (!weights_.tokenTypes.defined())
        return {};
    const at::Tensor ids = inputs.tokenTypes.defined() ? inputs.tokenTypes : at::zeros_like(inputs.ids);
    at::Tensor types = at::embedding(weights_.tokenTypes, ids.to(model_.placement().front()));
    types = types.expand({inputs.ids.size(0), -1, -1});
    hooks_.fire(HookPoint::TokenTypeEmbed, 0, types);
    return types;
}

at::Tensor ForwardPass::embedPositions(const ModelInputs& inputs)
{
    const auto device = model_.placement().front();
    at::Tensor positions = at::embedding(weights_.positions, inputs.positions.to(device));
    const at::Tensor& real = inputs.mask.padding();
    if (policies_.padEmbedding == PadEmbedding::Zero && real.defined())
        positions = at::where(real.to(device).unsqueeze(-1), positions, 0.0);
    positions = positions.expand({inputs.ids.size(0), -1, -1});
    hooks_.fire(HookPoint::PosEmbed, 0, positions);
    return positions;
}

at::Tensor ForwardPass::embed(const ModelInputs& inputs)
{
    const auto device = model_.placement().front();
    const bool normed = architecture_.hasTensor("embed_norm");
    at::Tensor x = at::embedding(weights_.embed, inputs.ids.to(device));
    if (weights_.embedScale.defined())
        x = at::mul(x, weights_.embedScale);
    const bool words = !normed || policies_.postNormHooks == PostNormHooks::Before; // hook_embed is before the norm
    if (words)
        hooks_.fire(HookPoint::Embed, 0, x);
    const at::Tensor types = embedTypes(inputs);
    const bool typesLast = policies_.hooks == HookVocabulary::Encoder; // HookedEncoder adds positions first
    if (types.defined() && !typesLast)
        x = at::add(x, types);
    if (architecture_.position == PositionKind::Learned)
        x = at::add(x, embedPositions(inputs));
    if (types.defined() && typesLast)
        x = at::add(x, types);
    if (!types.defined() && inputs.tokenTypes.defined()) // GPT-2 looks types up among the words
        x = at::add(x, at::embedding(weights_.embed, inputs.tokenTypes.to(device)));
    if (!normed)
        return x;
    x = normalise(x, weights_.embedNorm, {HookPoint::EmbedNormScale, HookPoint::EmbedNormNormalized});
    if (!words)
        hooks_.fire(HookPoint::Embed, 0, x);
    hooks_.fire(HookPoint::FullEmbed, 0, x);
    return x;
}

ForwardPass::Rotary ForwardPass::rotaryTables(const at::Tensor& positions) const
{
    if (architecture_.position != PositionKind::Rotary)
        return {};
    at::Tensor frequencies = weights_.inverseFrequencies;
    if (config_.rope.kind == RopeConfig::Kind::Dynamic)
        frequencies = inverseFrequencies(config_, positions.max().item<std::int64_t>() + 1).to(frequencies.device());
    const at::Tensor angles = at::mul(positions.to(frequencies.device()).unsqueeze(-1), frequencies);
    const at::Tensor both = at::cat({angles, angles}, -1); // [1 | B, T, r]
    const auto type = scalarType(model_.placement().dtype);
    return {at::mul(at::cos(both), 1.0).to(type).unsqueeze(1), at::mul(at::sin(both), 1.0).to(type).unsqueeze(1)};
}

const ForwardPass::Rotary& ForwardPass::rotaryOn(at::Device device)
{
    const auto [it, isNew] = rotaryOn_.try_emplace(device.str());
    if (isNew && rotary_.cos.defined())
        it->second = {rotary_.cos.to(device), rotary_.sin.to(device)};
    return it->second;
}

const LayerMask& ForwardPass::maskFor(const ModelInputs& inputs, std::size_t layer)
{
    const at::Device device = deviceOf(layer);
    const std::int64_t window = config_.windows[layer];
    const auto [it, isNew] = masks_.try_emplace({device.str(), window});
    if (isNew) {
        const auto type = scalarType(model_.placement().dtype);
        const bool upcast = arithmetic(layer).upcast;
        it->second = LayerMask(inputs.mask, policies_, type, upcast ? at::kFloat : type, device, window);
    }
    return it->second;
}

std::array<at::Tensor, 3> ForwardPass::project(std::size_t layer, const at::Tensor& x) const
{
    const LayerWeights& part = weights_.layers[layer];
    const auto batch = x.size(0), length = x.size(1), d = config_.headWidth;
    if (part.qkv.defined() && architecture_.qkv == QkvLayout::JointByHead) {
        const at::Tensor joint = part.qkv(x).view({batch, length, config_.heads, 3 * d});
        pause();
        return {joint.narrow(-1, 0, d), joint.narrow(-1, d, d), joint.narrow(-1, 2 * d, d)};
    }
    at::Tensor q, k, v; // [B, T, heads * d]
    if (part.qkv.defined()) {
        const auto split = part.qkv(x).split(config_.width, 2);
        q = split[0], k = split[1], v = split[2];
    } else {
        q = part.query(x);
        pause();
        k = part.key(x);
        v = part.value(x);
    }
    pause();
    return {q.view({batch, length, config_.heads, d}), k.view({batch, length, config_.keyValueHeads, d}),
        v.view({batch, length, config_.keyValueHeads, d})};
}

ScoreArithmetic ForwardPass::arithmetic(std::size_t layer) const
{
    ScoreArithmetic result{
        scoreScale(config_, layer), config_.scoreCap, config_.upcastScores && policies_.upcast != Upcast::Ignored};
    if (policies_.ignoresUnscaled && !config_.scaleScores)
        result.scale *= std::pow(config_.queryScalar, -0.5);
    return result;
}

at::Tensor ForwardPass::attend(
    std::size_t layer, const at::Tensor& x, const LayerMask& mask, const Rotary& rotary, LayerOutcome& outcome)
{
    const LayerWeights& part = weights_.layers[layer];
    auto [q, k, v] = project(layer, x);
    hooks_.fire(HookPoint::Query, layer, q);
    hooks_.fire(HookPoint::Key, layer, k);
    hooks_.fire(HookPoint::Value, layer, v);
    if (architecture_.queryKeyNorm) {
        q = normalise(q, part.queryNorm, {HookPoint::QueryNormScale, HookPoint::QueryNormNormalized, layer});
        k = normalise(k, part.keyNorm, {HookPoint::KeyNormScale, HookPoint::KeyNormNormalized, layer});
    }
    q = q.transpose(1, 2), k = k.transpose(1, 2), v = v.transpose(1, 2); // [B, heads, T, d]
    if (rotary.cos.defined()) {
        const bool rejoin = architecture_.qkv == QkvLayout::JointByHead;
        at::Tensor turned = rotate(q, rotary.cos, rotary.sin, rejoin).transpose(1, 2);
        hooks_.fire(HookPoint::RotatedQuery, layer, turned);
        q = turned.transpose(1, 2);
        turned = rotate(k, rotary.cos, rotary.sin, rejoin).transpose(1, 2);
        hooks_.fire(HookPoint::RotatedKey, layer, turned);
        k = turned.transpose(1, 2);
    }
    k = repeatHeads(k, config_.heads / config_.keyValueHeads);
    v = repeatHeads(v, config_.heads / config_.keyValueHeads);

    pause();
    const ScoreArithmetic how = arithmetic(layer);
    at::Tensor scores = maskedScores(rawScores(q, k, how, policies_), mask, policies_);
    if (policies_.scoreHook == ScoreHook::Scores)
        hooks_.fire(HookPoint::AttentionScores, layer, scores);
    pause();
    const bool wide = architecture_.softmax == SoftmaxPrecision::Float32;
    at::Tensor pattern = patternOf(scores, wide, q.scalar_type(), policies_);
    if (how.upcast)
        pattern = pattern.to(v.scalar_type()); // the bridge does so before its hook, too
    hooks_.fire(HookPoint::Pattern, layer, pattern);
    if (policies_.scoreHook == ScoreHook::Probabilities) {
        at::Tensor shown = pattern;
        hooks_.fire(HookPoint::AttentionScores, layer, shown);
    }
    pause();
    at::Tensor mixed = mixValues(pattern, v); // [B, T, H, d]
    hooks_.fire(HookPoint::Mixed, layer, mixed);
    pause();
    outcome.pattern = pattern;
    if (keepScores_)
        outcome.scores = scores;
    return outputOf(layer, mixed).to(x.device()); // a hook may have moved V
}

at::Tensor ForwardPass::outputOf(std::size_t layer, const at::Tensor& mixed) const
{
    const LinearWeights& output = weights_.layers[layer].output;
    if (hooks_.wants(HookPoint::Result, layer)) {
        const at::Tensor there = output.weight.to(mixed.device());
        const at::Tensor perHead = (output.layout == ProjectionLayout::InOut ? there : there.t())
                                       .reshape({config_.heads, config_.headWidth, config_.width});
        at::Tensor result = at::einsum("bphd,hdm->bphm", {mixed.to(perHead.scalar_type()), perHead});
        hooks_.fire(HookPoint::Result, layer, result);
        if (hooks_.edits(HookPoint::Result, layer)) {
            const at::Tensor sum = result.sum(2);
            return output.bias.defined() ? at::add(sum, output.bias.to(sum.device())) : sum;
        }
    }
    return output.aligned(mixed.reshape({mixed.size(0), mixed.size(1), config_.heads * config_.headWidth}));
}

at::Tensor ForwardPass::feedForward(std::size_t layer, const at::Tensor& x)
{
    const LayerWeights& part = weights_.layers[layer];
    if (architecture_.mlp == MlpKind::Plain) {
        at::Tensor before = part.mlpIn(x);
        hooks_.fire(HookPoint::MlpPre, layer, before);
        pause();
        at::Tensor after = activate(before, config_.activation);
        hooks_.fire(HookPoint::MlpPost, layer, after);
        pause();
        return part.mlpOut(after);
    }
    at::Tensor gate = part.mlpGate(x);
    hooks_.fire(HookPoint::MlpPre, layer, gate);
    pause();
    const at::Tensor open = activate(gate, config_.activation);
    at::Tensor linear = part.mlpIn(x);
    hooks_.fire(HookPoint::MlpPreLinear, layer, linear);
    pause();
    at::Tensor after = at::mul(open, linear);
    hooks_.fire(HookPoint::MlpPost, layer, after);
    pause();
    return part.mlpOut(after);
}

at::Tensor ForwardPass::block(std::size_t layer, const at::Tensor& x, const ModelInputs& inputs, LayerOutcome& outcome)
{
    const LayerWeights& part = weights_.layers[layer];
    const bool around = architecture_.normPlace == NormPlace::Around;
    at::Tensor attention
        = attend(layer, normalise(x, part.norm1, {HookPoint::Ln1Scale, HookPoint::Ln1Normalized, layer}),
            maskFor(inputs, layer), rotaryOn(deviceOf(layer)), outcome);
    if (around)
        attention
            = normalise(attention, part.postNorm1, {HookPoint::PostNorm1Scale, HookPoint::PostNorm1Normalized, layer});
    hooks_.fire(HookPoint::AttentionOut, layer, attention);
    at::Tensor mid, read = x; // the residual after attention, and what the MLP reads
    if (!config_.parallelResidual) {
        mid = at::add(attention, x);
        read = mid;
        hooks_.fire(HookPoint::ResidMid, layer, read);
        if (policies_.residMidEdit == ResidMidEdit::Residual)
            mid = read;
    }
    pause();
    at::Tensor mlp
        = feedForward(layer, normalise(read, part.norm2, {HookPoint::Ln2Scale, HookPoint::Ln2Normalized, layer}));
    if (around)
        mlp = normalise(mlp, part.postNorm2, {HookPoint::PostNorm2Scale, HookPoint::PostNorm2Normalized, layer});
    hooks_.fire(HookPoint::MlpOut, layer, mlp);
    if (!config_.parallelResidual)
        return at::add(mid, mlp);
    // transformers adds the residual last, HookedTransformer the MLP.
    return policies_.plainNorms ? at::add(at::add(x, attention), mlp) : at::add(at::add(mlp, attention), x);
}

at::Tensor ForwardPass::blockAfter(
    std::size_t layer, const at::Tensor& x, const ModelInputs& inputs, LayerOutcome& outcome)
{
    const LayerWeights& part = weights_.layers[layer];
    const bool before = policies_.postNormHooks == PostNormHooks::Before;
    const bool encoder = policies_.hooks == HookVocabulary::Encoder;
    at::Tensor attention = attend(layer, x, maskFor(inputs, layer), rotaryOn(deviceOf(layer)), outcome);
    if (before)
        hooks_.fire(HookPoint::AttentionOut, layer, attention);
    at::Tensor mid = at::add(attention, x);
    if (before)
        hooks_.fire(HookPoint::ResidMid, layer, mid);
    at::Tensor normed = normalise(mid, part.norm1, {HookPoint::Ln1Scale, HookPoint::Ln1Normalized, layer});
    if (!before)
        hooks_.fire(HookPoint::AttentionOut, layer, normed);
    pause();
    at::Tensor mlp = feedForward(layer, normed);
    hooks_.fire(HookPoint::MlpOut, layer, mlp);
    at::Tensor sum = at::add(mlp, normed);
    if (encoder)
        hooks_.fire(HookPoint::ResidPost, layer, sum);
    if (!before)
        hooks_.fire(HookPoint::ResidMid, layer, sum);
    at::Tensor out = normalise(sum, part.norm2, {HookPoint::Ln2Scale, HookPoint::Ln2Normalized, layer});
    if (encoder)
        hooks_.fire(HookPoint::NormalizedResidPost, layer, out);
    return out;
}

at::Tensor ForwardPass::unembed(at::Tensor x)
{
    if (!config_.hasHead && architecture_.head == HeadKind::MaskedLm)
        return {};
    if (architecture_.head == HeadKind::MaskedLm)
        x = activate(weights_.headDense(x), config_.activation);
    x = normalise(x, weights_.finalNorm, {HookPoint::LnFinalScale, HookPoint::LnFinalNormalized});
    hooks_.fire(HookPoint::UnembedIn, 0, x);
    pause();
    if (!config_.hasHead)
        return {};
    at::Tensor logits = weights_.unembed(x);
    hooks_.fire(HookPoint::UnembedOut, 0, logits);
    if (config_.logitCap > 0)
        logits = at::mul(at::tanh(at::div(logits, config_.logitCap)), config_.logitCap);
    return logits;
}

at::Tensor ForwardPass::run(const ModelInputs& inputs, const std::function<void(std::size_t, LayerOutcome)>& onLayer,
    const std::function<void()>& beforeUnembedding)
{
    at::Tensor x = embed(inputs);
    rotary_ = rotaryTables(inputs.positions);
    const bool after = architecture_.normPlace == NormPlace::After;
    const bool postInside = after && policies_.hooks == HookVocabulary::Encoder;
    for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
        pause();
        model_.requireLayer(layer);
        x = x.to(deviceOf(layer));
        hooks_.fire(HookPoint::ResidPre, layer, x);
        LayerOutcome outcome;
        x = after ? blockAfter(layer, x, inputs, outcome) : block(layer, x, inputs, outcome);
        if (!postInside)
            hooks_.fire(HookPoint::ResidPost, layer, x);
        onLayer(layer, std::move(outcome));
    }
    pause();
    beforeUnembedding();
    return unembed(x.to(model_.placement().back()));
}

} // namespace headscope
