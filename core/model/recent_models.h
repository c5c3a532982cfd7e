// SPDX-License-Identifier: GPL-3.0-or-later
// The model directories used last, kept in a small file that the window writes and the command line reads.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace headscope {

/// One path a line, UTF-8, latest first.
///
/// Threads  none of its own; two processes that write at once leave the list of one of them, whole.
class RecentModels {
public:
    static constexpr std::size_t most = 12;

    /// \param file empty: nothing is read or written
    explicit RecentModels(std::filesystem::path file);

    /// headscope/recent-models in XDG_STATE_HOME, or in ~/.local/state where that is not set or not absolute; empty
    /// when not even HOME is known.
    ///
    /// Source   XDG Base Directory Specification 0.8: $XDG_STATE_HOME is for "recently used files".
    static std::filesystem::path usualFile();

    /// Absolute paths, each once, which need not exist any more. Lines that are no such path are skipped, and a file
    /// that cannot be read has none.
    std::vector<std::string> read() const;

    /// Puts a directory first. One whose path is not UTF-8 or has control characters is not kept.
    /// \throws Error(Output) naming the file
    void add(const std::filesystem::path& directory) const;

private:
    std::filesystem::path file_;
};

} // namespace headscope
