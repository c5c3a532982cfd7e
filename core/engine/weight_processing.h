// SPDX-License-Identifier: GPL-3.0-or-later
// HookedTransformer's weight processing. Internal to core: includes ATen.
#pragma once

#include "core/engine/weights.h"

namespace headscope {

/// The steps that are on, in the order fold_ln, center_writing_weights, center_unembed, fold_value_biases.
///
/// Source  TransformerLens 3.5.1, load_and_process_state_dict. LayerNorm models: fold_ln also centres the matrices
/// behind
///         the norm. RMS models have neither biases nor centring. A final soft cap switches center_unembed off. Norms
///         after a block's parts (Gemma 2) and of q and k (Qwen 3) are never folded.
///         Encoders: TransformerBridge does everything but fold_ln.
/// \param weights float32, every projection [out, in] and split.
/// \param offset whether the norm weights of a family with offsets still need their 1 added.
void processWeights(ModelWeights& weights, const ModelConfig& config, const Processing& processing, bool offset);

} // namespace headscope
