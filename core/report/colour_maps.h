// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of values, for pictures that are made without a window.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace headscope {

using Rgb = std::array<std::uint8_t, 3>;

/// viridis: 0 dark violet, 1 yellow. Clamped.
Rgb sequentialColour(double share);
/// -1 blue, 0 nearly white, 1 red; safe for the colour-blind. Clamped.
Rgb divergingColour(double share);
/// A value that is no number; on neither scale.
constexpr Rgb nanColour{0xFF, 0x2D, 0x87};

std::string hexOf(Rgb colour); ///< "#ff2d87"

} // namespace headscope
