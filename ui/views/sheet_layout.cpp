// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/sheet_layout.h"

#include "ui/windows/theme.h"

#include <QFontMetrics>

#include <algorithm>
#include <utility>

namespace headscope::ui {

namespace {
constexpr int edge = 20, legendWidth = 104, legendHeight = 220, titleHeight = 40, remarkHeight = 14;
}

QPalette paper(bool dark)
{
    if (dark)
        return darkPalette();
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

SheetLayout::SheetLayout(QSize content, const QFont& like, SheetWords words, const QPalette& palette)
    : font(like)
    , words(std::move(words))
    , palette(palette)
    , content(content)
    , origin(edge, edge + titleHeight + (this->words.remark.isEmpty() ? 0 : remarkHeight))
    , legend(colourBarSize(sheetFont(like, bodySize), this->words.legend).expandedTo({legendWidth, legendHeight}))
{
    const int width = content.width() + legend.width() + 3 * edge;
    if (!this->words.footer.isEmpty())
        footerHeight = QFontMetrics(sheetFont(font, smallSize))
                           .boundingRect(QRect(0, 0, width - 2 * edge, 4000), Qt::TextWordWrap, this->words.footer)
                           .height();
    size = QSize(width, origin.y() + std::max(content.height(), legend.height()) + footerHeight + 2 * edge);
}

void SheetLayout::paint(QPainter& painter, const ColourScale& scale) const
{
    painter.fillRect(QRect(QPoint(), size), palette.color(QPalette::Window));
    const QFont strong = sheetFont(font, titleSize, true);
    const int width = size.width() - 2 * edge;
    painter.setFont(strong);
    painter.setPen(palette.color(QPalette::WindowText));
    painter.drawText(QRect(edge, edge, width, titleHeight), Qt::AlignLeft | Qt::AlignTop,
        QFontMetrics(strong).elidedText(words.title, Qt::ElideRight, width));
    if (!words.remark.isEmpty()) {
        painter.setFont(sheetFont(font, bodySize));
        painter.setPen(cautious(palette).color(QPalette::WindowText));
        painter.drawText(QRect(edge, edge + QFontMetrics(strong).height() + 3, width, remarkHeight + 8),
            Qt::AlignLeft | Qt::AlignTop | Qt::TextDontClip, words.remark);
    }
    if (!words.footer.isEmpty()) {
        painter.setFont(sheetFont(font, smallSize));
        const QColor grey = palette.color(QPalette::PlaceholderText);
        painter.setPen(palette.color(QPalette::Window).lightness() < 128 ? grey : grey.darker(130));
        painter.drawText(QRect(edge, size.height() - edge - footerHeight, width, footerHeight),
            Qt::TextWordWrap | Qt::TextDontClip, words.footer);
    }
    const QRectF place(
        edge + content.width() + edge, origin.y(), legend.width(), std::max(content.height(), legend.height()));
    paintColourBar(painter, place, scale, palette, sheetFont(font, bodySize), words.legend);
}

} // namespace headscope::ui
