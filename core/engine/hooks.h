// SPDX-License-Identifier: GPL-3.0-or-later
// Named points of a forward pass, under TransformerLens's names. Internal to core.
#pragma once

#include "core/backend/policies.h"
#include "core/run/glob.h"
#include "core/tensor_fwd.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headscope {

/// Where a value can be observed and edited. Shapes: B batch, P query position, K key position, H heads, G key/value
/// heads, D residual width, d head width, M MLP width, V vocabulary. Names in HookedEncoder's vocabulary in brackets.
enum class HookPoint {
    Embed, ///< hook_embed [embed.hook_embed] [B,P,D]
    PosEmbed, ///< hook_pos_embed [embed.hook_pos_embed] [B,P,D], learned positions only
    TokenTypeEmbed, ///< hook_token_type_embed [embed.hook_token_type_embed] [B,P,D]
    EmbedNormScale, ///< embed_ln.hook_scale [embed.ln.hook_scale] [B,P,1]
    EmbedNormNormalized, ///< embed_ln.hook_normalized [embed.ln.hook_normalized] [B,P,D]
    FullEmbed, ///< hook_full_embed [B,P,D], encoders: what the first block reads
    ResidPre, ///< blocks.L.hook_resid_pre [B,P,D]
    Ln1Scale, ///< blocks.L.ln1.hook_scale [B,P,1]
    Ln1Normalized, ///< blocks.L.ln1.hook_normalized [B,P,D], before the norm's weight
    Query, ///< blocks.L.attn.hook_q [B,P,H,d], before the norm of q and rotary
    Key, ///< blocks.L.attn.hook_k [B,K,G,d], likewise
    Value, ///< blocks.L.attn.hook_v [B,K,G,d]
    QueryNormScale, ///< blocks.L.attn.q_norm.hook_scale [B,P,H,1]
    QueryNormNormalized, ///< blocks.L.attn.q_norm.hook_normalized [B,P,H,d]
    KeyNormScale, ///< blocks.L.attn.k_norm.hook_scale [B,K,G,1]
    KeyNormNormalized, ///< blocks.L.attn.k_norm.hook_normalized [B,K,G,d]
    RotatedQuery, ///< blocks.L.attn.hook_rot_q [B,P,H,d], rotary only
    RotatedKey, ///< blocks.L.attn.hook_rot_k [B,K,G,d], rotary only
    AttentionScores, ///< blocks.L.attn.hook_attn_scores [B,H,P,K], scaled and masked
    Pattern, ///< blocks.L.attn.hook_pattern [B,H,P,K]
    Mixed, ///< blocks.L.attn.hook_z [B,P,H,d]
    Result, ///< blocks.L.attn.hook_result [B,P,H,D], without the output bias
    PostNorm1Scale, ///< blocks.L.ln1_post.hook_scale [B,P,1]
    PostNorm1Normalized, ///< blocks.L.ln1_post.hook_normalized [B,P,D]
    AttentionOut, ///< blocks.L.hook_attn_out [B,P,D]
    ResidMid, ///< blocks.L.hook_resid_mid [B,P,D], not with a parallel residual
    Ln2Scale, ///< blocks.L.ln2.hook_scale [B,P,1]
    Ln2Normalized, ///< blocks.L.ln2.hook_normalized [B,P,D]
    MlpPre, ///< blocks.L.mlp.hook_pre [B,P,M]
    MlpPreLinear, ///< blocks.L.mlp.hook_pre_linear [B,P,M], gated MLPs only
    MlpPost, ///< blocks.L.mlp.hook_post [B,P,M]
    PostNorm2Scale, ///< blocks.L.ln2_post.hook_scale [B,P,1]
    PostNorm2Normalized, ///< blocks.L.ln2_post.hook_normalized [B,P,D]
    MlpOut, ///< blocks.L.hook_mlp_out [B,P,D]
    ResidPost, ///< blocks.L.hook_resid_post [B,P,D]; the Encoder vocabulary: before the block's last norm
    NormalizedResidPost, ///< blocks.L.hook_normalized_resid_post [B,P,D], Encoder vocabulary only
    LnFinalScale, ///< ln_final.hook_scale [mlm_head.ln.hook_scale] [B,P,1]
    LnFinalNormalized, ///< ln_final.hook_normalized [mlm_head.ln.hook_normalized] [B,P,D]
    UnembedIn, ///< unembed.hook_in [B,P,D]
    UnembedOut, ///< unembed.hook_out [B,P,V], before a soft cap of the logits
};

/// "blocks.3.attn.hook_pattern"; `layer` is ignored by points outside the layers.
std::string hookName(HookPoint point, std::size_t layer = 0, HookVocabulary vocabulary = HookVocabulary::Decoder);

/// Every point in the order it fires within its part of the pass.
const std::vector<HookPoint>& allHookPoints();
bool isLayerHook(HookPoint point);
/// Whether a model has the point at all, and the backend tells it.
bool fires(HookPoint point, const ModelConfig& config, HookVocabulary vocabulary);
/// The names of a model's hooks that a glob matches, in the order they fire.
std::vector<std::string> matchingHooks(const std::string& glob, const ModelConfig& config, HookVocabulary vocabulary);

/// Sees one named activation during a forward pass. The tensor may be kept: nothing modifies it afterwards.
using HookObserver = std::function<void(const std::string& name, const at::Tensor& value)>;
/// May put another tensor of the same shape in the value's place; what follows computes with that. Must not change the
/// tensor it was given, which others may hold.
using HookEditor = std::function<void(const std::string& name, at::Tensor& value)>;

/// Named points of one forward pass. Used on the thread of the forward pass only; hooks run in the order added, so that
/// an observer before an editor sees the value before the edit. A hook must not add or remove hooks.
class HookRegistry {
public:
    /// Removes its hook when it goes away. Move-only; must not outlive the registry.
    class [[nodiscard]] Handle {
    public:
        Handle(Handle&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr))
            , key_(other.key_)
        {
        }
        Handle& operator=(Handle&&) = delete;
        ~Handle()
        {
            if (owner_)
                owner_->remove(key_);
        }

    private:
        friend class HookRegistry;
        Handle(HookRegistry& owner, unsigned key)
            : owner_(&owner)
            , key_(key)
        {
        }
        HookRegistry* owner_;
        unsigned key_;
    };

    explicit HookRegistry(HookVocabulary vocabulary = HookVocabulary::Decoder)
        : vocabulary_(vocabulary)
    {
    }
    HookRegistry(const HookRegistry&) = delete;
    HookRegistry& operator=(const HookRegistry&) = delete;

    Handle observe(std::string glob, HookObserver observer);
    Handle edit(std::string glob, HookEditor editor);

    /// Whether anybody looks at this point; what is only computed for observation is skipped otherwise.
    bool wants(HookPoint point, std::size_t layer = 0) const;
    /// Whether anybody may change it; then it has to be computed where it takes effect.
    bool edits(HookPoint point, std::size_t layer = 0) const;
    void fire(HookPoint point, std::size_t layer, at::Tensor& value) const;

private:
    struct Entry {
        unsigned key;
        std::string glob;
        HookObserver observer; ///< one of the two
        HookEditor editor;
    };
    Handle add(Entry entry);
    bool tells(HookPoint point) const; ///< somebody listens, and the vocabulary has the point
    void remove(unsigned key);
    HookVocabulary vocabulary_;
    std::vector<Entry> entries_;
    unsigned lastKey_ = 0;
};

} // namespace headscope
