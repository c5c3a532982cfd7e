// SPDX-License-Identifier: GPL-3.0-or-later
// Small multiples of every head: layers down and heads across, or arranged by a figure.
#pragma once

#include "core/analysis/head_scores.h"
#include "core/cache/pattern_source.h"
#include "ui/models/head_arrangement.h"
#include "ui/models/head_likeness.h"
#include "ui/models/head_selection.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_layout.h"

#include <QImage>
#include <QWidget>

#include <array>
#include <vector>

namespace headscope::ui {

/// Thumbnails that fill in as layers finish. Hovering previews, clicking locks, arrow keys move, Return or Space locks.
/// With Shift, clicking, Return and Space pick, arrow keys pick along the way. Double-clicking picks and locks one head
/// alone. Picked heads have a frame in the colour that views of several heads give them.
///
/// Arranged by a figure, heads stand one behind the other, each with its name and figure below. Only what is visible is
/// painted, and an image is made when it is painted first.
class HeadGrid : public QWidget {
    Q_OBJECT
public:
    /// \param selection must outlive this widget.
    explicit HeadGrid(HeadSelection& selection, QWidget* parent = nullptr);

    void reset(std::size_t layers, std::size_t heads); ///< placeholders everywhere
    void setTile(HeadRef head, const PatternTile& tile);
    void setScores(const LayerScores& scores); ///< said in tool tips
    void setScaleMode(ScaleMode mode); ///< of probabilities; all but Fixed are Auto here
    void setPalettes(ScalePalettes palettes);
    /// Heads in the colours of their figures, which are written where there is room, instead of their thumbnails.
    /// Nothing: thumbnails. Left aside while they are of another shape than the grid.
    void setFigures(std::optional<HeadFigures> figures);
    bool showsFigures() const;
    const ColourScale& figureScale() const; ///< diverging, to the largest magnitude of all heads
    HeadArrangement& arrangement() { return arrangement_; }
    const SmallPatterns& patterns() const { return patterns_; } ///< [layer * head]
    bool has(HeadRef head) const;
    std::size_t filled() const { return filled_; } ///< heads that have a thumbnail

    QRect headRect(HeadRef head) const; ///< in this widget's coordinates; empty when the head is filtered out
    std::optional<HeadRef> headAt(QPoint place) const;
    /// Chooses another head by its place as it is arranged; stops at the edges. \param pick both ends of the way, too.
    void step(int rows, int columns, bool pick = false);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// Thumbnails of `cell` pixels each with row and column labels.
    QSize pictureSize(int cell) const;

Q_SIGNALS:
    void patternCame();
    void revealWanted(); ///< the chosen head moved, and not under the pointer; a scroll area should show it

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void moveEvent(QMoveEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    HeadLayout tableOf(int cell) const; ///< of all heads in model order
    HeadLayout flowIn(QSize room) const;
    void layOut();
    void rearrange();
    QSize labels() const;
    QSize captionSize() const;
    QFont captionFont() const;
    std::size_t indexOf(HeadRef head) const { return head.layer.value * heads_ + head.head.value; }
    int visibleTop() const; ///< the first row on screen when the grid is scrolled
    QRegion markRegion(HeadRef head) const; ///< what looks otherwise when that head is shown
    void updateMarks();

    void paintLabel(QPainter& painter, const QRect& box, int align, const QString& label, bool strong) const;
    void paintHeadLabels(
        QPainter& painter, const HeadLayout& table, const QRegion& dirty, std::optional<HeadRef> marked) const;
    void paintLayerLabels(
        QPainter& painter, const HeadLayout& table, const QRegion& dirty, std::optional<HeadRef> marked) const;
    void paintHead(QPainter& painter, HeadRef head, const QRect& box, double pixelRatio) const;
    void paintCaption(QPainter& painter, HeadRef head, const QRect& box) const;
    void paintFigure(QPainter& painter, const QRect& box, std::optional<float> figure) const;
    void paintMarks(QPainter& painter) const;
    void paintPicks(QPainter& painter, const QRegion& dirty) const;
    void paintNothingLeft(QPainter& painter) const;
    void forgetImages();
    QString wordsFor(HeadRef head) const; ///< for tool tips
    void describe();

    HeadSelection& selection_;
    HeadArrangement arrangement_;
    std::size_t layers_ = 0, heads_ = 0, filled_ = 0;
    SmallPatterns patterns_; ///< [layer * head]
    mutable std::vector<QImage> images_; ///< of them, made when painted
    std::vector<std::vector<HeadScores>> scores_; ///< [layer][head]; a layer without any is not known yet
    ScaleMode mode_ = ScaleMode::Fixed;
    ScalePalettes palettes_;
    std::optional<HeadFigures> figures_;
    mutable std::optional<ColourScale> figureScale_; ///< made when it is asked for
    HeadLayout layout_;
    QPoint origin_; ///< centres the picture in the widget
    std::array<HeadRef, 2> marked_{}; ///< shown and current when they were last painted
};

} // namespace headscope::ui
