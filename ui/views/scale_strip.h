// SPDX-License-Identifier: GPL-3.0-or-later
// A legend that lies flat, for maps that stand side by side.
#pragma once

#include "ui/views/colour_scale.h"

#include <QWidget>

namespace headscope::ui {

/// The scale as one line: its lower end in figures, its colours, its upper end; 0 is marked on a diverging one.
class ScaleStrip : public QWidget {
    Q_OBJECT
public:
    explicit ScaleStrip(QWidget* parent = nullptr);
    /// \param note what stands behind the upper end: "99th percentile"
    void setScale(const ColourScale& scale, const QString& note = {});
    QRect barRect() const; ///< where the colours are
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString endText(double fraction) const;
    QString upperText() const; ///< with the note where there is room
    ColourScale scale_;
    QString note_;
};

/// Swatches of masked, padded and NaN cells with their names, in one line; of cells that are left out, too, where some
/// are.
class KindLegend : public QWidget {
    Q_OBJECT
public:
    explicit KindLegend(QWidget* parent = nullptr);
    void setScale(const ColourScale& scale, bool leavesOut = false);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ColourScale scale_;
    bool leavesOut_ = false;
};

} // namespace headscope::ui
