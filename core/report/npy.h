// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy's .npy format.
#pragma once

#include "core/io/atomic_file.h"

#include <filesystem>
#include <span>
#include <vector>

namespace headscope {

/// An array of little-endian float32 in row-major order, written piece by piece. \throws Error(Output) from everything.
class NpyFile {
public:
    NpyFile(const std::filesystem::path& target, const std::vector<std::size_t>& shape);
    void add(std::span<const float> values) { file_.write(std::as_bytes(values)); }
    void commit() { file_.commit(); } ///< \pre as many values as the shape says
    /// Both files, or neither. \pre likewise
    void commitWith(AtomicFile& other) { AtomicFile::commitTogether(other, file_); }

private:
    AtomicFile file_;
};

} // namespace headscope
