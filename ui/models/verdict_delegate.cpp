// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/verdict_delegate.h"

#include <QPainter>

namespace headscope::ui {

void VerdictDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    if (!index.data(Qt::BackgroundRole).isValid() || !(option.state & QStyle::State_Selected))
        return QStyledItemDelegate::paint(painter, option, index);
    QStyleOptionViewItem plain = option;
    plain.state &= ~QStyle::State_Selected;
    QStyledItemDelegate::paint(painter, plain, index);
    painter->save();
    painter->setPen(QPen(option.palette.color(QPalette::Highlight), 2));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option.rect.adjusted(1, 1, -1, -1));
    painter->restore();
}

} // namespace headscope::ui
