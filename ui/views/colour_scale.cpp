// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/colour_scale.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

// Viridis at tenths.
constexpr std::array<QRgb, 11> stops{0xff440154, 0xff482475, 0xff414487, 0xff355f8d, 0xff2a788e, 0xff21918c, 0xff22a884,
    0xff44bf70, 0xff7ad151, 0xffbddf26, 0xfffde725};

int mix(int from, int to, double share) { return static_cast<int>(std::lround(from + (to - from) * share)); }

} // namespace

ColourScale::ColourScale(bool dark, float top, ValueRange range)
    : top_(std::max(top, 1e-6f))
    , range_(range)
    , masked_(dark ? 0xff34363b : 0xffe4e5ea)
    , padding_(dark ? 0xff26282c : 0xfff4f4f7)
    , hatch_(dark ? 0xff3b3e45 : 0xffd6d8e0)
    , nan_(0xffff2d87)
    , unknown_(dark ? 0xff1d1e22 : 0xfffdfdfe)
{
    for (std::size_t i = 0; i < table_.size(); ++i)
        table_[i] = at((static_cast<double>(i) + 0.5) / static_cast<double>(table_.size()) / top_).rgb();
}

ColourScale ColourScale::forPalette(const QPalette& palette, float top, ValueRange range)
{
    return ColourScale(palette.color(QPalette::Window).lightness() < 128, top, range);
}

double ColourScale::number(double fraction) const
{
    const double low = range_.low;
    return low + fraction * top_ * (range_.high - low);
}

QColor ColourScale::at(double fraction) const
{
    const double place = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    const double share = place - static_cast<double>(below);
    const QRgb from = stops[below], to = stops[below + 1];
    return QColor(
        mix(qRed(from), qRed(to), share), mix(qGreen(from), qGreen(to), share), mix(qBlue(from), qBlue(to), share));
}

} // namespace headscope::ui
