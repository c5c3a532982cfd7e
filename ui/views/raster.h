// SPDX-License-Identifier: GPL-3.0-or-later
// Turns the visible part of a head into pixels without losing a spike.
#pragma once

#include "ui/views/colour_scale.h"

#include <QImage>
#include <QRectF>

namespace headscope::ui {

/// Paints `window` (cell units, see CellWindow) of a head onto an image of `pixels` device pixels. Where a pixel covers
/// several cells it shows their maximum, NaN above all, so that a single cell stays visible at any size.
///
/// \param transposed rows of cells are columns of the image. \pre the window lies within the codes. \return a null
/// image for an empty window or size.
QImage raster(
    const CellCodes& cells, const QRectF& window, QSize pixels, const ColourScale& scale, bool transposed = false);

} // namespace headscope::ui
