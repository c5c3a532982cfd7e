// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/colour_scale.h"

#include "core/report/colour_maps.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

QColor colourOf(Rgb colour) { return QColor(colour[0], colour[1], colour[2]); }

} // namespace

ColourScale::ColourScale(bool dark, float top, ValueRange range)
    : dark_(dark)
    , top_(std::max(top, 1e-6f))
    , range_(range)
    , masked_(dark ? 0xff34363b : 0xffe4e5ea)
    , padding_(dark ? 0xff26282c : 0xfff4f4f7)
    , hatch_(dark ? 0xff3b3e45 : 0xffd6d8e0)
    , nan_(colourOf(nanColour).rgb())
    , unknown_(dark ? 0xff1d1e22 : 0xfffdfdfe)
{
    for (std::size_t i = 0; i < table_.size(); ++i) {
        if (!isDiverging()) {
            table_[i] = at((static_cast<double>(i) + 0.5) / static_cast<double>(table_.size()) / top_).rgb();
            continue;
        }
        // The first step of either side is 0 itself, and the last one the end.
        const double size = std::min(1.0, static_cast<double>(i % half) / static_cast<double>(half - 1) / top_);
        table_[i] = at(0.5 + (i < half ? -size : size) / 2).rgb();
    }
}

ColourScale ColourScale::forPalette(const QPalette& palette, float top, ValueRange range)
{
    return ColourScale(palette.color(QPalette::Window).lightness() < 128, top, range);
}

double ColourScale::number(double fraction) const
{
    if (isDiverging())
        return (2 * fraction - 1) * top_ * range_.high;
    const double low = range_.low;
    return low + fraction * top_ * (range_.high - low);
}

QRgb ColourScale::difference(float value) const
{
    const float share = range_.high > 0 ? value / range_.high : value > 0 ? 1.0f : value < 0 ? -1.0f : 0.0f;
    return of(codeOfDifference(share), 0, 0);
}

QColor ColourScale::at(double fraction) const
{
    if (isDiverging())
        return colourOf(dark_ ? darkDivergingColour(2 * fraction - 1) : divergingColour(2 * fraction - 1));
    return colourOf(sequentialColour(fraction));
}

} // namespace headscope::ui
