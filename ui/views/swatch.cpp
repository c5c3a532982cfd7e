// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/swatch.h"

#include <algorithm>

namespace headscope::ui {

namespace {

constexpr double period = 6; ///< of the stripes along an edge; as ColourScale::padding() has it
constexpr QPoint onStripe(0, 0), offStripe(3, 0);

/// Lines x + y = c, cut off at the edges of the cell: a clip would be lost in vector formats.
void paintStripes(QPainter& painter, const QRectF& cell, const QColor& colour)
{
    painter.save();
    painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::FlatCap));
    for (double c = period / 2; c < cell.width() + cell.height(); c += period) {
        const double left = std::max(0.0, c - cell.height()), right = std::min(c, cell.width());
        painter.drawLine(cell.topLeft() + QPointF(left, c - left), cell.topLeft() + QPointF(right, c - right));
    }
    painter.restore();
}

} // namespace

void paintSwatch(QPainter& painter, const QRectF& cell, const ColourScale& scale, CellCode code)
{
    painter.fillRect(cell, QColor(scale.of(code, offStripe.x(), offStripe.y())));
    if (code == paddingCode)
        paintStripes(painter, cell, QColor(scale.padding(onStripe.x(), onStripe.y())));
}

} // namespace headscope::ui
