// SPDX-License-Identifier: GPL-3.0-or-later
// `headscope export`: pictures and tables without a display.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the export command. \return what to call when it was chosen; \throws Error from that.
std::function<int()> addExportCommand(CLI::App& app);

} // namespace headscope
