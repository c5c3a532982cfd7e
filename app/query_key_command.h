// SPDX-License-Identifier: GPL-3.0-or-later
// `headscope-cli query-key`.
#pragma once

#include "core/run/inspection_request.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the command. What is returned runs it after parsing and returns the exit status.
/// \param command where to keep the parsed command
std::function<int()> addQueryKeyCommand(CLI::App& app, CLI::App*& command);

} // namespace headscope
