// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/probability_delegate.h"

#include "ui/models/next_token_model.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>

namespace headscope::ui {

void ProbabilityDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString words = cell.text;
    cell.text.clear();
    const auto* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const double share = index.data(NextTokenModel::ShareRole).toDouble();
    const QRectF room = QRectF(cell.rect).adjusted(3, 3, -3, -3);
    QColor colour = cell.palette.color(QPalette::Highlight);
    colour.setAlphaF(cell.state & QStyle::State_Selected ? 0.0f : 0.38f);
    painter->fillRect(
        QRectF(room.left(), room.top(), room.width() * std::clamp(share, 0.0, 1.0), room.height()), colour);

    painter->setPen(
        cell.palette.color(cell.state & QStyle::State_Selected ? QPalette::HighlightedText : QPalette::Text));
    painter->setFont(cell.font);
    painter->drawText(room.adjusted(0, 0, -3, 0), Qt::AlignRight | Qt::AlignVCenter, words);
}

} // namespace headscope::ui
