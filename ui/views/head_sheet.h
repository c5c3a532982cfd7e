// SPDX-License-Identifier: GPL-3.0-or-later
// One head as a sheet of paper: title, cells with token labels, legend, and a line that says what made it.
#pragma once

#include "core/cache/capture.h"
#include "ui/models/view_options.h"
#include "ui/views/heatmap_scene.h"
#include "ui/views/scale_limits.h"
#include "ui/views/sheet_layout.h"

#include <optional>

class QCPPainter;

namespace headscope::ui {

/// How sheets look.
struct SheetStyle {
    QFont font{}; ///< its family is used
    ViewOptions view{}; ///< how cells are drawn
    QString footer{}; ///< below everything; may be empty
    std::optional<ShownScale> shown{}; ///< the scale of the window whose picture this is
    QString name{}; ///< of what is shown; else the head's
    bool dark = false;
};

/// "demo-rotary  ·  L1 H2", and which prompt where there are several.
QString sheetTitle(const CapturePtr& capture, SequenceId sequence, const QString& what);

/// The scale that cells of a mosaic are drawn with, which is pinned to it where that is wider than the mosaic's own.
ColourScale sheetScale(HeadMosaic& mosaic, const ViewOptions& drawn, const QRectF& seen, const SheetStyle& style);

/// Laid out once, painted on any device. Black on white, whatever the theme of the window.
/// Threads  any, one at a time; needs a QGuiApplication for its fonts.
class HeadSheet {
public:
    /// \param tile covers all it is to show, which may be a part of the sequence.
    HeadSheet(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style);

    QSize size() const { return layout_.size; } ///< in units of 1/96 inch
    const QString& title() const { return layout_.words.title; }
    const QString& remark() const { return layout_.words.remark; } ///< what was done to the values; or empty

    void paintFrame(QCPPainter& painter) const; ///< everything but the cells
    void paintPixels(QCPPainter& painter) const; ///< the cells as the window has them, at the painter's resolution
    void paintShapes(QPainter& painter) const; ///< the cells as rectangles, \pre hasShapes(), else as image()

    /// Whether cells are few enough to be drawn one by one: 128 a side, and none stands for several.
    bool hasShapes() const;
    static constexpr std::size_t mostShapes = 128;
    QImage image() const; ///< a pixel a value, as it is painted; to be enlarged without smoothing
    QRectF area() const; ///< of all cells, in the sheet
    std::size_t rows() const { return codes().height; } ///< of values
    std::size_t columns() const { return codes().width; }
    CellCode code(std::size_t row, std::size_t column) const { return codes().row(row)[column]; }
    QRectF cellArea(std::size_t row, std::size_t column) const; ///< in the sheet, with a gap where cells are large
    const ColourScale& scale() const { return scene_.scale; }
    const CellCodes& codes() const { return scene_.mosaic.cells(); } ///< rows are queries, however they are painted
    bool isTransposed() const { return scene_.transposed; }
    const LegendWords& legend() const { return layout_.words.legend; }

private:
    static SheetWords wordsFor(const CapturePtr& capture, const PatternTile& tile, const SheetStyle& style);
    static QRect contentOf(HeatmapScene& scene);
    QPointF offset() const { return layout_.origin - content_.topLeft(); } ///< of the scene in the sheet

    HeatmapScene scene_;
    QRect content_; ///< of the scene: cells, labels, titles
    SheetLayout layout_;
};

} // namespace headscope::ui
