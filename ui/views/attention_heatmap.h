// SPDX-License-Identifier: GPL-3.0-or-later
// The heatmap of one head: rows are queries, columns are keys, the first token on top and on the left.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"
#include "ui/views/colour_scale.h"
#include "ui/views/token_labels.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace headscope::ui {

enum class ScaleMode {
    Fixed, ///< 0 to 1, so that heads compare
    Auto, ///< 0 to the largest probability of the head
};

/// Shows one tile with token labels; the wheel zooms about the pointer, dragging pans, a double click shows everything.
/// Clicking chooses a cell, arrow keys move it; a token's label tells its piece and id. Where cells are smaller than
/// pixels the largest of them shows.
class AttentionHeatmap : public QWidget {
    Q_OBJECT
public:
    explicit AttentionHeatmap(QWidget* parent = nullptr);
    ~AttentionHeatmap() override;

    /// Tokens of rows and columns; forgets the tile, the zoom and the chosen cell.
    void setTokens(const TokenRow& queries, const TokenRow& keys);
    /// Keeps zoom and chosen cell. \pre the tile covers all tokens.
    void setTile(PatternTilePtr tile);
    void setNotice(const QString& notice); ///< shows words instead of cells
    void setScaleMode(ScaleMode mode);

    const PatternTilePtr& tile() const;
    const ColourScale& colourScale() const;
    std::optional<Cell> shownCell() const; ///< the hovered cell, else the chosen one
    std::optional<Cell> chosenCell() const;
    void choose(std::optional<Cell> cell);

    QRectF cellRect(Cell cell) const; ///< in this widget's coordinates; outside the widget when scrolled away
    void zoom(double factor); ///< about the chosen cell or the centre; below 1 is closer
    void resetView();

    /// A widget to stand to the right of the cells, which move aside for it. Becomes a child.
    void setLegend(QWidget* legend);

    QRect contentRect() const; ///< what is painted: cells, labels and titles
    /// Lays a widget out that is never shown, so that contentRect() and paintOn() hold for its size.
    void prepare();
    /// Paints as it would look at the widget's size, sharp at the painter's own resolution. \pre shown or prepared
    void paintOn(QPainter& painter);
    QSize sizeHint() const override { return {560, 560}; }
    QSize minimumSizeHint() const override { return {260, 220}; }

Q_SIGNALS:
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
    void placeArea();
    void refresh();
    void refreshCells();
    void refreshCursor();
    void hover(std::optional<Cell> cell);
    void onPress(const QMouseEvent& event);
    void onMove(const QMouseEvent& event);
    void onRelease(const QMouseEvent& event);
    void onWheel(QWheelEvent& event);

    std::unique_ptr<Parts> parts_;
};

} // namespace headscope::ui
