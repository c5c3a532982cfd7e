// SPDX-License-Identifier: GPL-3.0-or-later
// Which hook of one run is which of another. Internal to core: includes ATen.
#pragma once

#include "core/engine/hooks.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headscope {

/// A hook under the name that comparisons use, the decoder vocabulary's, whatever the run calls it.
struct CanonicalHook {
    std::string name;
    HookPoint point = HookPoint::Embed;
    std::optional<std::size_t> layer{};
};

/// The hooks that a run tells and that mean the same elsewhere, by the run's own name. Only those whose canonical name
/// one of the globs matches.
///
/// HookedEncoder's hook_resid_post is before the block's last norm and has no counterpart; its
/// hook_normalized_resid_post is everybody else's hook_resid_post (design.md §3).
std::map<std::string, CanonicalHook> canonicalHooks(
    const std::vector<std::string>& globs, const ModelConfig& config, HookVocabulary vocabulary);

/// Why a hook of that name means different things in two runs; empty when it does not.
std::string whyIncomparable(
    HookPoint point, const BackendPolicies& reference, const BackendPolicies& candidate, const ModelConfig& config);

} // namespace headscope
