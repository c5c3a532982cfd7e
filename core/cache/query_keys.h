// SPDX-License-Identifier: GPL-3.0-or-later
// Capture::requestQueryKeys() for programs without an event loop.
#pragma once

#include "core/cache/capture.h"

namespace headscope {

/// Blocks until the answer is there. Not for the UI thread. \throws whatever the request failed with.
std::shared_ptr<const QueryKeyVectors> fetchQueryKeys(
    const Capture& capture, SequenceId sequence, LayerId layer, HeadId head, TokenPos query, Range keys);

} // namespace headscope
