// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/colour_scale.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

QColor toQColor(Rgb colour) { return QColor(colour[0], colour[1], colour[2]); }

} // namespace

ColourScale::ColourScale(bool dark, float top, ValueRange range, ScalePalettes palettes)
    : dark_(dark)
    , top_(std::max(top, 1e-6f))
    , range_(drawable(range))
    , palettes_(palettes)
    , masked_(dark ? 0xff34363b : 0xffe4e5ea)
    , padding_(dark ? 0xff26282c : 0xfff4f4f7)
    , hatch_(dark ? 0xff3b3e45 : 0xffd6d8e0)
    , excluded_(dark ? 0xff2e2721 : 0xffefe6d8)
    , dot_(dark ? 0xff6b5f52 : 0xffb5a48b)
    , nan_(toQColor(nanColour).rgb())
    , unknown_(dark ? 0xff1d1e22 : 0xfffdfdfe)
{
    if (palettes.sequential == SequentialPalette::Greys && !isDiverging()) { // what has no value must not be grey
        masked_ = dark ? 0xff243a5c : 0xffcddcf5;
        padding_ = dark ? 0xff1c2a40 : 0xffe6eefb;
        hatch_ = dark ? 0xff35507a : 0xffb4c8ea;
    }
    for (std::size_t step = 0; step < table_.size(); ++step)
        table_[step] = at(fractionOf(step)).rgb();
}

ColourScale ColourScale::forPalette(const QPalette& palette, float top, ValueRange range, ScalePalettes palettes)
{
    return ColourScale(palette.color(QPalette::Window).lightness() < 128, top, range, palettes);
}

double ColourScale::fractionOf(std::size_t step) const
{
    if (isDifference()) { // the first step of either side is 0 itself, and the last one the end
        const double size = std::min(1.0, static_cast<double>(step % half) / static_cast<double>(half - 1) / top_);
        return 0.5 + (step < half ? -size : size) / 2;
    }
    const double share = (static_cast<double>(step) + 0.5) / static_cast<double>(table_.size());
    return isDiverging() ? 0.5 + (share - 0.5) / top_ : share / top_;
}

double ColourScale::number(double fraction) const
{
    if (isDiverging())
        return (2 * fraction - 1) * top_ * range_.high;
    const double low = range_.low, length = double(range_.high) - low;
    if (range_.logarithmic)
        return low + length * std::pow(10, decades * (fraction * top_ - 1));
    return low + fraction * top_ * length;
}

double ColourScale::shareOf(CellCode code) const { return std::clamp(fractionOf(stepOf(code)), 0.0, 1.0); }

QRgb ColourScale::colourOf(float number) const
{
    PatternTile cell;
    cell.stage = range_.stage;
    cell.height = cell.width = 1;
    cell.values = {number};
    cell.kinds = {CellKind::Allowed};
    return of(encode(cell, range_).codes.front(), 0, 0);
}

QColor ColourScale::at(double fraction) const
{
    if (isDiverging())
        return toQColor(dark_ ? darkDivergingColour(2 * fraction - 1, palettes_.diverging)
                              : divergingColour(2 * fraction - 1, palettes_.diverging));
    return toQColor(sequentialColour(fraction, palettes_.sequential));
}

} // namespace headscope::ui
