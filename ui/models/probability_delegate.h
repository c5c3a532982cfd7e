// SPDX-License-Identifier: GPL-3.0-or-later
// A probability with a bar behind it.
#pragma once

#include <QStyledItemDelegate>

namespace headscope::ui {

/// Draws the model's ShareRole as a bar over the width of the cell, under the text.
class ProbabilityDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace headscope::ui
