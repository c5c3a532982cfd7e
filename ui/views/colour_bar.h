// SPDX-License-Identifier: GPL-3.0-or-later
// The legend of a heatmap.
#pragma once

#include "ui/views/colour_scale.h"

#include <QWidget>

namespace headscope::ui {

/// Paints the scale with its numbers, and swatches for masked, padded and NaN cells, into a rectangle.
void paintColourBar(
    QPainter& painter, const QRectF& box, const ColourScale& scale, const QPalette& palette, const QFont& font);

/// The same as a widget.
class ColourBar : public QWidget {
    Q_OBJECT
public:
    explicit ColourBar(QWidget* parent = nullptr);
    void setScale(const ColourScale& scale);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ColourScale scale_;
};

} // namespace headscope::ui
