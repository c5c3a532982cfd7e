// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/grid_sheet.h"

#include "ui/text/drawn_text.h"
#include "ui/text/view_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int wholeWidth = 1280, leastCell = 32, mostCell = 96; ///< of all heads of a layer, of one head

} // namespace

HeadLayout GridSheet::tableOf(const CapturePtr& capture, const QFont& font)
{
    const auto& model = capture->header().model;
    const QFontMetrics metrics(font);
    HeadLayout table;
    table.cell = std::clamp(wholeWidth / static_cast<int>(std::max<std::size_t>(1, model.heads)), leastCell, mostCell);
    table.margin = {metrics.horizontalAdvance(u"L%1"_s.arg(model.layers)) + 8, metrics.height() + 4};
    table.columns = std::max<std::size_t>(1, model.heads);
    table.count = model.layers * model.heads;
    return table;
}

SheetWords GridSheet::wordsFor(const CapturePtr& capture, SequenceId sequence, const SheetStyle& style)
{
    const auto& model = capture->header().model;
    QString note = scaleNote(style.view, false);
    const ScaleMode mode = effectiveMode(style.view);
    if (mode == ScaleMode::Auto) // each has an end of its own
        note = QCoreApplication::translate("Picture", "of head's max") + (note.isEmpty() ? QString() : u'\n' + note);
    else if (mode == ScaleMode::Percentile)
        note += u'\n' + QCoreApplication::translate("Picture", "of each head");
    const LegendWords legend{note, style.view.specials != SpecialTokens::Show};
    const QString what
        = QCoreApplication::translate("Picture", "%1 layers × %2 heads").arg(model.layers).arg(model.heads);
    return {sheetTitle(capture, sequence, what), specialsNote(style.view), style.footer, legend};
}

GridSheet::GridSheet(const CapturePtr& capture, SequenceId sequence, const SheetStyle& style)
    : style_(style)
    , headsOfALayer_(std::max<std::size_t>(1, capture->header().model.heads))
    , table_(tableOf(capture, sheetFont(style.font, bodySize)))
    , layout_(table_.size().expandedTo({240, 240}), style.font, wordsFor(capture, sequence, style), paper(style.dark))
    , maps_(table_.count)
{
    style_.shown.reset();
}

void GridSheet::add(const PatternTile& tile)
{
    const ViewOptions drawn = drawnWith(style_.view, tile);
    HeadMosaic mosaic;
    mosaic.setLogarithmic(drawn.scale == ScaleMode::Logarithmic);
    mosaic.show(std::make_shared<const PatternTile>(tile));
    const QRectF all(
        double(tile.columns.begin), double(tile.rows.begin), double(tile.columns.size()), double(tile.rows.size()));
    Map& map = maps_.at(tile.layer.value * headsOfALayer_ + tile.head.value);
    map.scale = sheetScale(mosaic, drawn, all, style_);
    map.codes = mosaic.cells();
}

/// Shares of what each head's own scale ends at, unless all end at the same.
ColourScale GridSheet::legend() const
{
    ValueRange range;
    range.perRow = effectiveMode(style_.view) == ScaleMode::PerRow;
    range.logarithmic = effectiveMode(style_.view) == ScaleMode::Logarithmic;
    return ColourScale::forPalette(layout_.palette, 1, range, {style_.view.palette, style_.view.diverging});
}

void GridSheet::paintFrame(QPainter& painter) const
{
    layout_.paint(painter, legend());
    painter.setFont(sheetFont(style_.font, bodySize));
    QColor colour = layout_.palette.color(QPalette::WindowText);
    colour.setAlphaF(0.72f);
    painter.setPen(colour);
    const QFontMetrics metrics(painter.font());
    const QPoint origin = layout_.origin;
    const bool narrow = metrics.horizontalAdvance(u"H%1"_s.arg(headsOfALayer_)) + 6 > table_.slotWidth();
    for (std::size_t head = 0; head < std::min(headsOfALayer_, table_.count); head += narrow ? 2 : 1)
        painter.drawText(
            QRect(origin.x() + table_.cellRect(head).center().x() - 40, origin.y(), 80, table_.margin.height() - 2),
            Qt::AlignHCenter | Qt::AlignBottom, u"H%1"_s.arg(head));
    for (std::size_t layer = 0; layer < table_.rows(); ++layer) {
        const QRect row = table_.cellRect(layer * headsOfALayer_).translated(origin);
        painter.drawText(QRect(origin.x(), row.top(), table_.margin.width() - 6, row.height()),
            Qt::AlignRight | Qt::AlignVCenter, u"L%1"_s.arg(layer));
    }
    for (std::size_t head = 0; head < heads(); ++head)
        if (!has(head))
            painter.fillRect(area(head), QColor(legend().unknown()).darker(104));
}

QRectF GridSheet::area(std::size_t head) const { return table_.cellRect(head).translated(layout_.origin); }

void GridSheet::paintPixels(QPainter& painter) const
{
    const double ratio = painter.deviceTransform().m11();
    for (std::size_t head = 0; head < heads(); ++head) {
        if (!has(head))
            continue;
        const auto& [codes, scale] = maps_[head];
        painter.drawImage(area(head),
            raster(codes, QRectF(0, 0, double(codes.width), double(codes.height)), (area(head).size() * ratio).toSize(),
                scale, style_.view.transposed));
    }
}

QImage GridSheet::image(std::size_t head) const
{
    const auto& [codes, scale] = maps_[head];
    const QSize pixels(int(codes.width), static_cast<int>(codes.height));
    return raster(codes, QRectF(QPointF(0, 0), pixels), style_.view.transposed ? pixels.transposed() : pixels, scale,
        style_.view.transposed);
}

void GridSheet::paintImages(QPainter& painter) const
{
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setRenderHint(QPainter::LosslessImageRendering);
    for (std::size_t head = 0; head < heads(); ++head)
        if (has(head))
            painter.drawImage(area(head), image(head));
}

} // namespace headscope::ui
