// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heatmap_layers.h"

#include "ui/windows/theme.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

QColor faded(const QPalette& palette, double share)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(static_cast<float>(share));
    return colour;
}

constexpr double smallestFrame = 11;

/// Calls `each(position)` for every token in view that gets a label.
template <class Each> void forLabels(double begin, double length, std::size_t count, std::size_t stride, Each each)
{
    const auto first = (static_cast<std::size_t>(std::max(0.0, std::floor(begin))) + stride - 1) / stride * stride;
    for (std::size_t i = first; i < count && static_cast<double>(i) + 0.5 <= begin + length; i += stride)
        if (static_cast<double>(i) + 0.5 >= begin)
            each(i);
}

} // namespace

void CellLayer::draw(QCPPainter* painter)
{
    const QRect area = scene_.area;
    const HeadMosaic& mosaic = scene_.mosaic;
    if (mosaic.isEmpty()) {
        painter->setFont(scene_.font);
        painter->setPen(faded(scene_.palette, 0.6));
        painter->drawText(area, Qt::AlignCenter | Qt::TextWordWrap, scene_.notice);
        return;
    }
    const QTransform toDevice = painter->deviceTransform();
    const QSize pixels(
        std::max(1, qRound(area.width() * toDevice.m11())), std::max(1, qRound(area.height() * toDevice.m22())));
    const QRectF& tokens = scene_.window.rect();
    const auto inValues = [](double position, Range covered, std::size_t step) {
        return (position - static_cast<double>(covered.begin)) / static_cast<double>(step);
    };
    const QRectF window(QPointF(inValues(tokens.left(), mosaic.columns(), mosaic.columnStep()),
                            inValues(tokens.top(), mosaic.rows(), mosaic.rowStep())),
        QPointF(inValues(tokens.right(), mosaic.columns(), mosaic.columnStep()),
            inValues(tokens.bottom(), mosaic.rows(), mosaic.rowStep())));
    painter->drawImage(QRectF(area), raster(mosaic.cells(), window, pixels, scene_.scale, scene_.transposed));
    drawCellBorders(painter);
}

void CellLayer::drawCellBorders(QCPPainter* painter) const
{
    if (scene_.pitchX() < 10 || scene_.pitchY() < 10)
        return;
    const QRect area = scene_.area;
    const QRectF view = scene_.seen();
    const QColor line = scene_.palette.color(QPalette::Window);
    for (double column = std::ceil(view.left()); column <= view.right(); ++column)
        painter->fillRect(
            QRectF(qRound(area.left() + (column - view.left()) * scene_.pitchX()) - 0.5, area.top(), 1, area.height()),
            line);
    for (double row = std::ceil(view.top()); row <= view.bottom(); ++row)
        painter->fillRect(
            QRectF(area.left(), qRound(area.top() + (row - view.top()) * scene_.pitchY()) - 0.5, area.width(), 1),
            line);
}

void LabelLayer::draw(QCPPainter* painter)
{
    painter->setRenderHint(QPainter::TextAntialiasing);
    if (scene_.queries.count() == 0 || scene_.keys.count() == 0)
        return;
    if (scene_.leftLabels)
        drawLeft(painter);
    drawBelow(painter);
    drawJoints(painter);
    drawTitles(painter);
}

void LabelLayer::usePen(QCPPainter* painter, const Token& token, bool marked) const
{
    QFont font = scene_.font;
    font.setItalic(token.special || token.padding);
    font.setBold(marked);
    painter->setFont(font);
    painter->setPen(token.padding ? faded(scene_.palette, 0.42)
            : token.special       ? specialColour(scene_.palette)
                                  : scene_.palette.color(QPalette::WindowText));
}

void LabelLayer::drawJoints(QCPPainter* painter) const
{
    const QRect area = scene_.area;
    const QRectF view = scene_.seen();
    const QColor colour = faded(scene_.palette, 0.6);
    constexpr double distance = 5, thickness = 1.5; // between the frame of the focus and the labels
    // A line from the middle of one token to the middle of the next, thickened at both.
    const auto along = [&](const TokenLabels& tokens, double begin, double length, double pitch, auto fill) {
        forLabels(begin, length, tokens.count(), 1, [&](std::size_t i) {
            const double from = (static_cast<double>(i) + 0.5 - begin) * pitch, to = from + pitch;
            if (!tokens.joinsNext(i) || to > length * pitch)
                return;
            fill(from, to, thickness);
            for (const double end : {from, to})
                fill(end - thickness, end + thickness, 2 * thickness);
        });
    };
    constexpr double closest = 8; // closer together they are only a pattern of dots
    if (scene_.leftLabels && scene_.pitchY() >= closest)
        along(scene_.downLabels(), view.y(), view.height(), scene_.pitchY(), [&](double from, double to, double wide) {
            painter->fillRect(QRectF(area.left() - distance - wide / 2, area.top() + from, wide, to - from), colour);
        });
    if (scene_.pitchX() >= closest)
        along(scene_.acrossLabels(), view.x(), view.width(), scene_.pitchX(), [&](double from, double to, double wide) {
            const double top = area.bottom() + 1 + distance - wide / 2;
            painter->fillRect(QRectF(area.left() + from, top, to - from, wide), colour);
        });
}

void LabelLayer::drawLeft(QCPPainter* painter) const
{
    const QRectF view = scene_.seen();
    const TokenLabels& labels = scene_.downLabels();
    const double pitch = scene_.pitchY(), height = QFontMetricsF(scene_.font).height();
    const auto stride = scene_.downStride();
    const double right = scene_.area.left() - HeatmapScene::gap;
    forLabels(view.y(), view.height(), labels.count(), stride, [&](std::size_t i) {
        const bool marked = scene_.selected && scene_.down(*scene_.selected) == i;
        usePen(painter, (*labels.tokens())[i], marked);
        const double centre = scene_.area.top() + (static_cast<double>(i) + 0.5 - view.y()) * pitch;
        painter->drawText(QRectF(right - 400, centre - height, 400, 2 * height), Qt::AlignRight | Qt::AlignVCenter,
            labels.label(i, stride > 1));
    });
}

void LabelLayer::drawBelow(QCPPainter* painter) const
{
    const QRectF view = scene_.seen();
    const TokenLabels& labels = scene_.acrossLabels();
    const double pitch = scene_.pitchX(), height = QFontMetricsF(scene_.font).height();
    const auto stride = scene_.acrossStride();
    const double top = scene_.area.bottom() + 1 + HeatmapScene::gap;
    forLabels(view.x(), view.width(), labels.count(), stride, [&](std::size_t i) {
        const bool marked = scene_.selected && scene_.across(*scene_.selected) == i;
        usePen(painter, (*labels.tokens())[i], marked);
        painter->save();
        painter->translate(scene_.area.left() + (static_cast<double>(i) + 0.5 - view.x()) * pitch, top);
        if (scene_.angle != 0)
            painter->rotate(-scene_.angle);
        // Turned labels end at their cell; level ones are centred under it.
        const QRectF box = scene_.angle == 0 ? QRectF(-pitch, -2, 2 * pitch, height + 4)
            : scene_.angle == 45             ? QRectF(-400 + 3, -height * 0.35, 400, height)
                                             : QRectF(-400, -height / 2, 400, height);
        painter->drawText(box, (scene_.angle == 0 ? Qt::AlignHCenter : Qt::AlignRight) | Qt::AlignVCenter,
            labels.label(i, stride > 1));
        painter->restore();
    });
}

void LabelLayer::drawTitles(QCPPainter* painter) const
{
    const QRect area = scene_.area;
    const QFontMetricsF metrics(scene_.font);
    const double height = metrics.height();
    /// Without what stands in brackets where there is no room for it.
    const auto fitting = [&](const QString& title, double room) {
        return metrics.horizontalAdvance(title) <= room ? title : title.section(QStringLiteral(" ("), 0, 0);
    };
    painter->setFont(scene_.font);
    painter->setPen(faded(scene_.palette, 0.72));
    painter->drawText(QRectF(area.left() - 200, area.bottom() + 2 * HeatmapScene::gap + scene_.roomBelow,
                          area.width() + 400, height * 1.4),
        Qt::AlignCenter, scene_.transposed ? scene_.queryTitle : scene_.keyTitle);
    if (!scene_.leftLabels)
        return;
    painter->save();
    painter->translate(area.left() - HeatmapScene::gap * 2 - scene_.downLabels().widest() - height, area.center().y());
    painter->rotate(-90);
    painter->drawText(QRectF(-400, -height / 2, 800, height), Qt::AlignCenter,
        fitting(scene_.transposed ? scene_.keyTitle : scene_.queryTitle, area.height() + height));
    painter->restore();
}

void CursorLayer::draw(QCPPainter* painter)
{
    const QRect area = scene_.area;
    painter->setBrush(Qt::NoBrush);
    if (scene_.focused) {
        painter->setPen(QPen(scene_.palette.color(QPalette::Highlight), 2));
        painter->drawRect(QRectF(area).adjusted(-2, -2, 2, 2));
    }
    painter->setClipRect(area);
    const auto frame = [&](Cell cell, bool strong) {
        QRectF box = scene_.rectOf(cell);
        const double room = std::max(0.0, (smallestFrame - std::min(box.width(), box.height())) / 2);
        box.adjust(-room, -room, room, room); // a frame as small as a dot would look like a hot cell
        const QColor outer = strong ? QColor(Qt::black) : QColor(0, 0, 0, 150);
        painter->setPen(QPen(outer, strong ? 4 : 3));
        painter->drawRect(box);
        painter->setPen(QPen(Qt::white, strong ? 2 : 1));
        painter->drawRect(box);
    };
    if (scene_.hovered) {
        const QRectF box = scene_.rectOf(*scene_.hovered);
        // Light over colours, dark over the pale middle of a diverging scale.
        const bool pale = scene_.scale.isDiverging() && scene_.scale.at(0.5).lightness() > 128;
        const QColor band = pale ? QColor(0, 0, 0, 40) : QColor(255, 255, 255, 46);
        const QRectF row(area.left(), box.top(), area.width(), std::max(1.0, box.height()));
        const QRectF column(box.left(), area.top(), std::max(1.0, box.width()), area.height());
        painter->fillRect(row, band);
        painter->fillRect(column, band);
        if (scene_.palette.color(QPalette::Window).lightness() > 128) { // masked cells are as light as the band
            painter->setPen(QPen(QColor(0, 0, 0, 60), 1));
            painter->drawRect(row.adjusted(-1, 0, 1, 0));
            painter->drawRect(column.adjusted(0, -1, 0, 1));
        }
    }
    if (scene_.box) {
        painter->setPen(QPen(scene_.palette.color(QPalette::Highlight), 1.5));
        QColor inside = scene_.palette.color(QPalette::Highlight);
        inside.setAlphaF(0.18f);
        painter->setBrush(inside);
        painter->drawRect(*scene_.box);
        painter->setBrush(Qt::NoBrush);
    }
    if (scene_.selected)
        frame(*scene_.selected, true);
    if (scene_.hovered)
        frame(*scene_.hovered, false);
}

} // namespace headscope::ui
