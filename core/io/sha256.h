// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256, for fingerprints of files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace headscope {

/// FIPS 180-4. Bytes are added piece by piece; hex() ends it.
class Sha256 {
public:
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text);
    std::string hex(); ///< 64 lower-case digits of everything added. Call it once.

private:
    void mix(const std::byte* block);

    std::array<std::uint32_t, 8> state_{
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::byte, 64> block_{};
    std::uint64_t length_ = 0; ///< bytes added
};

} // namespace headscope
