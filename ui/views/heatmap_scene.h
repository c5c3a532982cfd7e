// SPDX-License-Identifier: GPL-3.0-or-later
// What a heatmap shows and where.
#pragma once

#include "ui/models/head_ref.h"
#include "ui/views/cell_window.h"
#include "ui/views/head_mosaic.h"
#include "ui/views/raster.h"
#include "ui/views/token_labels.h"

#include <optional>

namespace headscope::ui {

/// All that the layers paint; the widget owns it and changes it between replots.
struct HeatmapScene {
    QRect area; ///< where the cells are, in pixels of the plot
    HeadMosaic mosaic;
    CellWindow window; ///< in tokens, also where values cover several
    ColourScale scale;
    TokenLabels queries, keys;
    bool transposed = false; ///< rows are keys, columns are queries
    QPalette palette;
    QFont font;
    QString notice; ///< shown instead of cells
    QString queryTitle, keyTitle;
    std::optional<Cell> selected, hovered;
    std::optional<QRectF> box; ///< drawn to zoom into, in pixels of the plot
    bool focused = false;
    bool leftLabels = true; ///< else the rows are those of a neighbour that has them
    int angle = 0; ///< degrees that labels below the cells are turned by: 0, 45 or 90
    double roomBelow = 0; ///< pixels below the cells that labels take

    Pool pool = Pool::Maximum;

    const TokenLabels& downLabels() const { return transposed ? keys : queries; } ///< left of the cells
    const TokenLabels& acrossLabels() const { return transposed ? queries : keys; } ///< below the cells
    std::size_t down(Cell cell) const { return transposed ? cell.key : cell.query; } ///< the row a cell is painted in
    std::size_t across(Cell cell) const { return transposed ? cell.query : cell.key; }
    QRectF seen() const; ///< the window in painted rows and columns
    double pitchX() const { return area.width() / seen().width(); }
    double pitchY() const { return area.height() / seen().height(); }
    double roomLeft() const; ///< pixels left of the cells that labels and their title take, whole ones
    QRectF rectOf(Cell cell) const; ///< in pixels of the plot
    QPointF tokenAt(QPointF place) const; ///< fractional key and query under a place
    std::optional<Cell> cellAt(QPointF place) const; ///< nothing outside the cells or while there are none
    /// Every how many tokens a label is drawn along the axis.
    std::size_t downStride() const;
    std::size_t acrossStride() const;
    /// The token whose label stands at a place left of the cells or below them.
    struct AxisToken {
        char axis = 'q'; ///< or 'k'
        std::size_t position = 0;
    };
    std::optional<AxisToken> labelAt(QPointF place) const;
    QRectF tokensIn(QRectF place) const; ///< the part of a rectangle of the plot that lies on the cells, in tokens
    TileView view(double pixelRatio) const; ///< which tiles the cells need
    std::size_t cellsPerDot(double pixelRatio) const; ///< so many cells a side are pooled into what is seen as one
    /// Cells, labels and titles together.
    QRectF bounds() const;

    /// Decides area and label angle for a plot of that size. \return where the legend goes: beside the cells, or below
    /// them in a tall place. \param legend its size; empty for none
    QRect place(QSize plot, QSize legend);

    static constexpr int gap = 8; ///< between cells and labels
};

} // namespace headscope::ui
