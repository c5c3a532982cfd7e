// SPDX-License-Identifier: GPL-3.0-or-later
// The pass behind a logit lens. Internal to core: includes ATen.
#pragma once

#include "core/analysis/logit_lens.h"
#include "core/engine/engine_room.h"

#include <functional>

namespace headscope {

/// Runs the model once and keeps the residual before each layer and after the last one, each head's mixed values and
/// each MLP's output, of one row of the batch. \param told layers done, and how many there are. \throws Error(BadInput)
/// for a model without a language-model head, a sequence or positions that are not there, and edits behind the last
/// layer, which the other layers' residuals do not go through; what a run throws; Cancelled
LogitLensPtr lookThroughLayers(const LogitLensRequest& request, EngineRoom& room, const std::stop_token& stop,
    const std::function<void(std::size_t, std::size_t)>& told);

} // namespace headscope
