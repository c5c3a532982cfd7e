// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/wide_floats.h"

#include <bit>
#include <cstring>

namespace headscope {
namespace {

float ofBFloat16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

float ofFloat16(std::uint16_t bits)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1F, mantissa = bits & 0x3FF;
    if (exponent == 0x1F) // infinity and NaN
        return std::bit_cast<float>(sign | 0x7F800000 | mantissa << 13);
    if (exponent > 0)
        return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
    const float small = static_cast<float>(mantissa) * 0x1p-24f; // exact
    return sign != 0 ? -small : small;
}

template <class Stored, class Widen>
void widenEach(const std::byte* bytes, std::size_t count, float* out, Widen widenOne) noexcept
{
    for (std::size_t i = 0; i < count; ++i) {
        Stored stored;
        std::memcpy(&stored, bytes + i * sizeof stored, sizeof stored);
        out[i] = widenOne(stored);
    }
}

} // namespace

bool isFloat(StoredType type) noexcept
{
    return type == StoredType::Float16 || type == StoredType::BFloat16 || type == StoredType::Float32
        || type == StoredType::Float64;
}

void widen(StoredType type, std::span<const std::byte> bytes, std::size_t first, std::size_t count, float* out) noexcept
{
    const std::byte* from = bytes.data() + first * bytesOf(type);
    switch (type) {
    case StoredType::Float32:
        std::memcpy(out, from, count * sizeof(float));
        return;
    case StoredType::Float64:
        return widenEach<double>(from, count, out, [](double value) { return static_cast<float>(value); });
    case StoredType::BFloat16:
        return widenEach<std::uint16_t>(from, count, out, ofBFloat16);
    default:
        return widenEach<std::uint16_t>(from, count, out, ofFloat16);
    }
}

} // namespace headscope
