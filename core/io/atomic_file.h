// SPDX-License-Identifier: GPL-3.0-or-later
// Output files that appear whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace headscope {

/// Writes beside the target and renames on commit(). Destroyed without commit() it leaves nothing behind.
/// \throws Error(Output) from every member that writes, naming the target file.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    void commit(); ///< flushes to disk and replaces the target

private:
    [[noreturn]] void fail(const char* doing) const;

    std::filesystem::path target_, part_;
    int descriptor_ = -1;
};

} // namespace headscope
