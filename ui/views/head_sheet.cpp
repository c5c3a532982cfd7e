// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_sheet.h"

#include "ui/text/drawn_text.h"
#include "ui/text/labels.h"
#include "ui/text/view_text.h"
#include "ui/views/heatmap_layers.h"
#include "ui/views/swatch.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int cellPixels = 20, leastSide = 360, mostSide = 1200; ///< of a cell, of all
constexpr int labelsAcross = 180, labelsDown = 160; ///< room for labels beside the cells
constexpr double gapFrom = 10; ///< pixels of a cell from which on white stands between two

HeatmapScene sceneOf(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style)
{
    HeatmapScene scene;
    const TokenRow queries = queryTokens(capture, tile->sequence), keys = keyTokens(capture, tile->sequence);
    const ViewOptions drawn = drawnWith(style.view, *tile);
    scene.palette = paper(style.dark);
    scene.transposed = drawn.transposed;
    scene.font = sheetFont(style.font, bodySize - 1);
    scene.queryTitle = QCoreApplication::translate("headscope::ui::AttentionHeatmap", "Query (attends from)");
    scene.keyTitle = QCoreApplication::translate("headscope::ui::AttentionHeatmap", "Key (attended to)");
    scene.queries = TokenLabels(queries, scene.font);
    scene.keys = TokenLabels(keys, scene.font);
    scene.window = CellWindow(queries->size(), keys->size());
    scene.window.take(QRectF(static_cast<double>(tile->columns.begin), static_cast<double>(tile->rows.begin),
        static_cast<double>(tile->columns.size()), static_cast<double>(tile->rows.size())));
    scene.pool = tile->pool;
    scene.mosaic.setLogarithmic(drawn.scale == ScaleMode::Logarithmic);
    scene.mosaic.show(tile);
    scene.scale = sheetScale(scene.mosaic, drawn, scene.window.rect(), style);
    return scene;
}

} // namespace

QString sheetTitle(const CapturePtr& capture, SequenceId sequence, const QString& what)
{
    const auto& header = capture->header();
    QString title = text(header.model.name) + u"  ·  "_s + what;
    if (header.sequences() > 1)
        title += QCoreApplication::translate("Picture", "  ·  prompt %1").arg(sequence.value);
    return title;
}

ColourScale sheetScale(HeadMosaic& mosaic, const ViewOptions& drawn, const QRectF& seen, const SheetStyle& style)
{
    ScaleLimits limits = scaleLimits(mosaic, drawn.scale, seen);
    if (style.shown && style.shown->limits.range.isLike(limits.range)) {
        if (style.shown->kept)
            limits = style.shown->limits;
        else if (drawn.scale != ScaleMode::Percentile) // which is of what is seen here
            limits = widened(limits, style.shown->limits);
        mosaic.pinRange(limits.range);
    }
    return ColourScale::forPalette(paper(style.dark), limits.top, limits.range, {drawn.palette, drawn.diverging});
}

SheetWords HeadSheet::wordsFor(const CapturePtr& capture, const PatternTile& tile, const SheetStyle& style)
{
    const ViewOptions drawn = drawnWith(style.view, tile);
    const QString name = !style.name.isEmpty() ? style.name
        : tile.combination.empty()             ? headText({tile.layer, tile.head})
                                               : text(tile.combination);
    const bool kept = style.shown && style.shown->kept;
    return {sheetTitle(capture, tile.sequence, name), specialsNote(drawn), style.footer,
        {scaleNote(drawn, kept), drawn.specials != SpecialTokens::Show}};
}

QRect HeadSheet::contentOf(HeatmapScene& scene)
{
    const QSizeF tokens = scene.window.rect().size();
    const int longer = static_cast<int>(std::min(std::max(tokens.width(), tokens.height()), 1e6));
    const int side = std::clamp(longer * cellPixels, leastSide, mostSide);
    scene.place({side + labelsAcross, side + labelsDown}, {});
    // The title of an axis may be longer than a few cells.
    const QFontMetricsF metrics(scene.font);
    const double down = metrics.horizontalAdvance(scene.transposed ? scene.keyTitle : scene.queryTitle),
                 across = metrics.horizontalAdvance(scene.transposed ? scene.queryTitle : scene.keyTitle);
    const QPointF centre = QRectF(scene.area).center();
    const QRectF bounds = scene.bounds();
    return bounds.united(QRectF(bounds.left(), centre.y() - down / 2, 1, down))
        .united(QRectF(centre.x() - across / 2, bounds.top(), across, 1))
        .toAlignedRect();
}

HeadSheet::HeadSheet(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style)
    : scene_(sceneOf(capture, tile, style))
    , content_(contentOf(scene_))
    , layout_(content_.size(), style.font, wordsFor(capture, *tile, style), scene_.palette)
{
}

void HeadSheet::paintFrame(QCPPainter& painter) const
{
    layout_.paint(painter, scene_.scale);
    painter.save();
    painter.translate(offset());
    LabelLayer(nullptr, scene_).draw(&painter);
    painter.restore();
}

void HeadSheet::paintPixels(QCPPainter& painter) const
{
    painter.save();
    painter.translate(offset());
    CellLayer(nullptr, {}, scene_).draw(&painter);
    painter.restore();
}

bool HeadSheet::hasShapes() const
{
    return rows() <= mostShapes && columns() <= mostShapes && scene_.mosaic.rowStep() == 1
        && scene_.mosaic.columnStep() == 1;
}

QRectF HeadSheet::area() const { return QRectF(scene_.area).translated(offset()); }

QRectF HeadSheet::cellArea(std::size_t row, std::size_t column) const
{
    const QRectF all = area();
    const bool swapped = isTransposed();
    const double width = all.width() / static_cast<double>(swapped ? rows() : columns()),
                 height = all.height() / static_cast<double>(swapped ? columns() : rows());
    if (swapped)
        std::swap(row, column);
    const double gap = std::min(width, height) >= gapFrom ? 0.5 : 0;
    return QRectF(
        all.left() + static_cast<double>(column) * width, all.top() + static_cast<double>(row) * height, width, height)
        .adjusted(gap, gap, -gap, -gap);
}

QImage HeadSheet::image() const
{
    return raster(codes(), QRectF(0, 0, double(columns()), double(rows())),
        isTransposed() ? QSize(int(rows()), int(columns())) : QSize(int(columns()), int(rows())), scale(),
        isTransposed());
}

void HeadSheet::paintShapes(QPainter& painter) const
{
    if (!hasShapes()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter.setRenderHint(QPainter::LosslessImageRendering);
        return painter.drawImage(area(), image());
    }
    for (std::size_t row = 0; row < rows(); ++row)
        for (std::size_t column = 0; column < columns(); ++column)
            paintSwatch(painter, cellArea(row, column), scale(), code(row, column));
}

} // namespace headscope::ui
