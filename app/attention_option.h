// SPDX-License-Identifier: GPL-3.0-or-later
// Attention from a file in the place of a run, as options of a command.
#pragma once

#include "core/cache/attention_file.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>

namespace headscope {

struct AttentionInput {
    std::filesystem::path file; ///< empty: a model is run
    std::optional<AttentionPart> part; ///< nothing: the one looked at first
};

/// Adds --attention-file and --kind to a command. --model is then required only without a file: openAttention() says
/// so.
void addAttentionFileOptions(CLI::App& command, AttentionInput& input);

/// What the file holds; null when none was given.
/// \param command parsed. \throws Error(BadInput) for options of a run beside a file, and when there is neither
CapturePtr openAttention(const CLI::App& command, const AttentionInput& input);

} // namespace headscope
