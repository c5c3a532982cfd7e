// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/contribution_delegate.h"

#include "ui/models/contribution_model.h"
#include "ui/views/colour_scale.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace headscope::ui {

void ContributionDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const double share = index.data(ContributionModel::ShareRole).toDouble();
    const QRectF room = QRectF(option.rect).adjusted(4, 4, -4, -4);
    const double middle = room.center().x();
    QColor axis = option.palette.color(
        option.state & QStyle::State_Selected ? QPalette::HighlightedText : QPalette::PlaceholderText);
    if (std::isfinite(share) && share != 0) {
        const ColourScale scale
            = ColourScale::forPalette(option.palette, 1, {Stage::Pattern, -1, 1, Quantity::Difference});
        const double length = std::clamp(std::abs(share), 0.0, 1.0) * room.width() / 2;
        const QRectF bar(share > 0 ? middle : middle - length, room.top(), length, room.height());
        painter->fillRect(bar, scale.at(share > 0 ? 0.8 : 0.2)); // one colour a side: its length tells how much
    }
    painter->fillRect(QRectF(middle - 0.5, option.rect.top(), 1, option.rect.height()), axis);
}

} // namespace headscope::ui
