// SPDX-License-Identifier: GPL-3.0-or-later
// The classic picture of a logit lens: layers over positions, in each cell what the model would say there.
#pragma once

#include "core/analysis/logit_lens.h"
#include "ui/views/colour_scale.h"
#include "ui/views/token_labels.h"

#include <QAbstractScrollArea>

#include <optional>

namespace headscope::ui {

class LensFeed;

/// What a cell's colour tells.
enum class LensColour {
    Best, ///< the probability of the best token there
    Choice, ///< the probability there of what the whole model chooses
};

/// A cell of the grid. Depth 0 is what the first layer reads, depth l + 1 what layer l leaves behind.
struct LensPlace {
    std::size_t depth = 0, position = 0;
    friend bool operator==(LensPlace, LensPlace) = default;
};

/// The last layer is on top. Only cells in view are painted, and asked of the feed. A click or the arrow keys choose a
/// cell; names of layers and tokens stay while the rest scrolls.
class LayerGrid : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// \param feed outlives this
    explicit LayerGrid(LensFeed& feed, QWidget* parent = nullptr);

    void setColour(LensColour colour);
    void setPalettes(const ScalePalettes& palettes);
    const ColourScale& scale() const { return scale_; }

    std::optional<LensPlace> chosen() const { return chosen_; }
    void choose(LensPlace place); ///< scrolls there; says nothing
    std::optional<LensPlace> hovered() const { return hovered_; }
    QString words() const; ///< the read-out of the cell pointed at, else of the chosen one
    QString wordsOf(LensPlace place) const;

    std::optional<LensPlace> placeAt(QPoint point) const; ///< of the viewport
    QRect rectOf(LensPlace place) const; ///< likewise
    QRgb colourOf(const LensCell& cell) const;
    QSize sizeHint() const override { return {480, 220}; }
    QSize minimumSizeHint() const override { return {200, 90}; }

Q_SIGNALS:
    void chosenChanged(); ///< by the user
    void wordsChanged();

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showLens(); ///< from its last layer on; keeps the chosen place where there is one
    bool isEmpty() const;
    std::size_t depths() const;
    Range positions() const;
    const std::vector<Token>& tokens() const;
    QString layerName(std::size_t depth) const;
    void measure();
    void updateBars();
    void reveal(LensPlace place);
    void hover(std::optional<LensPlace> place);
    void chooseByUser(LensPlace place);
    void paintCell(QPainter& painter, LensPlace place) const;
    void paintTokens(QPainter& painter, Range columns) const;
    void paintLayers(QPainter& painter, Range rows) const;
    void paintFrame(QPainter& painter, LensPlace place, int width) const;

    LensFeed& feed_;
    LensColour colour_ = LensColour::Best;
    ScalePalettes palettes_;
    ColourScale scale_;
    std::optional<LensPlace> chosen_, hovered_;
    QSize cell_{80, 22}; ///< pixels
    int head_ = 22, side_ = 60; ///< height of the tokens' names, width of the layers'
    bool focused_ = false;
};

/// Makes the read-out the value of every LayerGrid for screen readers. May be called any number of times.
void installLayerGridAccessibility();

} // namespace headscope::ui
