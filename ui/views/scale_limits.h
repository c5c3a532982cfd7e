// SPDX-License-Identifier: GPL-3.0-or-later
// Where a colour scale ends: the same for the window and for pictures.
#pragma once

#include "ui/models/view_options.h"
#include "ui/views/head_mosaic.h"

namespace headscope::ui {

/// What a colour scale spans: a range of values, of which `top` is painted in the last colour.
struct ScaleLimits {
    float top = 1; ///< a share of the range
    ValueRange range{};
    friend bool operator==(const ScaleLimits&, const ScaleLimits&) = default;
};

/// The limits that a mode gives to what is shown. \param seen of the mosaic, in positions: what a percentile is of
ScaleLimits scaleLimits(const HeadMosaic& mosaic, ScaleMode mode, const QRectF& seen);

/// As wide as both. \pre they differ in nothing but their ends
ScaleLimits widened(ScaleLimits limits, const ScaleLimits& other);

/// The scale of a window, for pictures of what it shows.
struct ShownScale {
    ScaleLimits limits{};
    bool kept = false; ///< it is one for all heads; else pictures of the shown one reach at least as far
};

} // namespace headscope::ui
