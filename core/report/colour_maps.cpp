// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/colour_maps.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace headscope {
namespace {

// Viridis at tenths.
constexpr std::array<Rgb, 11> sequentialStops{{{0x44, 0x01, 0x54}, {0x48, 0x24, 0x75}, {0x41, 0x44, 0x87},
    {0x35, 0x5f, 0x8d}, {0x2a, 0x78, 0x8e}, {0x21, 0x91, 0x8c}, {0x22, 0xa8, 0x84}, {0x44, 0xbf, 0x70},
    {0x7a, 0xd1, 0x51}, {0xbd, 0xdf, 0x26}, {0xfd, 0xe7, 0x25}}};

// Blue, white and red of ColorBrewer's RdBu.
constexpr std::array<Rgb, 9> divergingStops{
    {{0x21, 0x66, 0xac}, {0x43, 0x93, 0xc3}, {0x92, 0xc5, 0xde}, {0xd1, 0xe5, 0xf0}, {0xf7, 0xf7, 0xf7},
        {0xfd, 0xdb, 0xc7}, {0xf4, 0xa5, 0x82}, {0xd6, 0x60, 0x4d}, {0xb2, 0x18, 0x2b}}};

template <std::size_t Count> Rgb between(const std::array<Rgb, Count>& stops, double share)
{
    const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(Count - 1);
    const auto below = std::min(static_cast<std::size_t>(place), Count - 2);
    const double part = place - static_cast<double>(below);
    Rgb result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
        const double from = stops[below][i], to = stops[below + 1][i];
        result[i] = static_cast<std::uint8_t>(std::lround(from + (to - from) * part));
    }
    return result;
}

} // namespace

Rgb sequentialColour(double share) { return between(sequentialStops, share); }

Rgb divergingColour(double share) { return between(divergingStops, (share + 1) / 2); }

std::string hexOf(Rgb colour)
{
    char text[8];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", colour[0], colour[1], colour[2]);
    return text;
}

} // namespace headscope
