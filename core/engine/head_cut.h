// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting heads: other values in place of what they mix. Internal to core: includes ATen.
#pragma once

#include "core/analysis/logit_difference.h"
#include "core/engine/hooks.h"

#include <map>

namespace headscope {

/// Mixed values (hook_z) by layer and head.
using HeadValues = std::map<std::pair<std::size_t, std::size_t>, at::Tensor>;

/// \throws Error(BadInput) naming --ablate and the model's layers and heads.
void requireHeads(const std::vector<HeadPlace>& heads, const ModelConfig& config);

/// Sums heads' values over the real tokens of every pass it watches.
class HeadMeans {
public:
    explicit HeadMeans(std::vector<HeadPlace> heads)
        : heads_(std::move(heads))
    {
    }

    /// \param real [B, T] bool. This object must outlive the handles.
    void watch(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, at::Tensor real);
    HeadValues means() const; ///< [d] float64 each

private:
    std::vector<HeadPlace> heads_;
    HeadValues sums_; ///< [d] float64 on the host
    std::map<std::pair<std::size_t, std::size_t>, double> counts_;
};

/// Copies heads' values of every position of one pass into `target`: [B, T, d]. \pre `target` outlives the handles
void keepHeads(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, const std::vector<HeadPlace>& heads,
    HeadValues& target);

/// Puts `values` (broadcast to [B, T, d]; a head without one gets zeros) in the heads' place.
/// \pre both outlive the handles
void cutHeads(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, const std::vector<HeadPlace>& heads,
    const HeadValues& values);

} // namespace headscope
