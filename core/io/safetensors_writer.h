// SPDX-License-Identifier: GPL-3.0-or-later
// Writes safetensors files, all or nothing.
#pragma once

#include "core/io/safetensors.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace headscope {

/// Writes `tensors` in the given order; their bytes are read while writing, one after the other.
/// \throws Error(Output) naming the file; nothing is left behind then.
void writeSafetensors(const std::filesystem::path& output, std::span<const StoredTensor> tensors,
    const std::map<std::string, std::string>& metadata);

} // namespace headscope
