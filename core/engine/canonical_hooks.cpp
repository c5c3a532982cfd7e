// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/canonical_hooks.h"

#include <algorithm>

namespace headscope {
namespace {

std::optional<HookPoint> meaningOf(HookPoint point, HookVocabulary vocabulary)
{
    if (vocabulary != HookVocabulary::Encoder)
        return point;
    if (point == HookPoint::ResidPost)
        return std::nullopt;
    return point == HookPoint::NormalizedResidPost ? HookPoint::ResidPost : point;
}

} // namespace

std::map<std::string, CanonicalHook> canonicalHooks(
    const std::vector<std::string>& globs, const ModelConfig& config, HookVocabulary vocabulary)
{
    std::map<std::string, CanonicalHook> result;
    for (const HookPoint point : allHookPoints()) {
        const auto meaning = meaningOf(point, vocabulary);
        if (!meaning || !fires(point, config, vocabulary))
            continue;
        const std::size_t layers = isLayerHook(point) ? static_cast<std::size_t>(config.layers) : 1;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            CanonicalHook hook{hookName(*meaning, layer), *meaning, {}};
            if (isLayerHook(point))
                hook.layer = layer;
            if (std::any_of(
                    globs.begin(), globs.end(), [&](const std::string& glob) { return globMatches(glob, hook.name); }))
                result.emplace(hookName(point, layer, vocabulary), std::move(hook));
        }
    }
    return result;
}

std::string whyIncomparable(
    HookPoint point, const BackendPolicies& reference, const BackendPolicies& candidate, const ModelConfig& config)
{
    const bool encoder = config.architecture->normPlace == NormPlace::After;
    if (encoder && reference.postNormHooks != candidate.postNormHooks
        && (point == HookPoint::Embed || point == HookPoint::AttentionOut || point == HookPoint::ResidMid
            || point == HookPoint::MlpOut))
        return "one run tells it before the norm that follows, the other after it";
    if (point == HookPoint::AttentionScores && reference.scoreHook != candidate.scoreHook)
        return "one run tells probabilities under this name";
    return {};
}

} // namespace headscope
