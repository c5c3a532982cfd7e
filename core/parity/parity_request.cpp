// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parity/parity_request.h"

#include "core/run/glob.h"

#include <algorithm>
#include <type_traits>

namespace headscope {

double Tolerances::of(const std::string& hook, DType coarsest) const
{
    for (const auto& [glob, tolerance] : hooks)
        if (globMatches(glob, hook))
            return tolerance;
    return all.value_or(defaultTolerance(coarsest));
}

double defaultTolerance(DType dtype)
{
    switch (dtype) {
    case DType::Float64:
        return 1e-9;
    case DType::Float16:
        return 5e-3;
    case DType::BFloat16:
        return 2e-2;
    case DType::Float32:
        break;
    }
    return 1e-4;
}

const std::vector<std::string>& defaultParityHooks()
{
    static const std::vector<std::string> hooks{"hook_embed", "hook_pos_embed", "blocks.*.hook_resid_pre",
        "blocks.*.attn.hook_q", "blocks.*.attn.hook_k", "blocks.*.attn.hook_v", "blocks.*.attn.hook_rot_q",
        "blocks.*.attn.hook_rot_k", "blocks.*.attn.hook_attn_scores", "blocks.*.attn.hook_pattern",
        "blocks.*.attn.hook_z", "blocks.*.hook_attn_out", "blocks.*.hook_resid_mid", "blocks.*.hook_mlp_out",
        "blocks.*.hook_resid_post", "ln_final.hook_normalized", "unembed.hook_in"};
    return hooks;
}

std::string ParityRequest::labelOf(std::size_t run) const
{
    const InspectionRequest& own = runs[run];
    std::string label(spell(own.backend));
    const auto add = [&](auto member, bool always = false) {
        const auto differs = [&](const InspectionRequest& other) { return other.*member != own.*member; };
        if (always || std::any_of(runs.begin(), runs.end(), differs)) {
            if constexpr (std::is_same_v<std::decay_t<decltype(own.*member)>, std::string>)
                label.append(" ").append(own.*member);
            else
                label.append(" ").append(spell(own.*member));
        }
    };
    if (own.bridgeMode == BridgeMode::Compat)
        label += " compat";
    if (own.backend == Backend::Hooked && own.processing != Processing{})
        label.append(" ").append(spell(own.processing));
    add(&InspectionRequest::attention);
    add(&InspectionRequest::device);
    add(&InspectionRequest::dtype);
    add(&InspectionRequest::padding);
    add(&InspectionRequest::mask);
    if (own.positions != PositionPolicy::BackendDefault)
        add(&InspectionRequest::positions);
    add(&InspectionRequest::prependBos);
    return label;
}

} // namespace headscope
