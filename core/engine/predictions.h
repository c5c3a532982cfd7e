// SPDX-License-Identifier: GPL-3.0-or-later
// What a finished run says of the tokens after its positions. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_capture.h"

namespace headscope {

/// The `count` most likely tokens after a position. Reader thread.
/// \throws Error(BadInput) before the run has finished, for a position that is not there, and without a head
NextTokens nextTokens(const TensorCapture& capture, SequenceId sequence, TokenPos position, std::size_t count);

/// See Capture::requestPredictions(). Logits are computed for a block of positions at a time. Reader thread.
/// \throws Error(BadInput) likewise; Cancelled when withdrawn
Predictions predictions(
    const TensorCapture& capture, SequenceId sequence, Range positions, const std::atomic<bool>& withdrawn);

} // namespace headscope
