// SPDX-License-Identifier: GPL-3.0-or-later
// All heads of a sequence as a sheet of paper: layers down and heads across, each as a small map.
#pragma once

#include "ui/views/head_layout.h"
#include "ui/views/head_sheet.h"

#include <QRectF>

#include <vector>

namespace headscope::ui {

/// Laid out once, filled head by head, painted on any device. Every head has the scale that the options give it.
/// Threads  any, one at a time; needs a QGuiApplication for its fonts.
class GridSheet {
public:
    /// \param style its name and the window's scale are of single heads, and have no part in it
    GridSheet(const CapturePtr& capture, SequenceId sequence, const SheetStyle& style);
    /// \param tile all of a head
    void add(const PatternTile& tile);

    QSize size() const { return layout_.size; } ///< in units of 1/96 inch
    const QString& title() const { return layout_.words.title; }

    void paintFrame(QPainter& painter) const; ///< everything but the cells; heads that have not come are empty squares
    void paintPixels(QPainter& painter) const; ///< the cells, at the painter's resolution
    void paintImages(QPainter& painter) const; ///< each head as its image()

    std::size_t heads() const { return maps_.size(); } ///< of all layers, layer by layer
    bool has(std::size_t head) const { return !maps_[head].codes.codes.empty(); }
    QRectF area(std::size_t head) const; ///< in the sheet
    QImage image(std::size_t head) const; ///< a pixel a value; to be enlarged without smoothing \pre has()

private:
    struct Map {
        CellCodes codes;
        ColourScale scale;
    };
    static HeadLayout tableOf(const CapturePtr& capture, const QFont& font);
    static SheetWords wordsFor(const CapturePtr& capture, SequenceId sequence, const SheetStyle& style);
    ColourScale legend() const;

    SheetStyle style_;
    std::size_t headsOfALayer_;
    HeadLayout table_;
    SheetLayout layout_;
    std::vector<Map> maps_;
};

} // namespace headscope::ui
