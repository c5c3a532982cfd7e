// SPDX-License-Identifier: GPL-3.0-or-later
// A bar that grows from the middle.
#pragma once

#include <QStyledItemDelegate>

namespace headscope::ui {

/// Draws ContributionModel's ShareRole: to the right in the colour of positive differences, to the left in that of
/// negative ones.
class ContributionDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace headscope::ui
