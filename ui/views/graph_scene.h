// SPDX-License-Identifier: GPL-3.0-or-later
// A contribution graph: where its nodes and edges are, and how they are painted.
#pragma once

#include "core/analysis/contribution_graph.h"
#include "core/ids.h"
#include "ui/views/token_labels.h"

#include <QPainter>
#include <QPalette>
#include <QPolygonF>

#include <memory>
#include <optional>
#include <vector>

namespace headscope::ui {

/// Tokens from left to right, layers upwards. Titles of tokens and layers and the arrows of starting tokens stay in
/// view; between them the graph scrolls. Places are in pixels of the viewport.
struct GraphScene {
    std::shared_ptr<const ContributionGraph> graph; ///< null: nothing
    TokenLabels labels; ///< of the graph's tokens
    std::vector<GraphEdge> edges; ///< that are drawn
    std::size_t start = 0; ///< the token that they lead down from
    std::optional<GraphEdge> chosen, hovered;
    std::optional<std::size_t> hoveredStart;
    QPalette palette;
    QFont font;
    QSize size; ///< of the viewport
    QPointF scroll; ///< pixels scrolled away, to the right and downwards
    double zoom = 1; ///< 1: as much as fits without becoming too small
    bool focused = false;

    void layOut(); ///< after graph, labels, font, size or zoom have changed
    const QRectF& area() const { return area_; } ///< in which the graph scrolls
    double columnWidth() const { return column_; }
    double levelHeight() const { return level_; } ///< a layer is two levels
    QSizeF contentSize() const; ///< of what scrolls
    QPointF placeOf(const GraphNode& node) const;
    QRectF mlpRect(std::size_t layer, std::size_t token) const;
    QRectF startRect(std::size_t token) const; ///< of its arrow
    /// Where an edge runs, from below: a straight line, or a way round the one of the residual stream.
    QPolygonF lineOf(const GraphEdge& edge) const;
    std::optional<GraphEdge> edgeAt(QPointF place) const;
    std::optional<GraphNode> nodeAt(QPointF place) const;
    std::optional<std::size_t> startAt(QPointF place) const;

    void paint(QPainter& painter) const;
    QColor colourOf(GraphEdgeKind kind) const;
    /// Ways round by an MLP are short, and finer.
    static double width(const GraphEdge& edge)
    {
        return 1 + (edge.kind == GraphEdgeKind::Mlp ? 2 : 4) * static_cast<double>(edge.share);
    }
    static double opacity(float share) { return 0.45 + 0.55 * static_cast<double>(share); }

private:
    Range tokensInView() const;
    Range levelsInView() const;
    double levels() const { return graph ? static_cast<double>(2 * graph->layers) + levelRoom : 0; }
    void paintLayers(QPainter& painter) const;
    void paintEdges(QPainter& painter) const;
    void paintNodes(QPainter& painter) const;
    void paintStarts(QPainter& painter) const;
    void paintTokens(QPainter& painter) const;

    static constexpr double levelRoom = 1.2; ///< levels' heights left free above and below
    QRectF area_;
    double column_ = 1, level_ = 1, labelHeight_ = 0;
    bool turned_ = false; ///< labels do not fit beside each other
};

} // namespace headscope::ui
