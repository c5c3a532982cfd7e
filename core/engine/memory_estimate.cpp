// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/memory_estimate.h"

#include "core/engine/hooks.h"
#include "core/run/system_info.h"

#include <algorithm>

namespace headscope {
namespace {

struct Sizes {
    std::uint64_t tokens, squares; ///< B T and B H T T
    const ModelConfig& config;

    std::uint64_t elements(HookPoint point) const
    {
        const auto width = static_cast<std::uint64_t>(config.width), inner = static_cast<std::uint64_t>(config.inner);
        const auto heads = static_cast<std::uint64_t>(config.heads), d = static_cast<std::uint64_t>(config.headWidth);
        switch (point) {
        case HookPoint::AttentionScores:
        case HookPoint::Pattern:
            return squares;
        case HookPoint::Query:
        case HookPoint::Key:
        case HookPoint::Value:
        case HookPoint::RotatedQuery:
        case HookPoint::RotatedKey:
        case HookPoint::Mixed:
            return tokens * heads * d;
        case HookPoint::Result:
            return tokens * heads * width;
        case HookPoint::MlpPre:
        case HookPoint::MlpPreLinear:
        case HookPoint::MlpPost:
            return tokens * inner;
        case HookPoint::Ln1Scale:
        case HookPoint::Ln2Scale:
        case HookPoint::LnFinalScale:
            return tokens;
        case HookPoint::UnembedOut:
            return tokens * static_cast<std::uint64_t>(config.vocabulary);
        default:
            return tokens * width;
        }
    }
};

} // namespace

MemoryEstimate estimateMemory(
    const ModelDescription& model, const InspectionRequest& request, std::uint64_t sequences, std::uint64_t length)
{
    const ModelConfig& config = model.config();
    const std::uint64_t element = bytesOf(request.dtype), layers = static_cast<std::uint64_t>(config.layers);
    const Sizes sizes{
        sequences * length, sequences * static_cast<std::uint64_t>(config.heads) * length * length, config};
    const auto anyMatch = [&](const std::string& name) {
        return std::any_of(request.hooks.begin(), request.hooks.end(),
            [&](const std::string& glob) { return globMatches(glob, name); });
    };

    // Kept: patterns, scores if asked for, and hook values that are not one of the two already.
    const BackendPolicies policies = policiesFor(request, config);
    const bool eager = request.attention == AttentionKind::Eager;
    const std::uint64_t projections = sizes.tokens * static_cast<std::uint64_t>(config.headWidth)
        * static_cast<std::uint64_t>(config.heads + 2 * config.keyValueHeads);
    std::uint64_t kept = eager ? layers
            * (sizes.squares * ((request.keepPatterns ? 1 : 0) + (request.keepScores ? 1 : 0))
                + (request.keepPatterns ? projections : 0))
                               : layers * projections;
    const HookVocabulary vocabulary = policies.hooks;
    for (const HookPoint point : allHookPoints()) {
        const bool shared = (eager && point == HookPoint::Pattern && request.keepPatterns)
            || (eager && point == HookPoint::AttentionScores && request.keepScores) || point == HookPoint::UnembedOut;
        if (shared || !fires(point, config, vocabulary))
            continue;
        for (std::uint64_t layer = 0; layer < (isLayerHook(point) ? layers : 1); ++layer)
            if (anyMatch(hookName(point, layer, vocabulary)))
                kept += sizes.elements(point);
    }
    // Passing: at most two score-sized tensors of the run's dtype and one of the softmax's (which copies 16-bit scores
    // to float32 first), or the MLP's, plus the residual.
    const bool wide = config.architecture->softmax == SoftmaxPrecision::Float32;
    const std::uint64_t softmax = !wide || element >= 4 ? std::max<std::uint64_t>(element, 4) : 8;
    const std::uint64_t rows = eager ? length : std::min<std::uint64_t>(length, 256); // at a time
    const std::uint64_t attention = sizes.squares / std::max<std::uint64_t>(length, 1) * rows * (2 * element + softmax)
        + (eager ? 0 : projections);
    const std::uint64_t mlp = sizes.tokens * static_cast<std::uint64_t>(config.inner) * 4 * element;
    const std::uint64_t residual = sizes.tokens * static_cast<std::uint64_t>(config.width) * (4 * element + 8);
    const std::uint64_t mask = sequences * rows * length * (element + 2);
    const std::uint64_t logits
        = config.hasHead && request.keepLogits ? sizes.elements(HookPoint::UnembedOut) * element : 0;
    // Half-size tensors leave gaps in the allocator's heap: measured with SmolLM2 at 1,024 tokens, bfloat16 kept 1.6
    // times as much.
    std::uint64_t keptBytes = element >= 4 ? kept * element : kept * element * 8 / 5;
    if (!eager && request.hooks.empty()) // the rest goes to a file
        keptBytes = std::min(keptBytes, request.cacheBudget ? request.cacheBudget : availableMemory() / 2);
    constexpr std::uint64_t libraries = 100ULL << 20; // what LibTorch and its threads hold before any tensor
    // Processing goes through float32, a few tensors at a time beside the whole model.
    const std::uint64_t weight = policies.processed ? element + 4 + 1 : element;
    return {model.weights().parameters * weight + libraries,
        keptBytes + std::max(attention + mask, mlp) + residual + logits};
}

} // namespace headscope
