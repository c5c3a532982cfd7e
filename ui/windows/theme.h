// SPDX-License-Identifier: GPL-3.0-or-later
// Light and dark palettes.
#pragma once

#include <QPalette>

namespace headscope::ui {

enum class Theme { System, Light, Dark };

QPalette lightPalette();
QPalette darkPalette();

/// `palette` with text in a colour that asks for attention, legible on its window colour.
QPalette cautious(QPalette palette);

/// `palette` with text that steps back, still legible.
QPalette quiet(QPalette palette);

/// What special tokens are written in, legible on the window colour of `palette`.
QColor specialColour(const QPalette& palette);

/// Sets the Fusion style and a palette for the whole application. System is dark where the
/// desktop's own palette was dark at start.
void applyTheme(Theme theme);

} // namespace headscope::ui
