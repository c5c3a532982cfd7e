// SPDX-License-Identifier: GPL-3.0-or-later
// Small multiples of every head, layers down and heads across.
#pragma once

#include "core/analysis/head_scores.h"
#include "core/cache/pattern_source.h"
#include "ui/models/head_figures.h"
#include "ui/models/head_selection.h"
#include "ui/views/attention_heatmap.h"

#include <QImage>
#include <QWidget>

#include <vector>

namespace headscope::ui {

/// Thumbnails that fill in as layers finish. Hovering previews, clicking locks, arrow keys move, Return or Space locks.
/// With Shift, clicking, Return and Space pick, arrow keys pick along the way. Double-clicking picks and locks one head
/// alone. Picked heads have a frame in the colour that views of several heads give them.
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
    ColourScale figureScale() const; ///< diverging, to the largest magnitude of all heads
    bool has(HeadRef head) const;
    std::size_t filled() const { return filled_; } ///< heads that have a thumbnail

    QRect headRect(HeadRef head) const; ///< in this widget's coordinates
    std::optional<HeadRef> headAt(QPoint place) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// Thumbnails of `cell` pixels each with row and column labels, as the grid paints them but without its selection.
    QSize pictureSize(int cell) const;
    void paintPicture(QPainter& painter, int cell) const;

Q_SIGNALS:
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
    struct Thumbnail {
        CellCodes cells;
        mutable QImage image; ///< made when painted
    };
    QRect rectOf(HeadRef head, int cell) const; ///< in a picture
    QSize labels() const;
    const Thumbnail& at(HeadRef head) const;
    void paintLabel(QPainter& painter, const QRect& box, int align, const QString& label, bool strong) const;
    void paintHeadLabels(QPainter& painter, int cell, std::optional<HeadRef> marked) const;
    void paintLayerLabels(QPainter& painter, int cell, std::optional<HeadRef> marked) const;
    int visibleTop() const; ///< the first row on screen when the grid is scrolled
    void paintHead(QPainter& painter, HeadRef head, int cell, double pixelRatio) const;
    void paintFigure(QPainter& painter, const QRect& box, std::optional<float> figure) const;
    void paintMarks(QPainter& painter) const;
    void paintPicks(QPainter& painter) const;
    void moveBy(int layers, int heads, bool pick);
    void forgetImages();
    QString wordsFor(HeadRef head) const; ///< for tool tips
    void describe();

    static constexpr int spacing = 5;
    HeadSelection& selection_;
    std::size_t layers_ = 0, heads_ = 0, filled_ = 0;
    std::vector<Thumbnail> thumbnails_;
    std::vector<std::vector<HeadScores>> scores_; ///< [layer][head]; a layer without any is not known yet
    ScaleMode mode_ = ScaleMode::Fixed;
    ScalePalettes palettes_;
    std::optional<HeadFigures> figures_;
    int cell_ = 28; ///< side of a thumbnail in pixels
    QPoint origin_; ///< centres the picture in the widget
};

} // namespace headscope::ui
