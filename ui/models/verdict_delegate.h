// SPDX-License-Identifier: GPL-3.0-or-later
// A verdict that keeps its colours when it is chosen.
#pragma once

#include <QStyledItemDelegate>

namespace headscope::ui {

/// Paints cells that have a background of their own with a frame where they are selected, others as usual.
class VerdictDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace headscope::ui
