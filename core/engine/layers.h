// SPDX-License-Identifier: GPL-3.0-or-later
// Activations and rotary positions. Internal to core: includes ATen.
#pragma once

#include "core/engine/ops.h"

#include <string>

namespace headscope {

/// \param name a Hugging Face name that isActivation() knows.
at::Tensor activate(const at::Tensor& x, const std::string& name);

/// Rotates the leading cos.size(-1) elements of each head, in halves: x * cos + [-x2, x1] * sin; the rest passes.
/// \param x [B, heads, T, d]; cos and sin [1 | B, 1, T, r].
/// \param rejoin put the two parts together even when the second is empty, as GPT-NeoX does.
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool rejoin);

} // namespace headscope
