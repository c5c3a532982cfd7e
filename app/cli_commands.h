// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of headscope-cli.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds every command to `app`. The returned function runs the one that was chosen and yields the exit status.
/// \pre called after app.parse()
std::function<int()> addCommands(CLI::App& app);

} // namespace headscope
