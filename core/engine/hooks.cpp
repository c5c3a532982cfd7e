// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/hooks.h"

#include <algorithm>
#include <array>

#include <fnmatch.h>

namespace headscope {
namespace {

struct PointRow {
    HookPoint point;
    bool perLayer;
    const char* name;
};

constexpr std::array<PointRow, 27> points{
    {{HookPoint::Embed, false, "hook_embed"}, {HookPoint::PosEmbed, false, "hook_pos_embed"},
        {HookPoint::ResidPre, true, "hook_resid_pre"}, {HookPoint::Ln1Scale, true, "ln1.hook_scale"},
        {HookPoint::Ln1Normalized, true, "ln1.hook_normalized"}, {HookPoint::Query, true, "attn.hook_q"},
        {HookPoint::Key, true, "attn.hook_k"}, {HookPoint::Value, true, "attn.hook_v"},
        {HookPoint::RotatedQuery, true, "attn.hook_rot_q"}, {HookPoint::RotatedKey, true, "attn.hook_rot_k"},
        {HookPoint::AttentionScores, true, "attn.hook_attn_scores"}, {HookPoint::Pattern, true, "attn.hook_pattern"},
        {HookPoint::Mixed, true, "attn.hook_z"}, {HookPoint::Result, true, "attn.hook_result"},
        {HookPoint::AttentionOut, true, "hook_attn_out"}, {HookPoint::ResidMid, true, "hook_resid_mid"},
        {HookPoint::Ln2Scale, true, "ln2.hook_scale"}, {HookPoint::Ln2Normalized, true, "ln2.hook_normalized"},
        {HookPoint::MlpPre, true, "mlp.hook_pre"}, {HookPoint::MlpPreLinear, true, "mlp.hook_pre_linear"},
        {HookPoint::MlpPost, true, "mlp.hook_post"}, {HookPoint::MlpOut, true, "hook_mlp_out"},
        {HookPoint::ResidPost, true, "hook_resid_post"}, {HookPoint::LnFinalScale, false, "ln_final.hook_scale"},
        {HookPoint::LnFinalNormalized, false, "ln_final.hook_normalized"},
        {HookPoint::UnembedIn, false, "unembed.hook_in"}, {HookPoint::UnembedOut, false, "unembed.hook_out"}}};

const PointRow& row(HookPoint point) { return points[static_cast<std::size_t>(point)]; }

} // namespace

std::string hookName(HookPoint point, std::size_t layer)
{
    const PointRow& found = row(point);
    return found.perLayer ? "blocks." + std::to_string(layer) + "." + found.name : found.name;
}

const std::vector<HookPoint>& allHookPoints()
{
    static const std::vector<HookPoint> all = [] {
        std::vector<HookPoint> result;
        for (const PointRow& each : points)
            result.push_back(each.point);
        return result;
    }();
    return all;
}

bool isLayerHook(HookPoint point) { return row(point).perLayer; }

bool fires(HookPoint point, const Architecture& architecture)
{
    switch (point) {
    case HookPoint::PosEmbed:
        return architecture.position == PositionKind::Learned;
    case HookPoint::RotatedQuery:
    case HookPoint::RotatedKey:
        return architecture.position == PositionKind::Rotary;
    case HookPoint::MlpPreLinear:
        return architecture.mlp == MlpKind::Gated;
    default:
        return true;
    }
}

bool globMatches(const std::string& glob, const std::string& name)
{
    return ::fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

HookRegistry::Handle HookRegistry::add(std::string glob, HookFunction function)
{
    entries_.push_back({++lastKey_, std::move(glob), std::move(function)});
    return Handle(*this, lastKey_);
}

void HookRegistry::remove(unsigned key)
{
    std::erase_if(entries_, [key](const Entry& entry) { return entry.key == key; });
}

bool HookRegistry::wants(HookPoint point, std::size_t layer) const
{
    if (entries_.empty())
        return false;
    const std::string name = hookName(point, layer);
    return std::any_of(
        entries_.begin(), entries_.end(), [&](const Entry& entry) { return globMatches(entry.glob, name); });
}

void HookRegistry::fire(HookPoint point, std::size_t layer, const at::Tensor& value) const
{
    if (entries_.empty())
        return;
    const std::string name = hookName(point, layer);
    for (const Entry& entry : entries_)
        if (globMatches(entry.glob, name))
            entry.function(name, value);
}

} // namespace headscope
