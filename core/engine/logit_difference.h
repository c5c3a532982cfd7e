// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a prompt set and reads its answers. Internal to core: includes ATen.
#pragma once

#include "core/analysis/logit_difference.h"
#include "core/engine/model_keeper.h"

#include <functional>
#include <stop_token>

namespace headscope {

/// Computes one run after the other, each over the whole set, in batches.
///
/// Native tells and edits nothing inside; its heads are watched and cut as tapped, whose arithmetic is the same.
/// Memory  one batch's forward pass, and of each prompt what attribution keeps at one position; cross-run ablation also
///         the chosen heads' values of one batch.
/// Threads  the engine's runner thread, which owns `keeper`.
/// \throws Error(BadInput), Error(OutOfMemory), Cancelled
LogitDifferenceResult computeLogitDifferences(const LogitDifferenceRequest& request, ModelKeeper& keeper,
    const std::stop_token& stop, const std::function<void(const LogitDifferenceListener::Progress&)>& onProgress);

} // namespace headscope
