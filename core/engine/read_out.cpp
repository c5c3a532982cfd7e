// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/read_out.h"

#include "core/engine/layers.h"
#include "core/engine/prompt_batches.h"

#include <algorithm>

namespace headscope {
namespace {

constexpr std::int64_t blockTokens = 8192; ///< rows of the unembedding that are widened at once

} // namespace

ReadOut::ReadOut(
    const ModelWeights& weights, std::shared_ptr<const ModelDescription> model, const BackendPolicies& policies)
    : model_(std::move(model))
    , policies_(policies)
    , finalNorm_(weights.finalNorm)
    , headDense_(weights.headDense)
    , unembed_(weights.unembed)
{
}

at::Tensor ReadOut::unembedded(const at::Tensor& hidden) const
{
    at::Tensor logits = unembed_(hidden);
    if (const double cap = config().logitCap; cap > 0)
        logits = at::mul(at::tanh(at::div(logits, cap)), cap);
    return logits.to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat)).contiguous();
}

at::Tensor ReadOut::logits(const at::Tensor& residual) const
{
    at::Tensor x = residual.to(unembed_.weight.device());
    if (config().architecture->head == HeadKind::MaskedLm)
        x = activate(headDense_(x), config().activation);
    return unembedded(normed(x, finalNorm_, config(), policies_));
}

at::Tensor ReadOut::logits(const at::Tensor& residual, const at::Tensor& scales) const
{
    at::Tensor x = behind(finalNorm_, wideOnHost(residual), scales);
    if (finalNorm_.bias.defined())
        x = at::add(x, wideOnHost(finalNorm_.bias));
    return unembedded(x.to(unembed_.weight.options()));
}

at::Tensor ReadOut::scalesOf(const at::Tensor& residual) const
{
    at::Tensor wide = wideOnHost(residual);
    if (config().architecture->norm == NormKind::Layer)
        wide = at::sub(wide, wide.mean(-1, true));
    return at::sqrt(at::add(at::pow(wide, 2).mean(-1, true), config().normEpsilon));
}

at::Tensor ReadOut::behind(const NormWeights& norm, const at::Tensor& part, const at::Tensor& scale) const
{
    const NormKind kind = config().architecture->norm;
    at::Tensor x = kind == NormKind::Layer ? at::sub(part, part.mean(-1, true)) : part;
    x = at::div(x, scale);
    if (!norm.weight.defined())
        return x;
    const bool offset = kind == NormKind::RmsOffset && !policies_.plainNorms;
    return at::mul(x, at::add(wideOnHost(norm.weight), offset ? 1.0 : 0.0));
}

at::Tensor ReadOut::directLogits(const at::Tensor& part, const at::Tensor& scale) const
{
    const at::Tensor direction = behind(finalNorm_, part, scale).reshape({-1});
    const bool outIn = unembed_.layout == ProjectionLayout::OutIn;
    const int tokens = outIn ? 0 : 1;
    const std::int64_t vocabulary = unembed_.weight.size(tokens);
    const at::Tensor result = at::empty({vocabulary}, at::kDouble);
    for (std::int64_t first = 0; first < vocabulary; first += blockTokens) {
        const std::int64_t count = std::min(blockTokens, vocabulary - first);
        const at::Tensor block = wideOnHost(unembed_.weight.narrow(tokens, first, count));
        result.narrow(0, first, count).copy_(at::matmul(outIn ? block : block.t(), direction));
    }
    return result;
}

} // namespace headscope
