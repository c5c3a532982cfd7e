// SPDX-License-Identifier: GPL-3.0-or-later
// How `headscope export` draws heads.
#pragma once

#include "ui/models/view_options.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace headscope {

/// Adds --palette, --colour-scale, --specials, --transposed and --theme.
/// \param view \param dark live as long as the command
void addDrawingOptions(CLI::App& command, ui::ViewOptions& view, bool& dark);

/// The first of those that was given, or nothing: what holds values is not drawn.
std::string drawingOptionOf(const CLI::App& command);

} // namespace headscope
