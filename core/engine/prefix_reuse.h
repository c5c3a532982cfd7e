// SPDX-License-Identifier: GPL-3.0-or-later
// What a run may take over from the one before it. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_capture.h"

namespace headscope {

/// Whether a later run could take over something from a run of `request`.
bool leavesPrefix(const InspectionRequest& request);

/// How many first tokens of `last` a run of `request` on `inputs` computes in vain: they and everything that they
/// attend to are the same. 0 when anything else differs, when there is a hook, an edit, whole logits or eager
/// attention, when the model is not causal, stretches its rotary base with the length, or was given a 3-D or 4-D mask.
/// \param model the run's; `last` must have been made on the same device and with the same weights.
std::int64_t reusablePrefix(const TensorCapture& last, const InspectionRequest& request, const ModelInputs& inputs,
    const ModelDescription& model);

/// The inputs from position `first` on; the mask stays whole.
ModelInputs inputsFrom(const ModelInputs& inputs, std::int64_t first);

/// What the forward pass wants to know of the first `length` tokens. Keeps `last` alive.
Prefix prefixOf(std::shared_ptr<const TensorCapture> last, std::int64_t length);

/// The first `length` rows of a layer, followed by what was computed now.
std::vector<LayerChunk> joined(const std::vector<LayerChunk>& layer, std::int64_t length, LayerOutcome next);
/// Likewise for row chunks [B, ·, D].
std::vector<at::Tensor> joined(const std::vector<at::Tensor>& hidden, std::int64_t length, const at::Tensor& next);

} // namespace headscope
