// SPDX-License-Identifier: GPL-3.0-or-later
// Files of resources/ that are linked into core as bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace headscope {

/// A file linked into the program. Lives as long as the program; 64-byte aligned.
struct EmbeddedFile {
    std::string_view path; ///< relative to resources/, such as "models/demo-rotary/config.json"
    std::span<const std::byte> bytes;

    std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// All of them; the table is generated from core/CMakeLists.txt.
std::span<const EmbeddedFile> embeddedFiles();

/// nullptr when there is no such file.
const EmbeddedFile* findEmbeddedFile(std::string_view path);

} // namespace headscope
