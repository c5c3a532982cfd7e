// SPDX-License-Identifier: GPL-3.0-or-later
// Named observation points of a forward pass, under TransformerLens's names. Internal to core.
#pragma once

#include "core/model/architecture.h"
#include "core/tensor_fwd.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headscope {

/// Where a value can be observed. Shapes: B batch, P query position, K key position, H heads, G key/value heads, D
/// residual width, d head width, M MLP width, V vocabulary.
enum class HookPoint {
    Embed, ///< hook_embed [B,P,D]
    PosEmbed, ///< hook_pos_embed [B,P,D], learned positions only
    ResidPre, ///< blocks.L.hook_resid_pre [B,P,D]
    Ln1Scale, ///< blocks.L.ln1.hook_scale [B,P,1]
    Ln1Normalized, ///< blocks.L.ln1.hook_normalized [B,P,D], before the norm's weight
    Query, ///< blocks.L.attn.hook_q [B,P,H,d], before rotary
    Key, ///< blocks.L.attn.hook_k [B,K,G,d], before rotary
    Value, ///< blocks.L.attn.hook_v [B,K,G,d]
    RotatedQuery, ///< blocks.L.attn.hook_rot_q [B,P,H,d], rotary only
    RotatedKey, ///< blocks.L.attn.hook_rot_k [B,K,G,d], rotary only
    AttentionScores, ///< blocks.L.attn.hook_attn_scores [B,H,P,K], scaled and masked
    Pattern, ///< blocks.L.attn.hook_pattern [B,H,P,K]
    Mixed, ///< blocks.L.attn.hook_z [B,P,H,d]
    Result, ///< blocks.L.attn.hook_result [B,P,H,D], without the output bias
    AttentionOut, ///< blocks.L.hook_attn_out [B,P,D]
    ResidMid, ///< blocks.L.hook_resid_mid [B,P,D]
    Ln2Scale, ///< blocks.L.ln2.hook_scale [B,P,1]
    Ln2Normalized, ///< blocks.L.ln2.hook_normalized [B,P,D]
    MlpPre, ///< blocks.L.mlp.hook_pre [B,P,M], before the activation; the gate where gated
    MlpPreLinear, ///< blocks.L.mlp.hook_pre_linear [B,P,M], gated only
    MlpPost, ///< blocks.L.mlp.hook_post [B,P,M]
    MlpOut, ///< blocks.L.hook_mlp_out [B,P,D]
    ResidPost, ///< blocks.L.hook_resid_post [B,P,D]
    LnFinalScale, ///< ln_final.hook_scale [B,P,1]
    LnFinalNormalized, ///< ln_final.hook_normalized [B,P,D]
    UnembedIn, ///< unembed.hook_in [B,P,D]
    UnembedOut, ///< unembed.hook_out [B,P,V]
};

/// "blocks.3.attn.hook_pattern"; `layer` is ignored by points outside the layers.
std::string hookName(HookPoint point, std::size_t layer = 0);

/// Every point in the order it fires within its part of the pass.
const std::vector<HookPoint>& allHookPoints();
bool isLayerHook(HookPoint point);
/// Whether a model of this family has the point at all.
bool fires(HookPoint point, const Architecture& architecture);

/// Shell-style match: `*` any text, `?` one character, `[…]` one of a set.
bool globMatches(const std::string& glob, const std::string& name);

/// Sees one named activation during a forward pass. The tensor may be kept: nothing modifies it afterwards.
using HookFunction = std::function<void(const std::string& name, const at::Tensor& value)>;

/// Named observation points of one forward pass. Used on the thread of the forward pass only; hooks run in the order
/// added. A hook must not add or remove hooks.
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

    HookRegistry() = default;
    HookRegistry(const HookRegistry&) = delete;
    HookRegistry& operator=(const HookRegistry&) = delete;

    Handle add(std::string glob, HookFunction function);

    /// Whether anybody looks at this point; what is only computed for observation is skipped otherwise.
    bool wants(HookPoint point, std::size_t layer = 0) const;
    void fire(HookPoint point, std::size_t layer, const at::Tensor& value) const;

private:
    struct Entry {
        unsigned key;
        std::string glob;
        HookFunction function;
    };
    void remove(unsigned key);
    std::vector<Entry> entries_;
    unsigned lastKey_ = 0;
};

} // namespace headscope
