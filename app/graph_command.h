// SPDX-License-Identifier: GPL-3.0-or-later
// headscope-cli graph: where every token's residual stream comes from.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the command `graph`; what is returned runs it. \pre called after app.parse()
std::function<int()> addGraphCommand(CLI::App& app, CLI::App*& command);

} // namespace headscope
