// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heatmap_scene.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

double HeatmapScene::queryRoom() const
{
    const double line = QFontMetricsF(font).height();
    return std::ceil(queryLabels ? queries.widest() + 1.6 * line + 2 * gap : line / 2);
}

QRectF HeatmapScene::rectOf(Cell cell) const
{
    const QRectF& view = window.rect();
    return {area.left() + (static_cast<double>(cell.key) - view.x()) * pitchX(),
        area.top() + (static_cast<double>(cell.query) - view.y()) * pitchY(), pitchX(), pitchY()};
}

QRectF HeatmapScene::bounds() const
{
    const double line = QFontMetricsF(font).height();
    return QRectF(area).adjusted(-queryRoom(), -line / 2, line / 2, keyRoom + 1.5 * line + 2 * gap);
}

QPointF HeatmapScene::tokenAt(QPointF place) const
{
    return {window.rect().x() + (place.x() - area.left()) / pitchX(),
        window.rect().y() + (place.y() - area.top()) / pitchY()};
}

std::optional<Cell> HeatmapScene::cellAt(QPointF place) const
{
    if (mosaic.isEmpty() || !window.rect().contains(tokenAt(place)))
        return std::nullopt;
    const QPointF token = tokenAt(place);
    return Cell{std::min(static_cast<std::size_t>(token.y()), queries.count() - 1),
        std::min(static_cast<std::size_t>(token.x()), keys.count() - 1)};
}

std::size_t HeatmapScene::queryStride() const
{
    return TokenLabels::stride(pitchY(), QFontMetricsF(font).height() * 0.85);
}

std::size_t HeatmapScene::keyStride() const
{
    const double height = QFontMetricsF(font).height();
    return keyAngle == 0 ? 1 : TokenLabels::stride(pitchX(), keyAngle == 45 ? height * 1.3 : height * 0.85);
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
    const QRectF& view = window.rect();
    const double left = area.left() - place.x(), below = place.y() - area.bottom();
    if (queryLabels && left > 0 && left <= gap + queries.widest())
        if (const auto i = nearest(tokenAt(place).y(), view.y(), view.height(), queries.count(), queryStride()))
            return AxisToken{'q', *i};
    if (below > 0 && below <= gap + keyRoom) {
        const double slanted = keyAngle == 45 ? std::max(0.0, below - gap) : 0; // such labels end under their cell
        const QPointF end(place.x() + slanted, place.y());
        if (const auto i = nearest(tokenAt(end).x(), view.x(), view.width(), keys.count(), keyStride()))
            return AxisToken{'k', *i};
    }
    return std::nullopt;
}

QRectF HeatmapScene::tokensIn(QRectF place) const
{
    place = place.normalized().intersected(area);
    return {tokenAt(place.topLeft()), tokenAt(place.bottomRight())};
}

TileView HeatmapScene::view(double pixelRatio) const
{
    const TileGrid grid(queries.count(), keys.count());
    const QSizeF pixels = QSizeF(area.size()) * pixelRatio;
    const QRectF seen = window.rect();
    const QPointF focus = hovered
        ? QPointF(static_cast<double>(hovered->key) + 0.5, static_cast<double>(hovered->query) + 0.5)
        : seen.center();
    return {grid.levelFor(seen, pixels, pool), seen, focus, grid.levelFor(grid.whole(), pixels, pool)};
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
    const double rows = std::max(1.0, window.rect().height()), columns = std::max(1.0, window.rect().width());
    const double left = queryRoom(), right = line / 2, top = line / 2;
    const double below = line * 1.4 + 2 * gap; // the title of the keys
    double width = 0, side = 0; // of all cells, of one
    const auto fit = [&](double legendWidth, double legendHeight) {
        width = std::max(40.0, plot.width() - left - right - legendWidth);
        const auto sideFor = [&](double labels) {
            return std::min(
                width / columns, std::max(40.0, plot.height() - top - labels - below - legendHeight) / rows);
        };
        for (const int angle : {0, 45, 90}) { // the most legible that fits
            keyAngle = angle;
            keyRoom = angle == 0 ? line : angle == 45 ? keys.widest() * 0.71 + line * 0.8 : keys.widest();
            side = sideFor(keyRoom);
            if (angle == 90 || side >= (angle == 0 ? keys.widest() + 4 : line * 1.3))
                break;
        }
        if (keyAngle == 90) { // labels left out need no room; with more room there may be more labels
            const auto drawn = [&] { return keys.widest(TokenLabels::stride(side, line * 0.85)); };
            const double least = drawn();
            side = sideFor(least);
            keyRoom = std::max(least, drawn());
            side = sideFor(keyRoom);
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
    return {QPoint(area.left(), qRound(area.bottom() + 1 + keyRoom + below)), legend};
}

} // namespace headscope::ui
