// SPDX-License-Identifier: GPL-3.0-or-later
// ForwardPass's attention: eager as transformers does it, or by kernels that never hold all the scores.
#include "core/engine/forward_pass.h"
#include "core/engine/layers.h"
#include "core/engine/recomputed_attention.h"

#include <algorithm>

namespace headscope {
namespace {

/// A capture that outlives the layer must not keep a joint projection alive for the sake of a third of it.
at::Tensor ownStorage(const at::Tensor& tensor)
{
    return tensor.nbytes() < tensor.storage().nbytes() ? tensor.clone() : tensor;
}

bool oneStorage(const std::array<at::Tensor, 3>& tensors)
{
    std::size_t bytes = 0;
    for (const at::Tensor& tensor : tensors) {
        if (tensor.storage().unsafeGetStorageImpl() != tensors.front().storage().unsafeGetStorageImpl())
            return false;
        bytes += tensor.nbytes();
    }
    return bytes == tensors.front().storage().nbytes();
}

} // namespace

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

at::Tensor ForwardPass::attend(std::size_t layer, const at::Tensor& x, const ModelInputs& inputs, LayerOutcome& outcome)
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
    if (const Rotary& rotary = rotaryOn(deviceOf(layer)); rotary.cos.defined()) {
        const bool rejoin = architecture_.qkv == QkvLayout::JointByHead;
        at::Tensor turned = rotate(q, rotary.cos, rotary.sin, rejoin).transpose(1, 2);
        hooks_.fire(HookPoint::RotatedQuery, layer, turned);
        q = turned.transpose(1, 2);
        turned = rotate(k, rotary.cos, rotary.sin, rejoin).transpose(1, 2);
        hooks_.fire(HookPoint::RotatedKey, layer, turned);
        k = turned.transpose(1, 2);
    }
    pause();

    const bool edited = hooks_.edits(HookPoint::AttentionScores, layer) || hooks_.edits(HookPoint::Pattern, layer);
    at::Tensor mixed = options_.attention == AttentionKind::Eager || edited
        ? attendEagerly(layer, {q, k, v}, maskFor(inputs, layer), outcome)
        : attendLazily(layer, {q, k, v}, inputs, outcome); // z [B, T, H, d]
    pause();
    hooks_.fire(HookPoint::Mixed, layer, mixed);
    pause();
    return outputOf(layer, mixed).to(x.device()); // a hook may have moved V
}

at::Tensor ForwardPass::attendEagerly(
    std::size_t layer, std::array<at::Tensor, 3> qkv, const LayerMask& mask, LayerOutcome& outcome)
{
    auto& [q, k, v] = qkv;
    const bool edited = hooks_.edits(HookPoint::AttentionScores, layer) || hooks_.edits(HookPoint::Pattern, layer);
    const bool eager = options_.attention == AttentionKind::Eager; // else an edited layer: it cannot be recomputed
    if (options_.keepPatterns || !eager) {
        outcome.value = ownStorage(v);
        outcome.output = weights_.layers[layer].output;
    }
    if (options_.keepPatterns && eager && !edited) { // edited scores are not made of them
        outcome.query = ownStorage(q);
        outcome.key = ownStorage(k);
    }
    k = repeatHeads(k, config_.heads / config_.keyValueHeads);
    v = repeatHeads(v, config_.heads / config_.keyValueHeads);
    const ScoreArithmetic how = arithmetic(layer);
    at::Tensor scores = maskedScores(rawScores(q, k, how, policies_), mask, policies_);
    if (policies_.scoreHook == ScoreHook::Scores)
        hooks_.fire(HookPoint::AttentionScores, layer, scores);
    pause();
    const bool wide = architecture_.softmax == SoftmaxPrecision::Float32;
    at::Tensor pattern = withEmptyRows(patternOf(scores, wide, q.scalar_type(), policies_), mask, policies_);
    if (how.upcast)
        pattern = pattern.to(v.scalar_type()); // the bridge does so before its hook, too
    hooks_.fire(HookPoint::Pattern, layer, pattern);
    if (policies_.scoreHook == ScoreHook::Probabilities) {
        at::Tensor shown = pattern;
        hooks_.fire(HookPoint::AttentionScores, layer, shown);
    }
    pause();
    if (options_.keepPatterns || !eager)
        outcome.pattern = pattern;
    if (options_.keepScores || !eager)
        outcome.scores = scores;
    return mixValues(pattern, v);
}

at::Tensor ForwardPass::attendLazily(
    std::size_t layer, std::array<at::Tensor, 3> qkv, const ModelInputs& inputs, LayerOutcome& outcome)
{
    auto& [q, k, v] = qkv;
    const bool shared = oneStorage(qkv);
    outcome.query = shared ? q : ownStorage(q);
    outcome.key = shared ? k : ownStorage(k);
    outcome.value = shared ? v : ownStorage(v);
    outcome.output = weights_.layers[layer].output;
    if (prefix_) {
        const Prefix::Layer all = prefix_->followedBy(layer, {k, v});
        k = all.key;
        v = all.value;
    }
    const ScoreArithmetic how = arithmetic(layer);
    outcome.fused = how.cap == 0 && !how.upcast;
    if (prefix_ && outcome.fused && q.size(2) == 1 && inputs.mask.isPlain())
        return attendFromLastRow(layer, qkv);
    const std::int64_t times = config_.heads / config_.keyValueHeads;
    const std::array<at::Tensor, 3> even{q, repeatHeads(k, times), repeatHeads(v, times)};
    const at::Tensor mixed = attendInRows(layer, even, inputs.mask, outcome.fused);
    if (hooks_.wants(HookPoint::AttentionScores, layer) || hooks_.wants(HookPoint::Pattern, layer)) {
        LayerOutcome beside; // the kernels tell neither, so what is asked for is recomputed
        attendEagerly(layer, qkv, maskFor(inputs, layer), beside);
    }
    const PatternRecipe recipe{config_, policies_, layer, outcome.fused};
    outcome.recomputeError = recomputationError(recipe, even, inputs.mask, mixed);
    return mixed;
}

at::Tensor ForwardPass::attendFromLastRow(std::size_t layer, const std::array<at::Tensor, 3>& qkv)
{
    // It sees every key of its window, and heads of a group read the same keys: they are rows of one product.
    const auto& [q, k, v] = qkv;
    const std::int64_t window = config_.windows[layer], keys = k.size(2);
    const std::int64_t seen = window > 0 ? std::min(window, keys) : keys;
    const at::Tensor rows = q.reshape({q.size(0), k.size(1), q.size(1) / k.size(1), q.size(3)});
    const at::Tensor mixed = at::scaled_dot_product_attention(
        rows, k.narrow(2, keys - seen, seen), v.narrow(2, keys - seen, seen), {}, 0, false, arithmetic(layer).scale);
    return mixed.reshape({q.size(0), 1, q.size(1), v.size(3)});
}

at::Tensor ForwardPass::attendInRows(
    std::size_t layer, const std::array<at::Tensor, 3>& qkv, const AttentionMask& mask, bool fused)
{
    const auto& [q, k, v] = qkv;
    const double scale = arithmetic(layer).scale;
    const std::int64_t window = config_.windows[layer], rows = q.size(2), keys = k.size(2);
    const bool windowed = window > 0 && window < keys;
    if (fused && mask.isPlain() && !windowed && (rows == keys || !mask.causal()))
        return at::scaled_dot_product_attention(q, k, v, {}, 0, mask.causal() && rows > 1, scale)
            .transpose(1, 2)
            .contiguous();

    // Rows in blocks, so that neither scores nor masks are ever all there. A fused block reads only the keys that may
    // be allowed; an eager one all of them, as the rounding of its sums depends on that.
    const at::Tensor z = at::empty({q.size(0), rows, q.size(1), v.size(3)}, v.options());
    const bool wide = architecture_.softmax == SoftmaxPrecision::Float32;
    constexpr std::int64_t blockCells = 1 << 24;
    const std::int64_t fits = blockCells / std::max<std::int64_t>(1, q.size(0) * q.size(1) * keys);
    const std::int64_t step = fused ? 256 : std::clamp<std::int64_t>(fits / 16 * 16, 16, 256);
    const auto all = mask.whole();
    for (std::int64_t first = 0; first < rows; first += step) {
        pause();
        const std::int64_t count = std::min(step, rows - first), begin = keys - rows + first;
        const bool trims = fused && mask.isPlain() && mask.causal();
        const std::int64_t from = trims && windowed ? std::max<std::int64_t>(0, begin - window + 1) : 0;
        const std::int64_t to = trims ? begin + count : keys;
        const auto range = [](std::int64_t a, std::int64_t b) {
            return Range{static_cast<std::size_t>(a), static_cast<std::size_t>(b)};
        };
        const AttentionMask part
            = mask.section({all.sequences, all.heads, range(begin, begin + count), range(from, to)});
        const auto cut = [&](const at::Tensor& tensor) { return tensor.narrow(2, from, to - from); };
        const at::Tensor someRows = q.narrow(2, first, count);
        const auto type = q.scalar_type();
        at::Tensor mixed; // [B, rows, H, d]
        if (fused) {
            mixed = at::scaled_dot_product_attention(
                someRows, cut(k), cut(v), fusedMask(part, policies_, type, q.device(), window), 0, false, scale)
                        .transpose(1, 2);
        } else {
            const at::Tensor scores = recomputedScores({config_, policies_, layer, fused}, someRows, k, part);
            mixed = mixValues(patternOf(scores, wide, type, policies_), v);
        }
        z.narrow(1, first, count).copy_(mixed);
    }
    return z;
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

} // namespace headscope
