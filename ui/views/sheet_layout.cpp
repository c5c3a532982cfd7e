// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/sheet_layout.h"

#include "ui/views/colour_bar.h"
#include "ui/windows/theme.h"

#include <QFontMetrics>

#include <algorithm>

namespace headscope::ui {

namespace {
constexpr int edge = 20, legendWidth = 104, legendHeight = 220, titleHeight = 40;
}

QPalette paper()
{
    QPalette palette = lightPalette();
    palette.setColor(QPalette::Window, Qt::white);
    return palette;
}

QFont sheetFont(const QFont& like, int pixels, bool bold)
{
    QFont font = like;
    font.setPixelSize(pixels);
    font.setBold(bold);
    font.setItalic(false);
    return font;
}

SheetLayout::SheetLayout(QSize content, const QFont& like, const QString& footer)
    : font(like)
    , content(content)
    , origin(edge, edge + titleHeight)
{
    const int width = content.width() + legendWidth + 3 * edge;
    if (!footer.isEmpty())
        footerHeight = QFontMetrics(sheetFont(font, smallSize))
                           .boundingRect(QRect(0, 0, width - 2 * edge, 4000), Qt::TextWordWrap, footer)
                           .height();
    size = QSize(width, origin.y() + content.height() + footerHeight + 2 * edge);
}

void SheetLayout::paint(QPainter& painter, const QString& title, const QString& footer, const ColourScale& scale) const
{
    const QFont strong = sheetFont(font, titleSize, true);
    const int width = size.width() - 2 * edge;
    painter.setFont(strong);
    painter.setPen(paper().color(QPalette::WindowText));
    painter.drawText(QRect(edge, edge, width, titleHeight), Qt::AlignLeft | Qt::AlignTop,
        QFontMetrics(strong).elidedText(title, Qt::ElideRight, width));
    if (!footer.isEmpty()) {
        painter.setFont(sheetFont(font, smallSize));
        painter.setPen(paper().color(QPalette::PlaceholderText).darker(130));
        painter.drawText(QRect(edge, size.height() - edge - footerHeight, width, footerHeight),
            Qt::TextWordWrap | Qt::TextDontClip, footer);
    }
    const QRectF legend(
        edge + content.width() + edge, origin.y(), legendWidth, std::max(content.height(), legendHeight));
    paintColourBar(painter, legend, scale, paper(), sheetFont(font, bodySize));
}

} // namespace headscope::ui
