// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/verdict_colours.h"

namespace headscope::ui {

VerdictColours verdictColours(VerdictKind kind, const QPalette& palette)
{
    const bool dark = palette.color(QPalette::Window).lightness() < 128;
    const auto pick = [dark](QRgb lightBack, QRgb lightText, QRgb darkBack, QRgb darkText) {
        return VerdictColours{QColor(dark ? darkBack : lightBack), QColor(dark ? darkText : lightText)};
    };
    switch (kind) {
    case VerdictKind::Identical:
        return pick(0xffd6eeea, 0xff0b5148, 0xff163f39, 0xffb6ece0);
    case VerdictKind::WithinTolerance:
        return pick(0xffe6f2da, 0xff37530f, 0xff2b3c1c, 0xffd6edb8);
    case VerdictKind::Known:
        return pick(0xfffcedc4, 0xff634200, 0xff4b3a11, 0xffffe0a3);
    case VerdictKind::Diverges:
        return pick(0xfffbd7d9, 0xff860f1e, 0xff5e1f2a, 0xffffd0d5);
    case VerdictKind::NotCompared:
        break;
    }
    return {palette.color(QPalette::Base), palette.color(QPalette::PlaceholderText)};
}

} // namespace headscope::ui
