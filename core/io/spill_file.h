// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that lives in a temporary file without a name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace headscope {

/// Bytes that the system may keep on disk instead of in memory. Gone with the object, or with the process however it
/// ends: the file has no name.
///
/// Threads  immutable after construction.
class SpillFile {
public:
    /// Copies `bytes` into a new file in `folder`.
    /// \throws Error(OutOfMemory) naming the folder when there is no room for them.
    SpillFile(std::span<const std::byte> bytes, const std::filesystem::path& folder);
    ~SpillFile();
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    std::span<std::byte> bytes() const noexcept { return bytes_; }
    void forgetPages() const noexcept; ///< lets go of the memory that reading has filled; the file keeps the bytes

    /// TMPDIR, or /tmp.
    static std::filesystem::path defaultFolder();

private:
    std::span<std::byte> bytes_;
};

} // namespace headscope
