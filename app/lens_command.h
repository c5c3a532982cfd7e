// SPDX-License-Identifier: GPL-3.0-or-later
// headscope-cli lens: what the model would say after each layer.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the command `lens`; what is returned runs it. \pre called after app.parse()
std::function<int()> addLensCommand(CLI::App& app, CLI::App*& command);

} // namespace headscope
