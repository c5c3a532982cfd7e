// SPDX-License-Identifier: GPL-3.0-or-later
// Output files that appear whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace headscope {

/// Writes beside the target and renames on commit(). Destroyed, or killed, without commit() it leaves nothing behind. A
/// symbolic link stays, and what it leads to is replaced; directories, devices and pipes are refused.
/// \throws Error(Output) from every member that writes, naming the target file.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// Finds out before the work whether a target could be written. \throws Error(Output)
    static void requireTarget(const std::filesystem::path& target);

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    void commit(); ///< flushes to disk and replaces the target
    /// Both or neither: when the second cannot be put in place, the first does not stay.
    static void commitTogether(AtomicFile& first, AtomicFile& second);

private:
    [[noreturn]] void fail(const char* doing) const;
    void prepare(); ///< flushes, and gives what has none a name beside the target
    void place();

    std::filesystem::path target_, part_;
    int descriptor_ = -1;
    bool nameless_ = false; ///< the file has no name yet (O_TMPFILE)
};

} // namespace headscope
