// SPDX-License-Identifier: GPL-3.0-or-later
// The legend of a heatmap.
#pragma once

#include "ui/views/colour_scale.h"

#include <QWidget>

#include <utility>
#include <vector>

namespace headscope::ui {

/// What a legend says beside its figures.
struct LegendWords {
    QString note{}; ///< lines below the name of what is shown; how the scale was made
    bool leavesOut = false; ///< also explains cells that are left out
};

/// The figures beside a scale, from its low end to its high one: shares of it, and their texts. Decades where it is
/// logarithmic. \param room pixels along the scale; \param line that a figure takes of them
std::vector<std::pair<double, QString>> ticksOf(const ColourScale& scale, double room, double line);
/// The room that paintColourBar() wants at least.
QSize colourBarSize(const QFont& font, const LegendWords& words);

/// Paints the scale with its numbers, and swatches for masked, padded and NaN cells, into a rectangle.
void paintColourBar(QPainter& painter, const QRectF& box, const ColourScale& scale, const QPalette& palette,
    const QFont& font, const LegendWords& words = {});

/// The same as a widget.
class ColourBar : public QWidget {
    Q_OBJECT
public:
    explicit ColourBar(QWidget* parent = nullptr);
    void setScale(const ColourScale& scale, const LegendWords& words = {});
    const LegendWords& words() const { return words_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ColourScale scale_;
    LegendWords words_;
};

} // namespace headscope::ui
