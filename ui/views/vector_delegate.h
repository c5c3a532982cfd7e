// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors as strips of coloured cells.
#pragma once

#include "ui/models/query_key_model.h"
#include "ui/views/colour_scale.h"

#include <QStyledItemDelegate>

#include <optional>

namespace headscope::ui {

/// Paints a row of a QueryKeyModel: the query as one strip, a key as two, k above q × k. A cell is a dimension; colours
/// diverge from neutral at 0 to the largest magnitude of q, of k and of q × k.
class VectorDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit VectorDelegate(const QueryKeyModel& model, QObject* parent = nullptr);

    void setColours(const QPalette& palette, DivergingPalette diverging);
    const ColourScale& colours() const { return colours_; } ///< of shares from -1 to 1
    void setMarked(std::optional<std::size_t> dimension); ///< a frame around that column
    std::optional<std::size_t> marked() const { return marked_; }

    /// Where a strip is in a cell of the table; empty for one that the row does not have.
    QRect stripRect(const QRect& cell, int row, QueryKeyModel::Part part) const;
    /// Where a dimension is in a strip. \param place counts from the left
    static QRect cellRect(const QRect& strip, std::size_t place, std::size_t count);
    std::optional<std::size_t> dimensionAt(const QRect& cell, int x) const;
    int leastWidth() const; ///< pixels in which every dimension can still be told

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
        const QModelIndex& index) override;

private:
    void paintStrip(QPainter& painter, const QRect& strip, int row, QueryKeyModel::Part part) const;

    const QueryKeyModel& model_;
    ColourScale colours_;
    std::optional<std::size_t> marked_;
};

} // namespace headscope::ui
