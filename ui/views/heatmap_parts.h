// SPDX-License-Identifier: GPL-3.0-or-later
// What an AttentionHeatmap is made of. Private to its .cpp files, because it includes QCustomPlot.
#pragma once

#include "ui/views/attention_heatmap.h"
#include "ui/views/heatmap_layers.h"

#include <QTimer>

namespace headscope::ui {

struct AttentionHeatmap::Parts {
    QCustomPlot* plot = nullptr;
    HeatmapScene scene;
    QWidget* legend = nullptr;
    ScaleMode mode = ScaleMode::Fixed;
    ScalePalettes palettes;
    bool keepsScale = false;
    std::optional<ScaleLimits> kept; ///< the scale, as wantedScale() has it
    std::optional<float> scaleTop; ///< instead of what the mode says
    std::optional<QPointF> pressed, dragged;
    ScaleLimits scaledFor;
    bool boxing = false; ///< what is dragged is a box to zoom into
    QString cellWords; ///< of the shown cell
    QTimer replot; ///< runs while the cells are about to be painted
};

} // namespace headscope::ui
