// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures as PNG, through libpng.
#pragma once

#include "core/report/colour_maps.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace headscope {

/// A picture with at most 256 colours.
struct IndexedPicture {
    std::size_t width = 0, height = 0;
    std::vector<std::uint8_t> pixels; ///< [height, width], indices of colours
    std::vector<Rgb> colours;
};

/// The bytes of a PNG file. \pre neither side is 0. \throws Error(Output)
std::vector<std::byte> encodedPng(const IndexedPicture& picture);

/// RFC 4648
std::string base64(std::span<const std::byte> bytes);

} // namespace headscope
