// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_grid.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"
#include "ui/text/score_text.h"
#include "ui/views/head_colours.h"
#include "ui/views/raster.h"

#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {
constexpr int smallest = 26, largest = 112; // sides of thumbnails
constexpr int smallestFlowing = 40, scrolledFlowing = 56;

/// Of a head that is not there yet.
QColor placeholder(const QPalette& palette)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(0.09f);
    return colour;
}

} // namespace

HeadGrid::HeadGrid(HeadSelection& selection, QWidget* parent)
    : QWidget(parent)
    , selection_(selection)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Heads"));
    connect(&selection_, &HeadSelection::shownChanged, this, [this] {
        describe();
        updateMarks();
        if (!underMouse())
            Q_EMIT revealWanted();
    });
    const auto repaint = [this] {
        describe();
        update();
    };
    connect(&selection_, &HeadSelection::lockChanged, this, repaint);
    connect(&selection_, &HeadSelection::pickedChanged, this, repaint);
    connect(&arrangement_, &HeadArrangement::changed, this, &HeadGrid::rearrange);
    describe();
}

void HeadGrid::reset(std::size_t layers, std::size_t heads)
{
    layers_ = layers;
    heads_ = heads;
    filled_ = 0;
    patterns_.assign(layers * heads, nullptr);
    images_.assign(layers * heads, {});
    scores_.assign(layers, {});
    selection_.setShape(layers, heads);
    arrangement_.reset(layers, heads);
}

void HeadGrid::rearrange()
{
    setMinimumSize(minimumSizeHint());
    layOut();
    updateGeometry();
    describe();
    update();
}

void HeadGrid::setScores(const LayerScores& scores)
{
    if (scores.layer.value < scores_.size() && scores.heads.size() == heads_)
        scores_[scores.layer.value] = scores.heads;
    arrangement_.setScores(scores);
    describe();
}

void HeadGrid::setTile(HeadRef head, const PatternTile& tile)
{
    if (head.layer.value >= layers_ || head.head.value >= heads_)
        return;
    filled_ += !patterns_[indexOf(head)];
    patterns_[indexOf(head)] = std::make_shared<const CellCodes>(encode(tile));
    images_[indexOf(head)] = {};
    update(headRect(head).adjusted(-1, -1, 1, 1));
    Q_EMIT patternCame();
}

bool HeadGrid::has(HeadRef head) const
{
    return head.layer.value < layers_ && head.head.value < heads_ && patterns_[indexOf(head)];
}

void HeadGrid::setScaleMode(ScaleMode mode)
{
    if (std::exchange(mode_, mode) != mode)
        forgetImages();
}

void HeadGrid::setPalettes(ScalePalettes palettes)
{
    if (std::exchange(palettes_, palettes) != palettes)
        forgetImages();
}

void HeadGrid::setFigures(std::optional<HeadFigures> figures)
{
    figures_ = std::move(figures);
    figureScale_.reset();
    describe();
    update();
}

bool HeadGrid::showsFigures() const { return figures_ && figures_->layers == layers_ && figures_->heads == heads_; }

const ColourScale& HeadGrid::figureScale() const
{
    if (!figureScale_) {
        const float top = figures_ ? figures_->top() : 0;
        figureScale_
            = ColourScale::forPalette(palette(), 1, {Stage::Pattern, -top, top, Quantity::Difference}, palettes_);
    }
    return *figureScale_;
}

void HeadGrid::forgetImages()
{
    images_.assign(images_.size(), {});
    figureScale_.reset();
    update();
}

QSize HeadGrid::labels() const
{
    const auto metrics = fontMetrics();
    return {metrics.horizontalAdvance(u"L%1"_s.arg(layers_ ? layers_ - 1 : 0)) + 10, metrics.height() + 4};
}

QFont HeadGrid::captionFont() const
{
    QFont face = font();
    face.setPointSizeF(face.pointSizeF() * 0.9);
    return face;
}

QSize HeadGrid::captionSize() const
{
    const QFontMetrics metrics(captionFont());
    const HeadRef last{LayerId{layers_ ? layers_ - 1 : 0}, HeadId{heads_ ? heads_ - 1 : 0}};
    return {metrics.horizontalAdvance(headText(last)) + 4, 2 * metrics.lineSpacing() + 3};
}

HeadLayout HeadGrid::tableOf(int cell) const
{
    return {.cell = cell, .margin = labels(), .columns = std::max<std::size_t>(1, heads_), .count = layers_ * heads_};
}

HeadLayout HeadGrid::flowIn(QSize room) const
{
    HeadLayout flow{.cell = largest, .caption = captionSize(), .count = arrangement_.shown().size()};
    const auto fill = [&] {
        flow.columns = static_cast<std::size_t>(std::max(1, room.width() / flow.slotWidth()));
        return flow.size().height() <= room.height();
    };
    while (flow.cell > smallestFlowing && !fill())
        --flow.cell;
    if (!fill()) { // it has to be scrolled anyway
        flow.cell = scrolledFlowing;
        fill();
    }
    return flow;
}

void HeadGrid::layOut()
{
    if (patterns_.empty())
        return;
    if (arrangement_.isModelOrder()) {
        const QSize room = size() - labels();
        const int fit = std::min(room.width() / static_cast<int>(heads_), room.height() / static_cast<int>(layers_))
            - HeadLayout::spacing;
        layout_ = tableOf(std::clamp(fit, smallest, largest));
        origin_ = {std::max(0, (width() - layout_.size().width() - labels().width() / 2) / 2), 0};
    } else {
        // As high as what is seen of it: its own height is what it asked for last.
        layout_ = flowIn({width(), parentWidget() ? parentWidget()->height() : height()});
        origin_ = {std::max(0, (width() - layout_.size().width()) / 2), 2};
        setMinimumHeight(layout_.size().height() + 2);
    }
}

QRect HeadGrid::headRect(HeadRef head) const
{
    const auto place = arrangement_.placeOf(head);
    return place ? layout_.cellRect(*place).translated(origin_) : QRect();
}

std::optional<HeadRef> HeadGrid::headAt(QPoint place) const
{
    if (place.y() < visibleTop() + layout_.margin.height())
        return std::nullopt;
    const auto found = layout_.placeAt(place - origin_);
    return found ? std::optional(arrangement_.shown()[*found]) : std::nullopt;
}

QSize HeadGrid::pictureSize(int cell) const { return tableOf(cell).size(); }
QSize HeadGrid::sizeHint() const { return pictureSize(64); }
QSize HeadGrid::minimumSizeHint() const
{
    return arrangement_.isModelOrder()
        ? pictureSize(smallest)
        : QSize(std::max(scrolledFlowing, captionSize().width()) + HeadLayout::spacing, 0);
}

void HeadGrid::paintLabel(QPainter& painter, const QRect& box, int align, const QString& label, bool strong) const
{
    QColor colour = palette().color(QPalette::WindowText);
    colour.setAlphaF(strong ? 1.0f : 0.72f);
    QFont face = painter.font();
    face.setBold(strong);
    painter.setFont(face);
    painter.setPen(colour);
    painter.drawText(box, align, label);
}

void HeadGrid::paintHeadLabels(
    QPainter& painter, const HeadLayout& table, const QRegion& dirty, std::optional<HeadRef> marked) const
{
    const int width = painter.fontMetrics().horizontalAdvance(u"H%1"_s.arg(heads_)) + 6;
    const std::size_t stride = width > table.slotWidth() ? 2 : 1;
    for (std::size_t head = 0; head < heads_; head += stride) {
        const QRect box(table.cellRect(head).center().x() - 40, 0, 80, table.margin.height() - 2);
        if (dirty.intersects(box))
            paintLabel(painter, box, Qt::AlignHCenter | Qt::AlignBottom, u"H%1"_s.arg(head),
                marked && marked->head.value == head);
    }
}

void HeadGrid::paintLayerLabels(
    QPainter& painter, const HeadLayout& table, const QRegion& dirty, std::optional<HeadRef> marked) const
{
    for (std::size_t layer = 0; layer < layers_; ++layer) {
        const QRect row = table.cellRect(layer * heads_);
        const QRect box(0, row.top(), table.margin.width() - 6, row.height());
        if (dirty.intersects(box))
            paintLabel(painter, box, Qt::AlignRight | Qt::AlignVCenter, u"L%1"_s.arg(layer),
                marked && marked->layer.value == layer);
    }
}

void HeadGrid::paintHead(QPainter& painter, HeadRef head, const QRect& box, double pixelRatio) const
{
    if (showsFigures())
        return paintFigure(painter, box, figures_->at(head));
    const auto& cells = patterns_[indexOf(head)];
    if (!cells) {
        painter.fillRect(box, placeholder(palette()));
        return;
    }
    QImage& image = images_[indexOf(head)];
    const QSize pixels = (QSizeF(box.size()) * pixelRatio).toSize();
    if (image.size() != pixels) {
        const float top = mode_ != ScaleMode::Fixed ? cells->largest : 1;
        image = raster(*cells, QRectF(0, 0, cells->width, cells->height), pixels,
            ColourScale::forPalette(palette(), top, {}, palettes_));
    }
    painter.drawImage(QRectF(box), image);
}

void HeadGrid::paintCaption(QPainter& painter, HeadRef head, const QRect& box) const
{
    const auto figure = arrangement_.figureOf(head);
    const int line = box.height() / 2;
    const QRect name(box.left() - 20, box.top() + 1, box.width() + 40, line);
    paintLabel(painter, name, Qt::AlignCenter, headText(head), head == selection_.shown());
    paintLabel(painter, name.translated(0, line - 1), Qt::AlignCenter,
        figure ? figureText(arrangement_.order(), *figure) : u"…"_s, false);
}

void HeadGrid::paintFigure(QPainter& painter, const QRect& box, std::optional<float> figure) const
{
    if (!figure) {
        painter.fillRect(box, placeholder(palette()));
        return;
    }
    const ColourScale& scale = figureScale();
    const QColor colour(std::isnan(*figure) ? scale.nan() : scale.difference(*figure));
    painter.fillRect(box, colour);
    const QString words = shortDifferenceText(*figure);
    if (painter.fontMetrics().horizontalAdvance(words) + 4 > box.width())
        return;
    painter.setPen(qGray(colour.rgb()) > 140 ? Qt::black : Qt::white);
    painter.drawText(box, Qt::AlignCenter, words);
}

void HeadGrid::paintPicks(QPainter& painter, const QRegion& dirty) const
{
    // Inside the thumbnail, where it does not meet the frame of a lock; a line of background sets it off from any
    // value.
    const QColor background = palette().color(QPalette::Window);
    for (const HeadRef head : selection_.picked()) {
        const QRect cell = headRect(head);
        if (cell.isEmpty() || !dirty.intersects(cell))
            continue;
        const QRectF box(cell);
        painter.setPen(QPen(background, 1));
        painter.drawRect(box.adjusted(3.5, 3.5, -3.5, -3.5));
        painter.setPen(QPen(headColour(selection_.pickSlot(head), background.lightness() < 128), 3));
        painter.drawRect(box.adjusted(1.5, 1.5, -1.5, -1.5));
    }
}

void HeadGrid::paintMarks(QPainter& painter) const
{
    if (selection_.isEmpty())
        return;
    const auto frame = [&](HeadRef head, const QColor& colour, int width) {
        if (headRect(head).isEmpty())
            return; // filtered out
        painter.setPen(QPen(colour, width));
        painter.drawRect(QRectF(headRect(head)).adjusted(-1.5, -1.5, 1.5, 1.5));
    };
    const QColor strong = palette().color(QPalette::WindowText), accent = palette().color(QPalette::Highlight);
    if (!(selection_.shown() == selection_.current()))
        frame(selection_.shown(), strong, 1);
    frame(selection_.current(), selection_.isLocked() || hasFocus() ? accent : strong,
        selection_.isLocked() ? 3
            : hasFocus()      ? 2
                              : 1);
    if (selection_.isLocked()
        && !headRect(selection_.current()).isEmpty()) { // a corner tells a lock from a keyboard focus without colour
        const QRect box = headRect(selection_.current());
        const QPolygon corner(
            {box.topRight() + QPoint(2, -1), box.topRight() + QPoint(-9, -1), box.topRight() + QPoint(2, 10)});
        painter.setPen(Qt::NoPen);
        painter.setBrush(accent);
        painter.drawPolygon(corner);
        painter.setBrush(Qt::NoBrush);
    }
}

void HeadGrid::paintNothingLeft(QPainter& painter) const
{
    const QString name = orderText(arrangement_.order());
    const QString bound = figureText(arrangement_.order(), arrangement_.filter().bound);
    const bool least = arrangement_.filter().keep == HeadFilter::Keep::AtLeast;
    paintLabel(painter, QRect(0, visibleTop(), width(), visibleRegion().boundingRect().height()),
        Qt::AlignCenter | Qt::TextWordWrap,
        (least ? tr("No head has at least %1: %2") : tr("No head has at most %1: %2")).arg(bound, name), false);
}

void HeadGrid::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRegion& dirty = event->region();
    for (const QRect& part : dirty)
        painter.fillRect(part, palette().color(QPalette::Window));
    if (patterns_.empty())
        return;
    const auto& shown = arrangement_.shown();
    if (shown.empty())
        return paintNothingLeft(painter);
    const bool table = arrangement_.isModelOrder();
    painter.translate(origin_);
    if (table)
        paintLayerLabels(painter, layout_, dirty.translated(-origin_), selection_.shown());
    else
        painter.setFont(captionFont());
    const auto [first, last] = layout_.placesIn(dirty.boundingRect().translated(-origin_));
    for (std::size_t place = first; place < last; ++place) {
        if (const QRect cell = layout_.cellRect(place); dirty.intersects(cell.translated(origin_)))
            paintHead(painter, shown[place], cell, devicePixelRatioF());
        if (const QRect box = layout_.captionRect(place); !table && dirty.intersects(box.translated(origin_)))
            paintCaption(painter, shown[place], box);
    }
    painter.translate(-origin_);
    paintPicks(painter, dirty);
    paintMarks(painter);
    if (!table)
        return;
    // Last, and at the top of what is visible: the head numbers stay when a tall grid is scrolled.
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRect(0, visibleTop(), width(), layout_.margin.height() - 2), palette().color(QPalette::Window));
    painter.translate(origin_.x(), visibleTop());
    paintHeadLabels(painter, layout_, dirty.translated(-origin_.x(), -visibleTop()), selection_.shown());
}

QRegion HeadGrid::markRegion(HeadRef head) const
{
    const auto place = arrangement_.placeOf(head);
    if (!place)
        return {};
    const QRect cell = headRect(head);
    QRegion region(cell.adjusted(-4, -4, 4, 4));
    if (arrangement_.isModelOrder()) {
        region += QRect(origin_.x(), cell.top(), layout_.margin.width(), cell.height());
        region += QRect(cell.center().x() - 40, visibleTop(), 80, layout_.margin.height());
    } else {
        region += layout_.captionRect(*place).translated(origin_).adjusted(-20, 0, 20, 1);
    }
    return region;
}

void HeadGrid::updateMarks()
{
    QRegion region;
    const auto before = std::exchange(marked_, {selection_.shown(), selection_.current()});
    for (const HeadRef head : {before[0], before[1], marked_[0], marked_[1]})
        region += markRegion(head);
    update(region);
}

int HeadGrid::visibleTop() const { return visibleRegion().boundingRect().top(); }

void HeadGrid::moveEvent(QMoveEvent*) { update(); }

void HeadGrid::resizeEvent(QResizeEvent*) { layOut(); }

void HeadGrid::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        forgetImages();
    QWidget::changeEvent(event);
}

QString HeadGrid::wordsFor(HeadRef head) const
{
    if (!showsFigures()) {
        const auto& scores = scores_[head.layer.value];
        return !has(head)    ? headText(head) + tr(" (not finished)")
            : scores.empty() ? headText(head)
                             : headText(head) + u'\n' + scoresText(scores[head.head.value]);
    }
    const auto figure = figures_->at(head);
    if (figures_->measure == HeadMeasure::Contribution)
        return headText(head) + (figure ? tr("  adds %1 logits").arg(signedDifferenceText(*figure)) : QString());
    return headText(head) + (figure ? tr("  largest |Δ| %1").arg(differenceText(*figure)) : tr(" (not compared yet)"));
}

void HeadGrid::describe()
{
    if (selection_.isEmpty())
        return setAccessibleDescription(tr("No head yet"));
    const HeadRef head = selection_.isLocked() ? selection_.current() : selection_.shown();
    const bool more = showsFigures() ? figures_->has(head) : has(head);
    QString words = more ? wordsFor(head).replace(u'\n', QStringLiteral(", ")) : headText(head);
    if (selection_.isPicked(head))
        words = tr("%1, picked").arg(words);
    setAccessibleDescription(selection_.isLocked() ? tr("%1, locked").arg(words) : words);
}

} // namespace headscope::ui
