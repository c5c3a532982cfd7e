// SPDX-License-Identifier: GPL-3.0-or-later
// A contribution graph that scrolls, zooms and answers to mouse and keyboard.
#pragma once

#include "ui/views/graph_scene.h"

#include <QAbstractScrollArea>

namespace headscope::ui {

/// What one token's residual stream behind the last layer is made of, down to the embeddings. Another starting token
/// and another rule cost no computation. Pointing at an edge tells it; a click, or Return, chooses it.
///
/// Left and Right move the starting token, Up and Down go from edge to edge, Ctrl and the wheel or + and − zoom, 0
/// fits.
class GraphView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit GraphView(QWidget* parent = nullptr);

    /// Null: nothing. The starting token stays where there is one, else it is the last.
    void setGraph(std::shared_ptr<const ContributionGraph> graph, TokenRow tokens);
    void setRule(const GraphRule& rule);
    void setStart(std::size_t token); ///< scrolls to it. \pre the graph has it
    void setZoom(double zoom);

    const std::shared_ptr<const ContributionGraph>& graph() const { return scene_.graph; }
    const GraphRule& rule() const { return rule_; }
    std::size_t start() const { return scene_.start; }
    double zoom() const { return scene_.zoom; }
    const std::vector<GraphEdge>& edges() const { return scene_.edges; }
    /// The edge pointed at, else the one chosen.
    std::optional<GraphEdge> shownEdge() const { return scene_.hovered ? scene_.hovered : scene_.chosen; }
    const GraphScene& scene() const { return scene_; } ///< places in the viewport
    QSize sizeHint() const override { return {720, 300}; }
    QSize minimumSizeHint() const override { return {260, 120}; }

Q_SIGNALS:
    void edgeChosen(const headscope::GraphEdge& edge); ///< by the user
    void shownChanged(); ///< other edges, another start, or another edge pointed at or chosen

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void applyPalette();
    void layOut();
    void collect(); ///< the edges of start and rule
    void point(std::optional<QPointF> place);
    void choose(const GraphEdge& edge);
    std::optional<GraphEdge> strongestInto(const GraphNode& node) const;
    void step(int by); ///< to another edge
    void reveal(const QRectF& place, Qt::Orientations along);

    GraphScene scene_;
    GraphRule rule_;
};

} // namespace headscope::ui
