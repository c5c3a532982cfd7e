// SPDX-License-Identifier: GPL-3.0-or-later
// `headscope-cli parity`: do several ways of running a model agree, and if not, why.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace headscope {

/// Adds the command to an application. \param command gets it. \return what runs it once it has been parsed; exit
/// status 0 when all agree or are explained, 1 for a divergence (see --fail-on).
std::function<int()> addParityCommand(CLI::App& app, CLI::App*& command);

} // namespace headscope
