// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heatmap_scene.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

QRectF HeatmapScene::seen() const
{
    const QRectF& tokens = window.rect();
    return transposed ? QRectF(tokens.y(), tokens.x(), tokens.height(), tokens.width()) : tokens;
}

double HeatmapScene::roomLeft() const
{
    const double line = QFontMetricsF(font).height();
    return std::ceil(leftLabels ? downLabels().widest() + 1.6 * line + 2 * gap : line / 2);
}

QRectF HeatmapScene::rectOf(Cell cell) const
{
    const QRectF view = seen();
    return {area.left() + (static_cast<double>(across(cell)) - view.x()) * pitchX(),
        area.top() + (static_cast<double>(down(cell)) - view.y()) * pitchY(), pitchX(), pitchY()};
}

QRectF HeatmapScene::bounds() const
{
    const double line = QFontMetricsF(font).height();
    return QRectF(area).adjusted(-roomLeft(), -line / 2, line / 2, roomBelow + 1.5 * line + 2 * gap);
}

QPointF HeatmapScene::tokenAt(QPointF place) const
{
    const QRectF view = seen();
    const QPointF painted(
        view.x() + (place.x() - area.left()) / pitchX(), view.y() + (place.y() - area.top()) / pitchY());
    return transposed ? painted.transposed() : painted;
}

std::optional<Cell> HeatmapScene::cellAt(QPointF place) const
{
    if (mosaic.isEmpty() || !window.rect().contains(tokenAt(place)))
        return std::nullopt;
    const QPointF token = tokenAt(place);
    return Cell{std::min(static_cast<std::size_t>(token.y()), queries.count() - 1),
        std::min(static_cast<std::size_t>(token.x()), keys.count() - 1)};
}

std::size_t HeatmapScene::downStride() const
{
    return TokenLabels::stride(pitchY(), QFontMetricsF(font).height() * 0.85);
}

std::size_t HeatmapScene::acrossStride() const
{
    const double height = QFontMetricsF(font).height();
    return angle == 0 ? 1 : TokenLabels::stride(pitchX(), angle == 45 ? height * 1.3 : height * 0.85);
}

std::optional<HeatmapScene::AxisToken> HeatmapScene::labelAt(QPointF place) const
{
    const auto nearest = [](double token, double begin, double length, std::size_t count,
                             std::size_t stride) -> std::optional<std::size_t> {
        if (token < begin || token >= begin + length || token < 0)
            return std::nullopt;
        const auto labelled = stride == 1
            ? token
            : std::round((token - 0.5) / static_cast<double>(stride)) * static_cast<double>(stride);
        const auto position = static_cast<std::size_t>(std::max(0.0, labelled));
        return position < count ? std::optional(position) : std::nullopt;
    };
    const QRectF view = seen();
    const double left = area.left() - place.x(), below = place.y() - area.bottom();
    if (leftLabels && left > 0 && left <= gap + downLabels().widest()) {
        const double row = view.y() + (place.y() - area.top()) / pitchY();
        if (const auto i = nearest(row, view.y(), view.height(), downLabels().count(), downStride()))
            return AxisToken{transposed ? 'k' : 'q', *i};
    }
    if (below > 0 && below <= gap + roomBelow) {
        const double slanted = angle == 45 ? std::max(0.0, below - gap) : 0; // such labels end under their cell
        const double column = view.x() + (place.x() + slanted - area.left()) / pitchX();
        if (const auto i = nearest(column, view.x(), view.width(), acrossLabels().count(), acrossStride()))
            return AxisToken{transposed ? 'q' : 'k', *i};
    }
    return std::nullopt;
}

QRectF HeatmapScene::tokensIn(QRectF place) const
{
    place = place.normalized().intersected(area);
    return {tokenAt(place.topLeft()), tokenAt(place.bottomRight())}; // transposing swaps the other two corners
}

TileView HeatmapScene::view(double pixelRatio) const
{
    const TileGrid grid(queries.count(), keys.count());
    const QSizeF painted = QSizeF(area.size()) * pixelRatio, pixels = transposed ? painted.transposed() : painted;
    const QRectF tokens = window.rect();
    const QPointF focus = hovered
        ? QPointF(static_cast<double>(hovered->key) + 0.5, static_cast<double>(hovered->query) + 0.5)
        : tokens.center();
    return {grid.levelFor(tokens, pixels, pool), tokens, focus, grid.levelFor(grid.whole(), pixels, pool)};
}

std::size_t HeatmapScene::cellsPerDot(double pixelRatio) const
{
    const std::size_t step = std::max(mosaic.rowStep(), mosaic.columnStep());
    if (pool == Pool::Mean)
        return step;
    const double perPixel = 1 / (std::min(pitchX(), pitchY()) * pixelRatio), slack = 1e-6;
    return std::max(step, static_cast<std::size_t>(std::ceil(perPixel - slack)));
}

QRect HeatmapScene::place(QSize plot, QSize legend)
{
    const double line = QFontMetricsF(font).height();
    const double rows = std::max(1.0, seen().height()), columns = std::max(1.0, seen().width());
    const double left = roomLeft(), right = line / 2, top = line / 2;
    const double below = line * 1.4 + 2 * gap; // the title of what stands there
    double width = 0, side = 0; // of all cells, of one
    const auto fit = [&](double legendWidth, double legendHeight) {
        width = std::max(40.0, plot.width() - left - right - legendWidth);
        const auto sideFor = [&](double labels) {
            return std::min(
                width / columns, std::max(40.0, plot.height() - top - labels - below - legendHeight) / rows);
        };
        for (const int degrees : {0, 45, 90}) { // the most legible that fits
            angle = degrees;
            roomBelow = angle == 0 ? line
                : angle == 45      ? acrossLabels().widest() * 0.71 + line * 0.8
                                   : acrossLabels().widest();
            side = sideFor(roomBelow);
            if (angle == 90 || side >= (angle == 0 ? acrossLabels().widest() + 4 : line * 1.3))
                break;
        }
        if (angle == 90) { // labels left out need no room; with more room there may be more labels
            const auto drawn = [&] { return acrossLabels().widest(TokenLabels::stride(side, line * 0.85)); };
            const double least = drawn();
            side = sideFor(least);
            roomBelow = std::max(least, drawn());
            side = sideFor(roomBelow);
        }
        return side;
    };
    bool beside = true;
    if (legend.isEmpty()) {
        fit(0, 0);
    } else {
        beside = fit(0, legend.height() + line) <= fit(legend.width() + line * 1.5, 0);
        if (!beside)
            fit(0, legend.height() + line);
    }
    if (side >= 6 && window.isWhole())
        side = std::floor(side); // whole pixels make all cells equal
    const QSize cellsSize(std::max(20, qRound(side * columns)), std::max(20, qRound(side * rows)));
    area = QRect(QPoint(qRound(left + std::max(0.0, (width - cellsSize.width()) / 2)), qRound(top)), cellsSize);
    if (beside)
        return {area.right() + 1 + qRound(1.5 * line), 0, legend.width(), std::max(legend.height(), area.bottom() + 1)};
    return {QPoint(area.left(), qRound(area.bottom() + 1 + roomBelow + below)), legend};
}

} // namespace headscope::ui
