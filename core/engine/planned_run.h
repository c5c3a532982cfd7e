// SPDX-License-Identifier: GPL-3.0-or-later
// A request made concrete: what one forward pass needs besides the weights. Internal to core: includes ATen.
#pragma once

#include "core/engine/forward_pass.h"
#include "core/engine/model_keeper.h"

namespace headscope {

/// Everything that decides what a forward pass computes. Change the policies or the inputs to compute something else.
struct PlannedRun {
    InspectionRequest request;
    std::shared_ptr<const ModelDescription> description;
    Placement placement;
    BackendPolicies policies;
    ModelInputs inputs;
    bool takesPositions = true; ///< whether position_ids of an inputs file count

    const ModelConfig& config() const { return description->config(); }
};

/// \param takesPositions whether position_ids of an inputs file count.
/// \throws Error(BadInput)
PlannedRun planRun(const InspectionRequest& request, bool takesPositions = true);

/// What is known of a planned run before its first layer.
RunHeader headerOf(const PlannedRun& run);

/// FNV-1a of ids and padding, for provenance lines.
std::uint64_t promptHash(const std::vector<std::vector<Token>>& tokens);

/// \throws Error(OutOfMemory) with both figures when `bytes` are not free.
void requireMemory(std::uint64_t bytes, const ModelInputs& inputs);

} // namespace headscope
