// SPDX-License-Identifier: GPL-3.0-or-later
// How the list of models is drawn: headings, names, and facts in a column of their own.
#pragma once

#include <QStyledItemDelegate>

namespace headscope::ui {

/// Draws rows that have a FactsRole as a name and quiet facts, which start below each other; a row without one is a
/// heading. A reason that ends in what was found loses its middle where it does not fit.
class ModelListDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    enum Role { NameRole = Qt::UserRole + 1, FactsRole };

    using QStyledItemDelegate::QStyledItemDelegate;

    /// \return what all names take of the width, with the gap behind them. \param names of every row that is a model
    static int nameWidth(const QStringList& names, const QFontMetrics& metrics);
    void setNameWidth(int width) { nameWidth_ = width; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int nameWidth_ = 0;
};

} // namespace headscope::ui
