// SPDX-License-Identifier: GPL-3.0-or-later
// ForwardPass's norms: the kernels of transformers, or step by step where a backend or an edit asks for it.
#include "core/engine/forward_pass.h"
#include "core/engine/read_out.h"

namespace headscope {
namespace {

enum class Step { Scale, Normalized };

at::Tensor widened(const at::Tensor& x) { return x.to(at::promoteTypes(x.scalar_type(), at::kFloat)); }

/// \param told sees a step, in the run's dtype, and may change it.
template <class Told>
at::Tensor spelled(const at::Tensor& x, const NormWeights& norm, const ModelConfig& config,
    const BackendPolicies& policies, bool wideAffine, Told told)
{
    const NormKind kind = config.architecture->norm;
    at::Tensor wide = widened(x);
    if (kind == NormKind::Layer)
        wide = at::sub(wide, wide.mean(-1, true));
    const auto type = x.scalar_type();
    at::Tensor deviation = at::sqrt(at::add(at::pow(wide, 2).mean(-1, true), config.normEpsilon));
    told(Step::Scale, deviation);
    at::Tensor normalized = at::div(wide, deviation);
    told(Step::Normalized, normalized);
    if (!norm.weight.defined())
        return normalized.to(type);
    const bool offset = kind == NormKind::RmsOffset && !policies.plainNorms;
    const at::Tensor unit = wideAffine || offset ? normalized : normalized.to(type);
    at::Tensor result = at::mul(unit, offset ? at::add(widened(norm.weight), 1.0) : norm.weight);
    if (norm.bias.defined())
        result = at::add(result, norm.bias);
    return result.to(type);
}

} // namespace

void ForwardPass::observeNorm(const at::Tensor& x, NormPoints points) const
{
    at::Tensor wide = widened(x);
    if (architecture_.norm == NormKind::Layer)
        wide = at::sub(wide, wide.mean(-1, true));
    const at::Tensor deviation = at::sqrt(at::add(at::pow(wide, 2).mean(-1, true), config_.normEpsilon));
    at::Tensor scale = deviation.to(x.scalar_type()), normalized = at::div(wide, deviation).to(x.scalar_type());
    hooks_.fire(points.scale, points.layer, scale);
    hooks_.fire(points.normalized, points.layer, normalized);
}

at::Tensor normed(
    const at::Tensor& x, const NormWeights& norm, const ModelConfig& config, const BackendPolicies& policies)
{
    if (policies.norm != NormStep::Architecture)
        return spelled(
            x, norm, config, policies, policies.norm == NormStep::SpelledWide, [](Step, const at::Tensor&) {});
    const NormKind kind = config.architecture->norm;
    const auto type = x.scalar_type();
    if (kind == NormKind::Layer)
        return at::layer_norm(x, {x.size(-1)}, norm.weight, norm.bias, config.normEpsilon);
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor unit = at::mul(wide, at::rsqrt(at::add(at::pow(wide, 2).mean(-1, true), config.normEpsilon)));
    if (kind == NormKind::RmsOffset && norm.weight.defined())
        return at::mul(unit, at::add(norm.weight.to(at::kFloat), 1.0)).to(type);
    return norm.weight.defined() ? at::mul(norm.weight, unit.to(type)) : unit.to(type);
}

at::Tensor ForwardPass::spelledNorm(
    const at::Tensor& x, const NormWeights& norm, NormPoints points, bool wideAffine) const
{
    // Hooks see the run's dtype; what flows on stays wide unless somebody changes it.
    return spelled(x, norm, config_, policies_, wideAffine, [&](Step step, at::Tensor& value) {
        const HookPoint point = step == Step::Scale ? points.scale : points.normalized;
        at::Tensor shown = value.to(x.scalar_type());
        hooks_.fire(point, points.layer, shown);
        if (hooks_.edits(point, points.layer))
            value = shown.to(value.scalar_type());
    });
}

at::Tensor ForwardPass::normalise(const at::Tensor& x, const NormWeights& norm, NormPoints points) const
{
    const bool edited = hooks_.edits(points.scale, points.layer) || hooks_.edits(points.normalized, points.layer);
    if (policies_.norm != NormStep::Architecture || edited)
        return spelledNorm(x, norm, points, policies_.norm == NormStep::SpelledWide);
    if (hooks_.wants(points.scale, points.layer) || hooks_.wants(points.normalized, points.layer))
        observeNorm(x, points); // the kernels keep no intermediates; these are made beside them
    return normed(x, norm, config_, policies_);
}

} // namespace headscope
