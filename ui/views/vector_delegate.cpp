// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/vector_delegate.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

using Part = QueryKeyModel::Part;

constexpr int captionRoom = 34, gap = 2, margin = 4; ///< pixels
constexpr int leastCell = 2; ///< pixels of a dimension

ValueRange shares() { return {Stage::Pattern, -1, 1, Quantity::Difference}; }

QString caption(Part part) { return part == Part::Query ? u"q"_s : part == Part::Key ? u"k"_s : u"q×k"_s; }

} // namespace

VectorDelegate::VectorDelegate(const QueryKeyModel& model, QObject* parent)
    : QStyledItemDelegate(parent)
    , model_(model)
    , colours_(false, 1, shares())
{
}

void VectorDelegate::setColours(const QPalette& palette, DivergingPalette diverging)
{
    colours_ = ColourScale::forPalette(palette, 1, shares(), {.diverging = diverging});
}

void VectorDelegate::setMarked(std::optional<std::size_t> dimension) { marked_ = dimension; }

QRect VectorDelegate::stripRect(const QRect& cell, int row, Part part) const
{
    const QRect room = cell.adjusted(captionRoom, margin, -margin, -margin);
    if (row == QueryKeyModel::QueryRow)
        return part == Part::Query ? room : QRect();
    const int height = (room.height() - gap) / 2;
    switch (part) {
    case Part::Query:
        break;
    case Part::Key:
        return {room.left(), room.top(), room.width(), height};
    case Part::Product:
        return {room.left(), room.bottom() + 1 - height, room.width(), height};
    }
    return {};
}

QRect VectorDelegate::cellRect(const QRect& strip, std::size_t place, std::size_t count)
{
    const auto edge = [&](std::size_t at) {
        return strip.left()
            + static_cast<int>(
                static_cast<std::size_t>(std::max(0, strip.width())) * at / std::max<std::size_t>(1, count));
    };
    return {edge(place), strip.top(), edge(place + 1) - edge(place), strip.height()};
}

std::optional<std::size_t> VectorDelegate::dimensionAt(const QRect& cell, int x) const
{
    const QRect strip = stripRect(cell, QueryKeyModel::QueryRow, Part::Query);
    if (x < strip.left() || x > strip.right())
        return std::nullopt;
    for (std::size_t place = 0; place < model_.width(); ++place)
        if (x <= cellRect(strip, place, model_.width()).right())
            return model_.dimension(place);
    return std::nullopt;
}

int VectorDelegate::leastWidth() const { return captionRoom + margin + leastCell * static_cast<int>(model_.width()); }

void VectorDelegate::paintStrip(QPainter& painter, const QRect& strip, int row, Part part) const
{
    const double largest = model_.largest(part);
    for (std::size_t place = 0; place < model_.width(); ++place) {
        const double value = model_.value(row, part, model_.dimension(place));
        const double share = largest > 0 ? value / largest : 0;
        painter.fillRect(cellRect(strip, place, model_.width()),
            std::isnan(share) ? QColor(colours_.nan()) : colours_.at(0.5 + share / 2));
    }
    painter.setBrush(Qt::NoBrush);
    const QColor ink = painter.pen().color();
    QColor faint = ink;
    faint.setAlphaF(0.25f);
    painter.setPen(faint); // a zero at the end of a strip is told from the paper
    painter.drawRect(strip.adjusted(-1, -1, 0, 0));
    if (!marked_)
        return;
    const QRect cell = cellRect(strip, model_.placeOf(*marked_), model_.width());
    painter.setPen(ink);
    painter.drawRect(cell.adjusted(-1, -1, 0, 0));
}

void VectorDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    painter->save();
    const bool selected = option.state & QStyle::State_Selected;
    QFont small = option.font;
    small.setPointSizeF(std::max(6.0, small.pointSizeF() * 0.8));
    for (const Part part : {Part::Query, Part::Key, Part::Product}) {
        const QRect strip = stripRect(option.rect, index.row(), part);
        if (strip.isEmpty())
            continue;
        painter->setFont(small);
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::PlaceholderText));
        painter->drawText(
            QRect(option.rect.left(), strip.top() - margin, captionRoom - margin, strip.height() + 2 * margin),
            Qt::AlignRight | Qt::AlignVCenter, caption(part));
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
        paintStrip(*painter, strip, index.row(), part);
    }
    painter->restore();
}

bool VectorDelegate::helpEvent(
    QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const auto dimension = index.isValid() ? dimensionAt(option.rect, event->pos().x()) : std::optional<std::size_t>();
    if (event->type() != QEvent::ToolTip || !dimension)
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), model_.dimensionText(index.row(), *dimension), view);
    return true;
}

} // namespace headscope::ui
