// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/graph_scene.h"

#include "ui/views/head_colours.h"
#include "ui/windows/theme.h"

#include <QCoreApplication>
#include <QLineF>

#include <algorithm>
#include <cmath>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr double leastColumn = 22, mostColumn = 112; ///< pixels at zoom 1
constexpr double leastLevel = 10, mostLevel = 40;
constexpr double startHeight = 26;
constexpr double reach = 6; ///< pixels from an edge or a node that still mean it
constexpr double dot = 3.5; ///< radius of a node

QColor faded(QColor colour, double share)
{
    colour.setAlphaF(static_cast<float>(share));
    return colour;
}

double distance(QPointF place, const QLineF& line)
{
    const QPointF along = line.p2() - line.p1(), to = place - line.p1();
    const double square = QPointF::dotProduct(along, along);
    const double share = square > 0 ? std::clamp(QPointF::dotProduct(to, along) / square, 0.0, 1.0) : 0;
    return QLineF(place, line.pointAt(share)).length();
}

/// A way from `from` to `to` that bends aside in its middle.
QPolygonF bent(QPointF from, QPointF to, double aside)
{
    constexpr int steps = 12;
    const QPointF middle = (from + to) / 2 + QPointF(2 * aside, 0);
    QPolygonF way;
    for (int i = 0; i <= steps; ++i) {
        const double t = static_cast<double>(i) / steps;
        way << (1 - t) * (1 - t) * from + 2 * t * (1 - t) * middle + t * t * to;
    }
    return way;
}

} // namespace

void GraphScene::layOut()
{
    const QFontMetricsF metrics(font);
    const double left = metrics.horizontalAdvance(u"L00 "_s) + 14, line = metrics.height();
    const double wide = std::max(1.0, size.width() - left - 8.0);
    const auto count = static_cast<double>(std::max<std::size_t>(1, labels.count()));
    column_ = zoom * std::clamp(wide / count, leastColumn, mostColumn);
    turned_ = labels.widest() + 8 > column_;
    labelHeight_ = turned_ ? labels.widest() + line : line + 10;
    area_ = {left, startHeight, wide, std::max(1.0, size.height() - startHeight - labelHeight_)};
    level_ = zoom * std::clamp(area_.height() / std::max(1.0, levels()), leastLevel, mostLevel);
}

QSizeF GraphScene::contentSize() const { return {column_ * static_cast<double>(labels.count()), level_ * levels()}; }

QPointF GraphScene::placeOf(const GraphNode& node) const
{
    const double bottom = area_.top() + std::max(level_ * levels(), area_.height()) - scroll.y();
    return {area_.left() + (static_cast<double>(node.token) + 0.5) * column_ - scroll.x(),
        bottom - (static_cast<double>(node.level) + levelRoom / 2) * level_};
}

Range GraphScene::tokensInView() const
{
    const auto most = static_cast<double>(labels.count());
    const auto bound = [&](double x) { return static_cast<std::size_t>(std::clamp(x / column_, 0.0, most)); };
    return {bound(scroll.x()), bound(scroll.x() + area_.width() + column_)};
}

Range GraphScene::levelsInView() const
{
    const double lowest = placeOf({}).y();
    const auto bound = [&](double y) {
        return static_cast<std::size_t>(std::clamp((lowest - y) / level_, 0.0, levels() - levelRoom));
    };
    return {bound(area_.bottom() + level_), bound(area_.top() - level_) + 1};
}

QRectF GraphScene::mlpRect(std::size_t layer, std::size_t token) const
{
    const QPointF above = placeOf({2 * layer + 2, token});
    const double below = placeOf({2 * layer + (graph->parallel ? 0U : 1U), token}).y();
    const double side = std::clamp(level_ * 0.34, 5.0, 11.0);
    const QPointF middle(above.x() + std::clamp(column_ * 0.27, 7.0, 24.0), (above.y() + below) / 2);
    return {middle.x() - side / 2, middle.y() - side / 2, side, side};
}

QRectF GraphScene::startRect(std::size_t token) const
{
    const double x = placeOf({0, token}).x(), half = std::min(9.0, column_ / 2 - 1);
    return {x - half, 8, 2 * half, startHeight - 12};
}

QPolygonF GraphScene::lineOf(const GraphEdge& edge) const
{
    const QPointF from = placeOf(edge.from), to = placeOf(edge.to);
    if (edge.kind == GraphEdgeKind::Mlp)
        return {from, mlpRect(edge.to.layer(), edge.to.token).center(), to};
    if (edge.kind == GraphEdgeKind::Attention && edge.from.token == edge.to.token)
        return bent(from, to, -std::clamp(column_ * 0.2, 5.0, 18.0));
    return {from, to};
}

std::optional<GraphEdge> GraphScene::edgeAt(QPointF place) const
{
    std::optional<GraphEdge> found;
    double nearest = reach;
    if (!graph || !area_.contains(place))
        return found;
    for (const GraphEdge& edge : edges) {
        if (edge.kind == GraphEdgeKind::Mlp
            && mlpRect(edge.to.layer(), edge.to.token).adjusted(-2, -2, 2, 2).contains(place))
            return edge;
        const QPolygonF way = lineOf(edge);
        for (qsizetype i = 1; i < way.size(); ++i)
            if (const double gap = distance(place, {way[i - 1], way[i]}); gap < nearest) {
                nearest = gap;
                found = edge;
            }
    }
    return found;
}

std::optional<GraphNode> GraphScene::nodeAt(QPointF place) const
{
    if (!graph || !area_.contains(place))
        return std::nullopt;
    for (const GraphEdge& edge : edges)
        for (const GraphNode& node : {edge.to, edge.from})
            if (QLineF(place, placeOf(node)).length() <= dot + 2)
                return node;
    return std::nullopt;
}

std::optional<std::size_t> GraphScene::startAt(QPointF place) const
{
    const QRectF inside = area_;
    const double column = (place.x() - inside.left() + scroll.x()) / column_;
    const bool there = graph && place.y() < inside.top() && place.x() >= inside.left() && place.x() < inside.right();
    if (!there || column < 0 || column >= static_cast<double>(labels.count()))
        return std::nullopt;
    return static_cast<std::size_t>(column);
}

QColor GraphScene::colourOf(GraphEdgeKind kind) const
{
    const bool dark = palette.color(QPalette::Window).lightness() < 128;
    return kind == GraphEdgeKind::Attention ? headColour(dark ? 3 : 5, dark) // far from what is chosen
        : kind == GraphEdgeKind::Mlp        ? headColour(dark ? 1 : 2, dark)
                                            : quiet(palette).color(QPalette::WindowText);
}

void GraphScene::paint(QPainter& painter) const
{
    painter.setFont(font);
    painter.fillRect(QRect(QPoint(), size), palette.color(QPalette::Base));
    if (!graph)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    paintLayers(painter);
    painter.save();
    painter.setClipRect(area_);
    paintEdges(painter);
    paintNodes(painter);
    painter.restore();
    paintStarts(painter);
    paintTokens(painter);
    if (focused) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter.drawRect(QRectF(QPointF(), size).adjusted(1, 1, -1, -1));
    }
}

/// Every other layer on a tint, and their names.
void GraphScene::paintLayers(QPainter& painter) const
{
    const QRectF inside = area_;
    painter.save();
    painter.setClipRect(QRectF(0, inside.top(), size.width(), inside.height()));
    const double right = std::min(inside.right(), inside.left() + column_ * static_cast<double>(labels.count()));
    for (std::size_t layer = 0; layer < graph->layers; ++layer) {
        const double below = placeOf({2 * layer, 0}).y(), above = placeOf({2 * layer + 2, 0}).y();
        const QRectF band(4, above, right - 4, below - above);
        if (layer % 2 == 0)
            painter.fillRect(band, faded(palette.color(QPalette::Text), 0.05));
        painter.setPen(quiet(palette).color(QPalette::WindowText));
        painter.drawText(
            QRectF(8, above, inside.left() - 8, below - above), Qt::AlignLeft | Qt::AlignVCenter, u"L%1"_s.arg(layer));
    }
    painter.restore();
}

void GraphScene::paintEdges(QPainter& painter) const
{
    std::vector<const GraphEdge*> order;
    for (const GraphEdge& edge : edges)
        order.push_back(&edge);
    std::stable_sort(
        order.begin(), order.end(), [](const GraphEdge* a, const GraphEdge* b) { return a->share < b->share; });
    const auto draw = [&](const GraphEdge& edge, const QColor& colour, double wide) {
        const QPolygonF way = lineOf(edge);
        if (!way.boundingRect().adjusted(-wide, -wide, wide, wide).intersects(area_))
            return;
        QPen pen(colour, wide);
        pen.setCapStyle(Qt::FlatCap);
        pen.setJoinStyle(Qt::RoundJoin);
        painter.setPen(pen);
        painter.drawPolyline(way);
    };
    painter.setBrush(Qt::NoBrush);
    for (const GraphEdge* edge : order)
        draw(*edge, faded(colourOf(edge->kind), opacity(edge->share)), width(*edge));
    for (const auto& marked : {hovered, chosen})
        if (marked && std::find(edges.begin(), edges.end(), *marked) != edges.end())
            draw(*marked, palette.color(QPalette::Highlight), width(*marked) + 2);
}

void GraphScene::paintNodes(QPainter& painter) const
{
    std::set<GraphNode> active{{2 * graph->layers, start}};
    for (const GraphEdge& edge : edges) {
        active.insert(edge.from);
        active.insert(edge.to);
    }
    const QColor ink = palette.color(QPalette::Text);
    painter.setPen(Qt::NoPen);
    const Range levels = levelsInView(), tokens = tokensInView();
    for (std::size_t level = levels.begin; level < levels.end; ++level)
        for (std::size_t token = tokens.begin; token < tokens.end; ++token) {
            const GraphNode node{level, token};
            const QPointF place = placeOf(node);
            if (graph->parallel && level % 2 == 1)
                continue;
            const bool is = active.count(node) > 0;
            painter.setBrush(is ? ink : faded(ink, 0.22));
            painter.drawEllipse(place, is ? dot : 1.5, is ? dot : 1.5);
        }
    painter.setBrush(palette.color(QPalette::Base));
    for (const GraphEdge& edge : edges)
        if (edge.kind == GraphEdgeKind::Mlp) {
            const bool marked = chosen == edge || hovered == edge;
            painter.setPen(QPen(marked ? palette.color(QPalette::Highlight) : colourOf(edge.kind), width(edge)));
            painter.drawRect(mlpRect(edge.to.layer(), edge.to.token));
        }
}

void GraphScene::paintStarts(QPainter& painter) const
{
    const QRectF inside = area_;
    painter.save();
    painter.setClipRect(QRectF(inside.left(), 0, inside.width(), inside.top()));
    painter.setPen(Qt::NoPen);
    for (std::size_t token = 0; token < graph->tokens; ++token) {
        const QRectF place = startRect(token);
        const bool is = token == start;
        painter.setBrush(is ? palette.color(QPalette::Highlight)
                            : faded(palette.color(QPalette::Text), token == hoveredStart ? 0.6 : 0.3));
        painter.drawPolygon(QPolygonF{place.topLeft(), place.topRight(), {place.center().x(), place.bottom()}});
    }
    painter.restore();
}

void GraphScene::paintTokens(QPainter& painter) const
{
    const QRectF inside = area_;
    const QFontMetricsF metrics(font);
    painter.save();
    painter.setClipRect(QRectF(inside.left(), inside.bottom(), inside.width(), labelHeight_));
    const std::size_t stride = TokenLabels::stride(column_, turned_ ? metrics.height() : 1);
    for (std::size_t token = 0; token < graph->tokens; token += stride) {
        const Token& what = (*labels.tokens())[token];
        const double x = placeOf({0, token}).x();
        if (x < inside.left() - 1 || x > inside.right() + 1)
            continue;
        QFont face = font;
        face.setBold(token == start);
        face.setItalic(what.special);
        painter.setFont(face);
        painter.setPen(what.special ? specialColour(palette) : palette.color(QPalette::WindowText));
        const QString words = labels.label(token, stride > 1);
        if (!turned_) {
            painter.drawText(
                QRectF(x - column_ / 2, inside.bottom() + 2, column_, metrics.height() + 4), Qt::AlignCenter, words);
            continue;
        }
        painter.save();
        painter.translate(x, inside.bottom() + 4);
        painter.rotate(-90);
        painter.drawText(QRectF(-labels.widest() - 40, -metrics.height() / 2, labels.widest() + 40, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, words);
        painter.restore();
    }
    painter.restore();
}

} // namespace headscope::ui
