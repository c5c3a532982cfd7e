// SPDX-License-Identifier: GPL-3.0-or-later
// Colours that tell several picked heads apart, in every view alike.
#pragma once

#include <QColor>

#include <array>

namespace headscope::ui {

/// How many colours there are before they come round again.
inline constexpr std::size_t headColours = 7;

/// The colour of a picked head; `index` is HeadSelection::pickSlot().
///
/// Any two of a cycle stay apart with normal sight and without one kind of cone, and each has a contrast of at least
/// 3 : 1 to the window colour. Found by searching for the largest smallest distance in CIELAB.
inline QColor headColour(std::size_t index, bool dark)
{
    static constexpr std::array<QRgb, headColours> onLight{
        0xff4f32df, 0xffbb8200, 0xffa80198, 0xff1f8eef, 0xfff04c58, 0xff435206, 0xff6d3950};
    static constexpr std::array<QRgb, headColours> onDark{
        0xff39befd, 0xfff8b611, 0xffa359ff, 0xff498f57, 0xffcce7ff, 0xffc36c0a, 0xffd3c2ac};
    return QColor((dark ? onDark : onLight)[index % headColours]);
}

} // namespace headscope::ui
