// SPDX-License-Identifier: GPL-3.0-or-later
// Cells as shapes: for legends, and for pictures without pixels.
#pragma once

#include "ui/views/colour_scale.h"

#include <QPainter>

namespace headscope::ui {

/// Fills a cell as it looks in a heatmap: padding is hatched.
void paintSwatch(QPainter& painter, const QRectF& cell, const ColourScale& scale, CellCode code);

} // namespace headscope::ui
