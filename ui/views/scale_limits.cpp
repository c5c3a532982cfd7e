// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/scale_limits.h"

#include <algorithm>

namespace headscope::ui {

ScaleLimits scaleLimits(const HeadMosaic& mosaic, ScaleMode mode, const QRectF& seen)
{
    const ValueRange range = mosaic.range();
    if (mosaic.isEmpty() || range.quantity == Quantity::Difference)
        return {1, range};
    const bool probabilities = range.stage == Stage::Pattern && !range.perRow;
    if (mode == ScaleMode::Auto && probabilities)
        return {mosaic.largest(), range};
    if (mode == ScaleMode::Percentile && range.stage != Stage::Mask)
        if (const float top = mosaic.quantile(0.99, seen); top > 0)
            return {top, range};
    return {1, range};
}

ScaleLimits widened(ScaleLimits limits, const ScaleLimits& other)
{
    limits.top = std::max(limits.top, other.top);
    limits.range.low = std::min(limits.range.low, other.range.low);
    limits.range.high = std::max(limits.range.high, other.range.high);
    return limits;
}

} // namespace headscope::ui
