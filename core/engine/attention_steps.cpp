// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/attention_steps.h"

#include <cmath>
#include <limits>

namespace headscope {

LayerMask::LayerMask(const AttentionMask& mask, const BackendPolicies& policies, at::ScalarType runType,
    at::ScalarType scoreType, at::Device device, std::int64_t window)
{
    if (policies.mask == MaskStep::AddNumbers) {
        added = mask.additive(runType, device, window);
    } else {
        allowed = mask.allowed(device, window);
        bias = mask.bias(scoreType, device);
    }
    if (policies.emptyRow == EmptyRow::ForcedUniform || policies.emptyRow == EmptyRow::ForcedZeros)
        if (const at::Tensor open = mask.allowed(device, window); open.defined())
            empty = open.any(-1, true).logical_not();
}

ScoreArithmetic scoreArithmetic(const ModelConfig& config, const BackendPolicies& policies, std::size_t layer)
{
    ScoreArithmetic result{
        scoreScale(config, layer), config.scoreCap, config.upcastScores && policies.upcast != Upcast::Ignored};
    if (policies.ignoresUnscaled && !config.scaleScores)
        result.scale *= std::pow(config.queryScalar, -0.5);
    return result;
}

at::Tensor rawScores(
    const at::Tensor& q, const at::Tensor& k, const ScoreArithmetic& arithmetic, const BackendPolicies& policies)
{
    at::Tensor scores;
    if (arithmetic.upcast && policies.upcast == Upcast::Fused) {
        const auto batch = q.size(0), heads = q.size(1), length = q.size(2), keys = k.size(2), d = q.size(3);
        const at::Tensor rows = q.reshape({-1, length, d}).to(at::kFloat);
        const at::Tensor columns = k.transpose(2, 3).reshape({-1, d, keys}).to(at::kFloat);
        const at::Tensor nothing = at::empty({batch * heads, length, keys}, rows.options());
        scores = at::baddbmm(nothing, rows, columns, 0, arithmetic.scale).reshape({batch, heads, length, keys});
    } else {
        const auto widened = [&](const at::Tensor& x) { return arithmetic.upcast ? x.to(at::kFloat) : x; };
        const at::Tensor products = at::matmul(widened(q), widened(k).transpose(2, 3));
        scores = policies.scale == ScaleStep::Multiply ? at::mul(products, arithmetic.scale)
                                                       : at::div(products, 1.0 / arithmetic.scale);
    }
    if (arithmetic.cap > 0)
        scores = at::mul(at::tanh(at::div(scores, arithmetic.cap)), arithmetic.cap);
    return scores;
}

at::Tensor maskedScores(const at::Tensor& scores, const LayerMask& mask, const BackendPolicies& policies)
{
    if (policies.mask == MaskStep::AddNumbers)
        return mask.added.defined() ? at::add(scores, mask.added) : scores;
    const at::Tensor biased = mask.bias.defined() ? at::add(scores, mask.bias) : scores;
    if (!mask.allowed.defined())
        return biased;
    const double sentinel = policies.sentinel == Sentinel::FinfoMin ? finfoMin(scores.scalar_type())
                                                                    : -std::numeric_limits<double>::infinity();
    // A bias may overflow a 16-bit dtype; with a finite sentinel nothing is below it.
    const bool overflows = mask.bias.defined() && policies.sentinel == Sentinel::FinfoMin;
    return at::where(mask.allowed, overflows ? biased.clamp_min(sentinel) : biased, sentinel);
}

at::Tensor patternOf(const at::Tensor& scores, bool wide, at::ScalarType type, const BackendPolicies& policies)
{
    at::Tensor pattern = wide && policies.softmax == SoftmaxStep::Architecture ? at::softmax(scores, -1, at::kFloat)
                                                                               : at::softmax(scores, -1);
    if (policies.softmax == SoftmaxStep::Architecture)
        pattern = pattern.to(type);
    if (policies.emptyRow == EmptyRow::Zeros)
        pattern = at::where(at::isnan(pattern), 0.0, pattern);
    return pattern;
}

at::Tensor withEmptyRows(const at::Tensor& pattern, const LayerMask& mask, const BackendPolicies& policies)
{
    if (!mask.empty.defined())
        return pattern;
    const double value
        = policies.emptyRow == EmptyRow::ForcedUniform ? 1.0 / static_cast<double>(pattern.size(-1)) : 0.0;
    return at::where(mask.empty, value, pattern);
}

at::Tensor mixValues(const at::Tensor& pattern, const at::Tensor& v)
{
    const at::Tensor there = pattern.device() == v.device() && pattern.scalar_type() == v.scalar_type()
        ? pattern
        : pattern.to(at::TensorOptions().device(v.device()).dtype(v.scalar_type()));
    return at::matmul(there, v).transpose(1, 2).contiguous();
}

at::Tensor repeatHeads(const at::Tensor& x, std::int64_t times)
{
    if (times == 1)
        return x;
    const auto batch = x.size(0), groups = x.size(1), length = x.size(2), width = x.size(3);
    return x.unsqueeze(2).expand({batch, groups, times, length, width}).reshape({batch, groups * times, length, width});
}

} // namespace headscope
