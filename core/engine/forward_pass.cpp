// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/forward_pass.h"

#include "core/engine/layers.h"
#include "core/error.h"

#include <algorithm>

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
        positions
            = at::where(real.narrow(1, real.size(1) - inputs.ids.size(1), inputs.ids.size(1)).to(device).unsqueeze(-1),
                positions, 0.0);
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

at::Tensor ForwardPass::feedForwardInRows(std::size_t layer, const at::Tensor& x)
{
    // Few enough rows for the cache and for a quick stop, enough to keep the kernels' choice of blocks, and so their
    // bits.
    constexpr std::int64_t step = 1024;
    const bool watched = hooks_.wants(HookPoint::MlpPre, layer) || hooks_.wants(HookPoint::MlpPreLinear, layer)
        || hooks_.wants(HookPoint::MlpPost, layer);
    if (options_.attention == AttentionKind::Eager || watched || x.size(0) != 1 || x.size(1) < 2 * step)
        return feedForward(layer, x);
    const at::Tensor out = at::empty_like(x);
    for (std::int64_t first = 0; first < x.size(1); first += step) {
        pause();
        const std::int64_t count = std::min(step, x.size(1) - first);
        out.narrow(1, first, count).copy_(feedForward(layer, x.narrow(1, first, count)));
    }
    return out;
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
    at::Tensor attention = attend(
        layer, normalise(x, part.norm1, {HookPoint::Ln1Scale, HookPoint::Ln1Normalized, layer}), inputs, outcome);
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
        = feedForwardInRows(layer, normalise(read, part.norm2, {HookPoint::Ln2Scale, HookPoint::Ln2Normalized, layer}));
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
    at::Tensor attention = attend(layer, x, inputs, outcome);
    if (before)
        hooks_.fire(HookPoint::AttentionOut, layer, attention);
    at::Tensor mid = at::add(attention, x);
    if (before)
        hooks_.fire(HookPoint::ResidMid, layer, mid);
    at::Tensor normed = normalise(mid, part.norm1, {HookPoint::Ln1Scale, HookPoint::Ln1Normalized, layer});
    if (!before)
        hooks_.fire(HookPoint::AttentionOut, layer, normed);
    pause();
    at::Tensor mlp = feedForwardInRows(layer, normed);
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

at::Tensor Unembedding::operator()(const at::Tensor& hidden) const
{
    const at::Tensor logits = weights(hidden);
    return cap > 0 ? at::mul(at::tanh(at::div(logits, cap)), cap) : logits;
}

at::Tensor ForwardPass::beforeUnembedding(at::Tensor x)
{
    if (!config_.hasHead && architecture_.head == HeadKind::MaskedLm)
        return {};
    if (architecture_.head == HeadKind::MaskedLm)
        x = activate(weights_.headDense(x), config_.activation);
    x = normalise(x, weights_.finalNorm, {HookPoint::LnFinalScale, HookPoint::LnFinalNormalized});
    hooks_.fire(HookPoint::UnembedIn, 0, x);
    return x;
}

at::Tensor ForwardPass::logits(const at::Tensor& hidden) const
{
    if (!config_.hasHead)
        return {};
    if (!hooks_.wants(HookPoint::UnembedOut))
        return unembedding()(hidden);
    at::Tensor logits = weights_.unembed(hidden);
    hooks_.fire(HookPoint::UnembedOut, 0, logits);
    if (config_.logitCap > 0)
        logits = at::mul(at::tanh(at::div(logits, config_.logitCap)), config_.logitCap);
    return logits;
}

at::Tensor ForwardPass::hidden(const ModelInputs& inputs, const OnLayer& onLayer, const Prefix* prefix)
{
    prefix_ = prefix;
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
    return beforeUnembedding(x.to(model_.placement().back()));
}

at::Tensor ForwardPass::run(
    const ModelInputs& inputs, const OnLayer& onLayer, const std::function<void()>& beforeUnembedding)
{
    const at::Tensor last = hidden(inputs, onLayer);
    pause();
    beforeUnembedding();
    return logits(last);
}

} // namespace headscope
