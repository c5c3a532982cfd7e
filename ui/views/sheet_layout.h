// SPDX-License-Identifier: GPL-3.0-or-later
// What all pictures for files have in common: paper, fonts, and where title, legend and footer stand.
#pragma once

#include "ui/views/colour_scale.h"

#include <QFont>
#include <QPainter>
#include <QSize>
#include <QString>

namespace headscope::ui {

QPalette paper(); ///< the light palette on white
/// Sizes of 1/96 inch, the same on every device.
QFont sheetFont(const QFont& like, int pixels, bool bold = false);
inline constexpr int titleSize = 17, bodySize = 13, smallSize = 11;

/// A sheet around a content of some size.
struct SheetLayout {
    SheetLayout(QSize content, const QFont& like, const QString& footer);
    void paint(QPainter& painter, const QString& title, const QString& footer, const ColourScale& scale) const;

    QFont font; ///< its family
    QSize content, size;
    QPoint origin; ///< of the content
    int footerHeight = 0;
};

} // namespace headscope::ui
