// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded run as a capture that views can read. Internal to core: includes ATen.
#pragma once

#include "core/engine/reader_queue.h"
#include "core/engine/recorded_run.h"
#include "core/engine/tensor_capture.h"

namespace headscope {

/// The patterns and scores that were recorded, as whole layers. Null when no layer has a pattern.
CapturePtr captureOf(const RecordedRun& run, std::weak_ptr<ReaderQueue> queue);

} // namespace headscope
