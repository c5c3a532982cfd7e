// SPDX-License-Identifier: GPL-3.0-or-later
// Stored floating-point numbers as float32.
#pragma once

#include "core/io/safetensors.h"

namespace headscope {

/// Whether elements of that type are floating-point numbers.
bool isFloat(StoredType type) noexcept;

/// Elements first … first + count - 1 of a tensor as float32: 16-bit ones exactly, NaN as NaN, float64 rounded to
/// nearest. The bytes need no alignment. \pre isFloat(type), and the bytes hold that many
void widen(
    StoredType type, std::span<const std::byte> bytes, std::size_t first, std::size_t count, float* out) noexcept;

} // namespace headscope
