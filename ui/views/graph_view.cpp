// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/graph_view.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace headscope::ui {

namespace {

constexpr double leastZoom = 0.5, mostZoom = 4;

} // namespace

GraphView::GraphView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Contribution graph"));
    applyPalette();
}

void GraphView::setGraph(std::shared_ptr<const ContributionGraph> graph, TokenRow tokens)
{
    const bool same = graph && scene_.graph && graph->tokens == scene_.graph->tokens;
    scene_.graph = std::move(graph);
    scene_.labels = TokenLabels(std::move(tokens), scene_.font);
    scene_.chosen.reset();
    if (!same) {
        scene_.start = scene_.graph && scene_.graph->tokens > 0 ? scene_.graph->tokens - 1 : 0;
        scene_.zoom = 1;
    }
    layOut();
    if (!same)
        verticalScrollBar()->setValue(0); // where the ways down begin
    collect();
}

void GraphView::setRule(const GraphRule& rule)
{
    if (!(std::exchange(rule_, rule) == rule))
        collect();
}

void GraphView::setStart(std::size_t token)
{
    scene_.start = token;
    reveal(scene_.startRect(token), Qt::Horizontal);
    collect();
}

void GraphView::setZoom(double zoom)
{
    scene_.zoom = std::clamp(zoom, leastZoom, mostZoom);
    layOut();
    Q_EMIT shownChanged();
}

void GraphView::collect()
{
    scene_.edges = scene_.graph ? edgesDownFrom(*scene_.graph, scene_.start, rule_) : std::vector<GraphEdge>();
    const auto same
        = [](const GraphEdge& a, const GraphEdge& b) { return a.kind == b.kind && a.from == b.from && a.to == b.to; };
    for (auto* marked : {&scene_.chosen, &scene_.hovered}) {
        if (!*marked)
            continue;
        const auto found = std::find_if(
            scene_.edges.begin(), scene_.edges.end(), [&](const GraphEdge& edge) { return same(edge, **marked); });
        *marked = found == scene_.edges.end() ? std::nullopt : std::optional(*found);
    }
    viewport()->update();
    Q_EMIT shownChanged();
}

void GraphView::layOut()
{
    scene_.size = viewport()->size();
    scene_.layOut();
    const QSizeF content = scene_.contentSize();
    const QRectF area = scene_.area();
    const auto fit = [](QScrollBar* bar, double whole, double room, double single) {
        bar->setRange(0, std::max(0, static_cast<int>(std::ceil(whole - room))));
        bar->setPageStep(std::max(1, static_cast<int>(room)));
        bar->setSingleStep(std::max(1, static_cast<int>(single)));
    };
    fit(horizontalScrollBar(), content.width(), area.width(), scene_.columnWidth());
    fit(verticalScrollBar(), content.height(), area.height(), 2 * scene_.levelHeight());
    scene_.scroll
        = {static_cast<double>(horizontalScrollBar()->value()), static_cast<double>(verticalScrollBar()->value())};
    viewport()->update();
}

void GraphView::applyPalette()
{
    scene_.palette = palette();
    scene_.font = font();
    scene_.font.setPointSizeF(std::max(7.0, font().pointSizeF() * 0.92));
    scene_.labels = TokenLabels(scene_.labels.tokens(), scene_.font);
    layOut();
}

/// What is under the pointer; nothing: it has gone.
void GraphView::point(std::optional<QPointF> place)
{
    std::optional<GraphEdge> edge;
    std::optional<std::size_t> start;
    if (place) {
        start = scene_.startAt(*place);
        if (const auto node = scene_.nodeAt(*place))
            edge = strongestInto(*node);
        if (!edge)
            edge = scene_.edgeAt(*place);
    }
    viewport()->setCursor(edge || start ? Qt::PointingHandCursor : Qt::ArrowCursor);
    const bool sameStart = std::exchange(scene_.hoveredStart, start) == start;
    const bool sameEdge = std::exchange(scene_.hovered, edge) == edge;
    if (sameStart && sameEdge)
        return;
    viewport()->update();
    if (!sameEdge)
        Q_EMIT shownChanged();
}

/// Of attention, as a node is chosen for its head; a node behind the MLP stands for its layer.
std::optional<GraphEdge> GraphView::strongestInto(const GraphNode& node) const
{
    std::optional<GraphEdge> best;
    for (const GraphEdge& edge : scene_.edges)
        if (edge.kind == GraphEdgeKind::Attention && node.level > 0 && edge.to.layer() == node.layer()
            && edge.to.token == node.token && (!best || edge.share > best->share))
            best = edge;
    return best;
}

void GraphView::choose(const GraphEdge& edge)
{
    scene_.chosen = edge;
    viewport()->update();
    Q_EMIT shownChanged();
    Q_EMIT edgeChosen(edge);
}

void GraphView::step(int by)
{
    const auto& edges = scene_.edges;
    if (edges.empty())
        return;
    const auto at = scene_.chosen ? std::find(edges.begin(), edges.end(), *scene_.chosen) : edges.end();
    const auto count = static_cast<std::ptrdiff_t>(edges.size());
    const std::ptrdiff_t next = at == edges.end() ? (by > 0 ? 0 : count - 1) : at - edges.begin() + by;
    const GraphEdge& edge = edges[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(next, 0, count - 1))];
    scene_.hovered.reset(); // the keys have the last word
    scene_.chosen = edge;
    reveal(scene_.lineOf(edge).boundingRect(), Qt::Horizontal | Qt::Vertical);
    viewport()->update();
    Q_EMIT shownChanged();
}

void GraphView::reveal(const QRectF& place, Qt::Orientations along)
{
    const QRectF area = scene_.area();
    const auto move = [](QScrollBar* bar, double from, double to, double first, double last) {
        if (from < first)
            bar->setValue(bar->value() - static_cast<int>(std::ceil(first - from)));
        else if (to > last)
            bar->setValue(bar->value() + static_cast<int>(std::ceil(to - last)));
    };
    if (along & Qt::Horizontal)
        move(horizontalScrollBar(), place.left(), place.right(), area.left(), area.right());
    if (along & Qt::Vertical)
        move(verticalScrollBar(), place.top(), place.bottom(), area.top(), area.bottom());
}

bool GraphView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        point(std::nullopt);
    return QAbstractScrollArea::viewportEvent(event);
}

void GraphView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    scene_.paint(painter);
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void GraphView::scrollContentsBy(int, int)
{
    scene_.scroll
        = {static_cast<double>(horizontalScrollBar()->value()), static_cast<double>(verticalScrollBar()->value())};
    point(std::nullopt); // others have come under it
    viewport()->update();
}

void GraphView::mouseMoveEvent(QMouseEvent* event) { point(event->position()); }

void GraphView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    point(event->position());
    if (scene_.hoveredStart)
        return setStart(*scene_.hoveredStart);
    if (scene_.hovered)
        return choose(*scene_.hovered);
    scene_.chosen.reset();
    viewport()->update();
    Q_EMIT shownChanged();
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    setZoom(scene_.zoom * std::pow(1.2, event->angleDelta().y() / 120.0));
    event->accept();
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    if (!scene_.graph || scene_.graph->tokens == 0)
        return QAbstractScrollArea::keyPressEvent(event);
    const std::size_t last = scene_.graph->tokens - 1;
    switch (event->key()) {
    case Qt::Key_Left:
        return setStart(scene_.start - (scene_.start > 0 ? 1 : 0));
    case Qt::Key_Right:
        return setStart(std::min(scene_.start + 1, last));
    case Qt::Key_Home:
        return setStart(0);
    case Qt::Key_End:
        return setStart(last);
    case Qt::Key_Up:
        return step(-1);
    case Qt::Key_Down:
        return step(1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (scene_.chosen)
            choose(GraphEdge(*scene_.chosen));
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return setZoom(scene_.zoom * 1.2);
    case Qt::Key_Minus:
        return setZoom(scene_.zoom / 1.2);
    case Qt::Key_0:
        return setZoom(1);
    default:
        return QAbstractScrollArea::keyPressEvent(event);
    }
}

void GraphView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    scene_.focused = event->reason() != Qt::MouseFocusReason;
    viewport()->update();
}

void GraphView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    scene_.focused = false;
    viewport()->update();
}

void GraphView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyPalette();
}

} // namespace headscope::ui
