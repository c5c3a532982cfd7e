// SPDX-License-Identifier: GPL-3.0-or-later
// What all pictures for files have in common: paper, fonts, and where title, legend and footer stand.
#pragma once

#include "ui/views/colour_bar.h"

#include <QFont>
#include <QPainter>
#include <QSize>
#include <QString>

namespace headscope::ui {

/// The light palette on white, or the dark one.
QPalette paper(bool dark = false);
/// Sizes of 1/96 inch, the same on every device.
QFont sheetFont(const QFont& like, int pixels, bool bold = false);
inline constexpr int titleSize = 17, bodySize = 13, smallSize = 11;

/// What a sheet says around its content.
struct SheetWords {
    QString title{};
    QString remark{}; ///< below the title, to be seen by everybody; may be empty
    QString footer{}; ///< below everything; may be empty
    LegendWords legend{};
};

/// A sheet around a content of some size.
struct SheetLayout {
    SheetLayout(QSize content, const QFont& like, SheetWords words, const QPalette& palette);
    void paint(QPainter& painter, const ColourScale& scale) const; ///< everything but the content, paper included

    QFont font; ///< its family
    SheetWords words;
    QPalette palette;
    QSize content, size;
    QPoint origin; ///< of the content
    QSize legend;
    int footerHeight = 0;
};

} // namespace headscope::ui
