// SPDX-License-Identifier: GPL-3.0-or-later
// Takes residual streams apart during one forward pass. Internal to core: includes ATen.
#pragma once

#include "core/analysis/contribution_graph.h"
#include "core/engine/model_keeper.h"

#include <functional>
#include <stop_token>

namespace headscope {

/// Work: L H T² D multiplications for each sequence; in memory, besides the run's, one layer's shares of every head.
/// \throws Cancelled
/// \throws Error(BadInput) for an encoder, for prompts of more than mostGraphTokens tokens, for edits that put values
/// in
///         the place of what attention adds, and when the streams hold values that are not finite.
ContributionGraphs computeContributionGraphs(const ContributionGraphRequest& request, ModelKeeper& keeper,
    const std::stop_token& stop, const std::function<void(std::size_t done, std::size_t layers)>& onLayer);

} // namespace headscope
