// SPDX-License-Identifier: GPL-3.0-or-later
// Carries out a comparison. Internal to core: includes ATen.
#pragma once

#include "core/engine/engine_room.h"
#include "core/parity/parity_request.h"

namespace headscope {

/// Runs the reference, or opens its dump, then every candidate beside it, and again with policies aligned where
/// something differs (design.md §7). Values of the reference wait in temporary files; of a candidate one hook value at
/// a time is there. \throws Error, Cancelled
void compareRuns(
    RunId run, const ParityRequest& request, EngineRoom& room, const std::stop_token& stop, ParityListener& listener);

} // namespace headscope
