// SPDX-License-Identifier: GPL-3.0-or-later
// Which part of a matrix is seen: zooming and panning that never leave the data.
#pragma once

#include <QPointF>
#include <QRectF>

namespace headscope::ui {

/// The visible part of a matrix in cell units: (0, 0) is the outer corner of the first cell, (columns, rows) that of
/// the last.
class CellWindow {
public:
    CellWindow() = default;
    CellWindow(std::size_t rows, std::size_t columns);

    /// The part beyond which nothing is shown, and all of it is shown now. \param bounds within the matrix; empty: all
    void setBounds(const QRectF& bounds);
    const QRectF& bounds() const { return bounds_; }
    const QRectF& rect() const { return rect_; }
    bool isWhole() const;

    /// Shrinks (factor < 1) or widens about a fixed point. Both sides keep their proportion; never narrower than two
    /// cells or wider than the data.
    void zoom(double factor, QPointF about);
    void show(const QRectF& part); ///< the smallest window of the same proportion around it
    void take(const QRectF& part); ///< exactly that, of another window on as many cells
    void pan(QPointF by); ///< stops at the edges
    void reset();
    void reveal(std::size_t row, std::size_t column); ///< pans just far enough for the cell to be seen whole

private:
    void clamp();

    QRectF all_, bounds_, rect_;
};

} // namespace headscope::ui
