// SPDX-License-Identifier: GPL-3.0-or-later
// A file mapped into memory that turns truncation under our feet into an error instead of a bus error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace headscope {

/// A read-only memory-mapped file.
///
/// Threads  immutable; share as std::shared_ptr<const MappedFile>. Any thread may read bytes().
/// Errors   when the file shrinks while it is mapped, reads past its new end yield zeros (a SIGBUS handler puts zero
/// pages
///          there) and requireIntact() throws from then on. Call it before a result computed from bytes() is published.
class MappedFile {
public:
    /// \throws Error(BadModelFile) when the file cannot be opened or mapped.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const noexcept { return bytes_; }
    const std::filesystem::path& path() const noexcept { return path_; }

    /// \throws Error(BadModelFile) when the file is shorter than when it was mapped, or has been written to since.
    void requireIntact() const;
    /// Lets go of the memory that reading has filled; it is read again when needed.
    void forgetPages() const noexcept;

private:
    MappedFile(
        std::filesystem::path path, int descriptor, std::span<const std::byte> bytes, int slot, std::int64_t changedAt);

    std::filesystem::path path_;
    int descriptor_;
    std::span<const std::byte> bytes_;
    int slot_; ///< index into the signal handler's table
    std::int64_t changedAt_; ///< modification time when it was mapped, in nanoseconds
};

} // namespace headscope
