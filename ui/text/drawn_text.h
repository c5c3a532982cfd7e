// SPDX-License-Identifier: GPL-3.0-or-later
// How heads were drawn, for what files tell of their making: in English, as everything there.
#pragma once

#include "ui/models/view_options.h"

#include <string>

namespace headscope::ui {

/// The options that a tile can be drawn with: those wanted but for what its source did not do, as a rollout has all
/// tokens.
ViewOptions drawnWith(ViewOptions wanted, const PatternTile& tile);

/// "logarithmic colours, rows are keys"; empty for what is drawn plainly. What was done to the values stands in
/// partOf(). \param kept the scale is that of all heads
std::string drawnText(const ViewOptions& options, bool kept);

/// Both with a comma between, where neither is empty.
std::string joinedText(const std::string& first, const std::string& second);

} // namespace headscope::ui
