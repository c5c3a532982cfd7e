// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of values, for pictures that are made without a window.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace headscope {

using Rgb = std::array<std::uint8_t, 3>;

/// Colours of values that have one sign, all darkest at 0 and lightest at 1.
enum class SequentialPalette {
    Viridis, ///< dark violet to yellow
    Cividis, ///< dark blue to yellow, the same to most of the colour-blind as to all others
    Magma, ///< black over purple to pale yellow
    Greys, ///< black to white
};

/// Colours of values of either sign, neutral at 0; both safe for the colour-blind.
enum class DivergingPalette {
    BlueRed,
    PurpleOrange,
};

/// 0 the least, 1 the most. Clamped.
Rgb sequentialColour(double share, SequentialPalette palette = SequentialPalette::Viridis);
/// -1 the most below zero, 0 nearly white, 1 the most above. Clamped.
Rgb divergingColour(double share, DivergingPalette palette = DivergingPalette::BlueRed);
/// The same for dark surroundings: 0 is nearly black.
Rgb darkDivergingColour(double share, DivergingPalette palette = DivergingPalette::BlueRed);
/// A value that is no number; on neither scale.
constexpr Rgb nanColour{0xFF, 0x2D, 0x87};

std::string hexOf(Rgb colour); ///< "#ff2d87"

} // namespace headscope
