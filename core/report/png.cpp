// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/png.h"

#include "core/error.h"

#include <png.h>

#include <cstring>

namespace headscope {

std::vector<std::byte> encodedPng(const IndexedPicture& picture)
{
    png_image image;
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = PNG_FORMAT_RGB_COLORMAP;
    image.colormap_entries = static_cast<png_uint_32>(picture.colours.size());
    std::vector<std::byte> bytes(PNG_IMAGE_PNG_SIZE_MAX(image));
    png_alloc_size_t size = bytes.size();
    const auto rowStride = static_cast<png_int_32>(picture.width);
    if (png_image_write_to_memory(
            &image, bytes.data(), &size, 0, picture.pixels.data(), rowStride, picture.colours.data())
        == 0)
        throw Error(Fault::Output, std::string("a picture of a pattern cannot be written as PNG: ") + image.message);
    bytes.resize(size);
    return bytes;
}

std::string base64(std::span<const std::byte> bytes)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= count ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

} // namespace headscope
