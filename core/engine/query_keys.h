// SPDX-License-Identifier: GPL-3.0-or-later
// The queries and keys that a run kept, as numbers for people. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_capture.h"

namespace headscope {

/// A query of a head, and some of its keys.
struct QueryKeyPlace {
    SequenceId sequence;
    LayerId layer;
    HeadId head;
    TokenPos query;
    Range keys;
};

/// See Capture::requestQueryKeys(). Copies (1 + keys) vectors to host floats. Reader thread.
/// \throws Error(BadInput) naming what is not there, and where the layer's scores or pattern were edited
QueryKeyVectors queryKeyVectors(const TensorCapture& capture, const QueryKeyPlace& place);

} // namespace headscope
