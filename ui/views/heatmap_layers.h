// SPDX-License-Identifier: GPL-3.0-or-later
// What a heatmap is painted of, as QCustomPlot layers. Private to attention_heatmap.cpp, because it includes
// QCustomPlot.
#pragma once

#include "ui/views/heatmap_scene.h"
#include "ui/views/plot.h"

namespace headscope::ui {

/// The cells, pooled to device pixels.
class CellLayer : public QCPLayerable {
public:
    CellLayer(QCustomPlot* plot, const QString& layer, const HeatmapScene& scene)
        : QCPLayerable(plot, layer)
        , scene_(scene)
    {
    }

    void draw(QCPPainter* painter) override; ///< also without a plot, on any thread

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override { }

private:
    void drawCellBorders(QCPPainter* painter) const;
    const HeatmapScene& scene_;
};

/// Token labels and axis titles; tokens that share a character are tied together beside the cells.
class LabelLayer : public QCPLayerable {
public:
    LabelLayer(QCustomPlot* plot, const HeatmapScene& scene)
        : QCPLayerable(plot)
        , scene_(scene)
    {
    }

    void draw(QCPPainter* painter) override; ///< also without a plot, on any thread

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override { }

private:
    void drawLeft(QCPPainter* painter) const;
    void drawBelow(QCPPainter* painter) const;
    void drawTitles(QCPPainter* painter) const;
    void drawJoints(QCPPainter* painter) const;
    void usePen(QCPPainter* painter, const Token& token, bool marked) const;
    const HeatmapScene& scene_;
};

/// The chosen cell, the hovered cell with its row and column, and the focus frame; replotted alone.
class CursorLayer : public QCPLayerable {
public:
    CursorLayer(QCustomPlot* plot, const QString& layer, const HeatmapScene& scene)
        : QCPLayerable(plot, layer)
        , scene_(scene)
    {
    }

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override { }
    void draw(QCPPainter* painter) override;

private:
    const HeatmapScene& scene_;
};

} // namespace headscope::ui
