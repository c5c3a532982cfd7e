// SPDX-License-Identifier: GPL-3.0-or-later
// The statistics of a layer's heads, block of rows by block of rows: patterns are never held whole.
// Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_capture.h"

namespace headscope {

/// Scores every head of a layer, on the queue's spare threads; between two blocks it lets more urgent tasks pass.
/// The result does not depend on the number of threads.
///
/// Memory   a few MiB a thread, and q and k of one layer where their rows must be gathered.
/// Threads  reader thread.
/// \param withdrawn stops it within a block; the result is then meaningless.
/// \throws Error(BadInput) for a sequence or layer that is not there, or whose patterns were not kept.
LayerScores headStatistics(const TensorCapture& capture, SequenceId sequence, LayerId layer, HeadScoreOptions options,
    const std::atomic<bool>& withdrawn);

} // namespace headscope
