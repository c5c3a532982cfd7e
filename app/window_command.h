// SPDX-License-Identifier: GPL-3.0-or-later
// `headscope`: the window.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the window's options to the application itself. \return what to call when no command was chosen.
std::function<int()> addWindowOptions(CLI::App& app);

} // namespace headscope
