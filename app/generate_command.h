// SPDX-License-Identifier: GPL-3.0-or-later
// headscope-cli generate: the most likely continuation.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the command `generate`; what is returned runs it. \pre called after app.parse()
std::function<int()> addGenerateCommand(CLI::App& app, CLI::App*& command);

} // namespace headscope
