// SPDX-License-Identifier: GPL-3.0-or-later
// `headscope-cli models`.
#pragma once

#include <filesystem>
#include <vector>

namespace headscope {

/// Prints the models of the usual places and of `folders`, a line or a JSON object each. \return the exit status, 0.
/// \throws Error(BadInput) for a folder that is not there.
int listModels(const std::vector<std::filesystem::path>& folders, bool json);

} // namespace headscope
