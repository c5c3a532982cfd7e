// SPDX-License-Identifier: GPL-3.0-or-later
// The heatmap of one head: rows are queries, columns are keys, or the other way round; the first token on top and on
// the left.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"
#include "ui/models/head_tiles.h"
#include "ui/models/view_options.h"
#include "ui/views/colour_scale.h"
#include "ui/views/scale_limits.h"
#include "ui/views/token_labels.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <utility>

namespace headscope::ui {

/// Shows a head with token labels; the wheel zooms about the pointer, dragging pans, dragging with Shift zooms into a
/// box, a double click shows everything. Clicking chooses a cell, arrow keys move it, with Shift they pan; a token's
/// label tells its piece and id. Where cells are smaller than pixels the largest of them shows.
class AttentionHeatmap : public QWidget {
    Q_OBJECT
public:
    explicit AttentionHeatmap(QWidget* parent = nullptr);
    ~AttentionHeatmap() override;

    /// Tokens of rows and columns; forgets the cells, the zoom and the chosen cell.
    void setTokens(const TokenRow& queries, const TokenRow& keys);
    /// Keeps zoom and chosen cell. \pre the tile covers all tokens.
    void setTile(PatternTilePtr tile);
    /// Shows a head by its tiles, as far as they have come, and asks for others by viewChanged(). Keeps zoom and chosen
    /// cell. \pre `tiles` are of the tokens set, and outlive the widget or are replaced.
    void setTiles(HeadTiles* tiles);
    void tileArrived(TileKey key);
    void coarseArrived();
    void setNotice(const QString& notice); ///< shows words instead of cells
    void setScaleMode(ScaleMode mode); ///< PerRow asks for tiles that are made so
    /// Keeps the scale as it is when another head is shown, or, while the present one is incomplete, from then on. Set
    /// again: takes that of what is shown.
    void setScaleLocked(bool locked);
    void setPalettes(ScalePalettes palettes);
    void setTransposed(bool transposed); ///< rows are keys, columns are queries
    /// The value that the scale ends at, for maps that share one; nothing: what the mode says, and for differences the
    /// largest magnitude seen.
    void setScaleTop(std::optional<float> top);
    void setQuantity(Quantity quantity); ///< of the tiles to come; differences have a diverging scale
    void setQueryLabels(bool shown); ///< a map beside another with the same rows needs none
    int queryRoom() const; ///< pixels left of the cells
    bool isScaleLocked() const; ///< the scale is one that was kept
    std::optional<ShownScale> shownScale() const; ///< for pictures; nothing while what is seen is incomplete

    TileView view() const; ///< which tiles are seen
    bool hasCells() const; ///< some of what is seen is known
    bool isComplete() const; ///< all of what is seen is known as finely as it can be shown
    /// So many cells a side are pooled into what is seen as one; 1 where each cell has a pixel.
    std::size_t cellsPerDot() const;
    /// The value that the mode lets the scale end at, whatever setScaleTop() says; 0 while nothing is known.
    float ownTop() const;
    float largest() const; ///< value seen of this head so far; the largest magnitude of differences
    const ColourScale& colourScale() const;
    std::optional<Cell> shownCell() const; ///< the hovered cell, else the chosen one
    std::optional<Cell> hoveredCell() const;
    std::optional<Cell> chosenCell() const;
    void choose(std::optional<Cell> cell);
    void hover(std::optional<Cell> cell); ///< as if the pointer stood there
    std::optional<float> shownValue() const; ///< of the shown cell, as it is painted; nothing while it has none
    /// What is known of the shown cell, in words: the value that a screen reader reads.
    void setCellWords(const QString& words);
    QString cellWords() const;

    QRectF cellRect(Cell cell) const; ///< in this widget's coordinates; outside the widget when scrolled away
    void zoom(double factor); ///< about the chosen cell or the centre; below 1 is closer
    void resetView();
    /// The part that is seen, in tokens, taken over from a map of as many tokens.
    void showPart(const QRectF& tokens);
    /// Rows and columns beyond which nothing is shown, in tokens; empty: all are. Shows all of them now, unless they
    /// are the limits already. Until tokens are set again.
    void setLimits(const QRectF& tokens);

    /// A widget to stand to the right of the cells, which move aside for it. Becomes a child.
    void setLegend(QWidget* legend);

    QRect contentRect() const; ///< what is painted: cells, labels and titles
    /// Lays a widget out that is never shown, so that contentRect() and paintOn() hold for its size.
    void prepare();
    /// Paints as it would look at the widget's size, sharp at the painter's own resolution. \pre shown or prepared
    void paintOn(QPainter& painter);
    QSize sizeHint() const override { return {560, 560}; }
    QSize minimumSizeHint() const override { return {260, 150}; }

Q_SIGNALS:
    void viewChanged(const headscope::ui::TileView& view);
    void shownCellChanged();
    void cellChosen(headscope::ui::Cell cell);
    void scaleChanged();

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Parts;
    void applyPalette();
    void applyScale();
    void layOut(); ///< places the cells for the labels now needed
    void placeArea();
    void refresh();
    void refreshCells();
    void refreshCellsSoon();
    void repaintCells();
    void aim();
    void pan(QPointF tokens);
    void applyScaleIfChanged();
    void lockScale();
    ScaleLimits wantedScale() const;
    ScaleLimits ownScale() const; ///< as the mode says
    void refreshCursor();
    void onPress(const QMouseEvent& event);
    void onMove(const QMouseEvent& event);
    void onRelease(const QMouseEvent& event);
    void onWheel(QWheelEvent& event);

    std::unique_ptr<Parts> parts_;
};

} // namespace headscope::ui
