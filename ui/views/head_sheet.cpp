// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_sheet.h"

#include "ui/text/labels.h"
#include "ui/views/heatmap_layers.h"
#include "ui/views/swatch.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int cellPixels = 20, leastSide = 360, mostSide = 1200; ///< of a cell, of all
constexpr int labelsAcross = 180, labelsDown = 160; ///< room for labels beside the cells
constexpr double gapFrom = 10; ///< pixels of a cell from which on white stands between two

HeatmapScene sceneOf(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style)
{
    HeatmapScene scene;
    const TokenRow tokens(capture, &capture->header().tokens[tile->sequence.value]);
    scene.palette = paper();
    scene.font = sheetFont(style.font, bodySize - 1);
    scene.queryTitle = QCoreApplication::translate("headscope::ui::AttentionHeatmap", "Query (attends from)");
    scene.keyTitle = QCoreApplication::translate("headscope::ui::AttentionHeatmap", "Key (attended to)");
    scene.queries = TokenLabels(tokens, scene.font);
    scene.keys = TokenLabels(tokens, scene.font);
    scene.window = CellWindow(tokens->size(), tokens->size());
    scene.window.take(QRectF(static_cast<double>(tile->columns.begin), static_cast<double>(tile->rows.begin),
        static_cast<double>(tile->columns.size()), static_cast<double>(tile->rows.size())));
    scene.pool = tile->pool;
    scene.mosaic.show(tile);
    const bool automatic = style.view.scale == ScaleMode::Auto && tile->stage == Stage::Pattern;
    scene.scale = ColourScale::forPalette(scene.palette, automatic ? scene.mosaic.largest() : 1, scene.mosaic.range());
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

QRect HeadSheet::contentOf(HeatmapScene& scene)
{
    const QSizeF tokens = scene.window.rect().size();
    const int longer = static_cast<int>(std::min(std::max(tokens.width(), tokens.height()), 1e6));
    const int side = std::clamp(longer * cellPixels, leastSide, mostSide);
    scene.place({side + labelsAcross, side + labelsDown}, {});
    return scene.bounds().toAlignedRect();
}

HeadSheet::HeadSheet(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style)
    : title_(sheetTitle(capture, tile->sequence, headText({tile->layer, tile->head})))
    , footer_(style.footer)
    , scene_(sceneOf(capture, tile, style))
    , content_(contentOf(scene_))
    , layout_(content_.size(), style.font, footer_)
{
}

void HeadSheet::paintFrame(QCPPainter& painter) const
{
    painter.fillRect(QRect(QPoint(), size()), Qt::white);
    layout_.paint(painter, title_, footer_, scene_.scale);
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
    const double width = all.width() / static_cast<double>(columns()),
                 height = all.height() / static_cast<double>(rows());
    const double gap = std::min(width, height) >= gapFrom ? 0.5 : 0;
    return QRectF(
        all.left() + static_cast<double>(column) * width, all.top() + static_cast<double>(row) * height, width, height)
        .adjusted(gap, gap, -gap, -gap);
}

QImage HeadSheet::image() const
{
    QImage image(static_cast<int>(columns()), static_cast<int>(rows()), QImage::Format_RGB32);
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x)
            line[x] = scale().of(code(static_cast<std::size_t>(y), static_cast<std::size_t>(x)), x, y);
    }
    return image;
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
