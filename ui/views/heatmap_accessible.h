// SPDX-License-Identifier: GPL-3.0-or-later
// What a screen reader is told of a heatmap.
#pragma once

namespace headscope::ui {

/// Makes the read-out of the cell that is shown the value of every AttentionHeatmap. May be called any number of times.
void installHeatmapAccessibility();

} // namespace headscope::ui
