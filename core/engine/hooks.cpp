// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/hooks.h"

#include <algorithm>
#include <array>

namespace headscope {
namespace {

struct PointRow {
    HookPoint point;
    bool perLayer;
    const char* name;
    const char* encoderName; ///< nullptr: the same
};

constexpr std::array<PointRow, 40> points{{{HookPoint::Embed, false, "hook_embed", "embed.hook_embed"},
    {HookPoint::PosEmbed, false, "hook_pos_embed", "embed.hook_pos_embed"},
    {HookPoint::TokenTypeEmbed, false, "hook_token_type_embed", "embed.hook_token_type_embed"},
    {HookPoint::EmbedNormScale, false, "embed_ln.hook_scale", "embed.ln.hook_scale"},
    {HookPoint::EmbedNormNormalized, false, "embed_ln.hook_normalized", "embed.ln.hook_normalized"},
    {HookPoint::FullEmbed, false, "hook_full_embed", nullptr}, {HookPoint::ResidPre, true, "hook_resid_pre", nullptr},
    {HookPoint::Ln1Scale, true, "ln1.hook_scale", nullptr},
    {HookPoint::Ln1Normalized, true, "ln1.hook_normalized", nullptr}, {HookPoint::Query, true, "attn.hook_q", nullptr},
    {HookPoint::Key, true, "attn.hook_k", nullptr}, {HookPoint::Value, true, "attn.hook_v", nullptr},
    {HookPoint::QueryNormScale, true, "attn.q_norm.hook_scale", nullptr},
    {HookPoint::QueryNormNormalized, true, "attn.q_norm.hook_normalized", nullptr},
    {HookPoint::KeyNormScale, true, "attn.k_norm.hook_scale", nullptr},
    {HookPoint::KeyNormNormalized, true, "attn.k_norm.hook_normalized", nullptr},
    {HookPoint::RotatedQuery, true, "attn.hook_rot_q", nullptr},
    {HookPoint::RotatedKey, true, "attn.hook_rot_k", nullptr},
    {HookPoint::AttentionScores, true, "attn.hook_attn_scores", nullptr},
    {HookPoint::Pattern, true, "attn.hook_pattern", nullptr}, {HookPoint::Mixed, true, "attn.hook_z", nullptr},
    {HookPoint::Result, true, "attn.hook_result", nullptr},
    {HookPoint::PostNorm1Scale, true, "ln1_post.hook_scale", nullptr},
    {HookPoint::PostNorm1Normalized, true, "ln1_post.hook_normalized", nullptr},
    {HookPoint::AttentionOut, true, "hook_attn_out", nullptr}, {HookPoint::ResidMid, true, "hook_resid_mid", nullptr},
    {HookPoint::Ln2Scale, true, "ln2.hook_scale", nullptr},
    {HookPoint::Ln2Normalized, true, "ln2.hook_normalized", nullptr},
    {HookPoint::MlpPre, true, "mlp.hook_pre", nullptr}, {HookPoint::MlpPreLinear, true, "mlp.hook_pre_linear", nullptr},
    {HookPoint::MlpPost, true, "mlp.hook_post", nullptr},
    {HookPoint::PostNorm2Scale, true, "ln2_post.hook_scale", nullptr},
    {HookPoint::PostNorm2Normalized, true, "ln2_post.hook_normalized", nullptr},
    {HookPoint::MlpOut, true, "hook_mlp_out", nullptr}, {HookPoint::ResidPost, true, "hook_resid_post", nullptr},
    {HookPoint::NormalizedResidPost, true, "hook_normalized_resid_post", nullptr},
    {HookPoint::LnFinalScale, false, "ln_final.hook_scale", "mlm_head.ln.hook_scale"},
    {HookPoint::LnFinalNormalized, false, "ln_final.hook_normalized", "mlm_head.ln.hook_normalized"},
    {HookPoint::UnembedIn, false, "unembed.hook_in", nullptr},
    {HookPoint::UnembedOut, false, "unembed.hook_out", nullptr}}};

const PointRow& row(HookPoint point) { return points[static_cast<std::size_t>(point)]; }

} // namespace

std::string hookName(HookPoint point, std::size_t layer, HookVocabulary vocabulary)
{
    const PointRow& found = row(point);
    if (found.perLayer)
        return "blocks." + std::to_string(layer) + "." + found.name;
    return vocabulary == HookVocabulary::Encoder && found.encoderName ? found.encoderName : found.name;
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

bool fires(HookPoint point, const ModelConfig& config, HookVocabulary vocabulary)
{
    const Architecture& architecture = *config.architecture;
    if (vocabulary == HookVocabulary::HuggingFace)
        return point == HookPoint::ResidPost || point == HookPoint::Pattern;
    switch (point) {
    case HookPoint::PosEmbed:
        return architecture.position == PositionKind::Learned;
    case HookPoint::TokenTypeEmbed:
        return architecture.tokenTypes;
    case HookPoint::EmbedNormScale:
    case HookPoint::EmbedNormNormalized:
    case HookPoint::FullEmbed:
        return architecture.hasTensor("embed_norm");
    case HookPoint::QueryNormScale:
    case HookPoint::QueryNormNormalized:
    case HookPoint::KeyNormScale:
    case HookPoint::KeyNormNormalized:
        return architecture.queryKeyNorm;
    case HookPoint::RotatedQuery:
    case HookPoint::RotatedKey:
        return architecture.position == PositionKind::Rotary;
    case HookPoint::PostNorm1Scale:
    case HookPoint::PostNorm1Normalized:
    case HookPoint::PostNorm2Scale:
    case HookPoint::PostNorm2Normalized:
        return architecture.normPlace == NormPlace::Around;
    case HookPoint::ResidMid:
        return !config.parallelResidual;
    case HookPoint::MlpPreLinear:
        return architecture.mlp == MlpKind::Gated;
    case HookPoint::NormalizedResidPost:
        return vocabulary == HookVocabulary::Encoder;
    case HookPoint::LnFinalScale: // the encoder's is a part of the head
    case HookPoint::LnFinalNormalized:
    case HookPoint::UnembedIn:
        return config.hasHead || architecture.head == HeadKind::Unembed;
    case HookPoint::UnembedOut:
        return config.hasHead;
    default:
        return true;
    }
}

std::vector<std::string> matchingHooks(const std::string& glob, const ModelConfig& config, HookVocabulary vocabulary)
{
    std::vector<std::string> names;
    for (const HookPoint point : allHookPoints()) {
        if (!fires(point, config, vocabulary))
            continue;
        const std::size_t layers = isLayerHook(point) ? static_cast<std::size_t>(config.layers) : 1;
        for (std::size_t layer = 0; layer < layers; ++layer)
            if (std::string name = hookName(point, layer, vocabulary); globMatches(glob, name))
                names.push_back(std::move(name));
    }
    return names;
}

HookRegistry::Handle HookRegistry::observe(std::string glob, HookObserver observer)
{
    return add({++lastKey_, std::move(glob), std::move(observer), {}});
}

HookRegistry::Handle HookRegistry::edit(std::string glob, HookEditor editor)
{
    return add({++lastKey_, std::move(glob), {}, std::move(editor)});
}

HookRegistry::Handle HookRegistry::add(Entry entry)
{
    const unsigned key = entry.key;
    entries_.push_back(std::move(entry));
    return Handle(*this, key);
}

void HookRegistry::remove(unsigned key)
{
    std::erase_if(entries_, [key](const Entry& entry) { return entry.key == key; });
}

bool HookRegistry::tells(HookPoint point) const
{
    const bool little = vocabulary_ == HookVocabulary::HuggingFace;
    return !entries_.empty() && (!little || point == HookPoint::ResidPost || point == HookPoint::Pattern);
}

bool HookRegistry::wants(HookPoint point, std::size_t layer) const
{
    if (!tells(point))
        return false;
    const std::string name = hookName(point, layer, vocabulary_);
    return std::any_of(
        entries_.begin(), entries_.end(), [&](const Entry& entry) { return globMatches(entry.glob, name); });
}

bool HookRegistry::edits(HookPoint point, std::size_t layer) const
{
    if (!tells(point))
        return false;
    const std::string name = hookName(point, layer, vocabulary_);
    return std::any_of(entries_.begin(), entries_.end(),
        [&](const Entry& entry) { return entry.editor && globMatches(entry.glob, name); });
}

void HookRegistry::fire(HookPoint point, std::size_t layer, at::Tensor& value) const
{
    if (!tells(point))
        return;
    const std::string name = hookName(point, layer, vocabulary_);
    for (const Entry& entry : entries_)
        if (globMatches(entry.glob, name))
            entry.editor ? entry.editor(name, value) : entry.observer(name, value);
}

} // namespace headscope
