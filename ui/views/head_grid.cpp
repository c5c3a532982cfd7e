// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_grid.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"
#include "ui/text/score_text.h"
#include "ui/views/head_colours.h"
#include "ui/views/raster.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {
constexpr int smallest = 26, largest = 112;

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
        update();
        if (!underMouse())
            Q_EMIT revealWanted();
    });
    const auto repaint = [this] {
        describe();
        update();
    };
    connect(&selection_, &HeadSelection::lockChanged, this, repaint);
    connect(&selection_, &HeadSelection::pickedChanged, this, repaint);
    describe();
}

void HeadGrid::reset(std::size_t layers, std::size_t heads)
{
    layers_ = layers;
    heads_ = heads;
    filled_ = 0;
    thumbnails_.assign(layers * heads, {});
    scores_.assign(layers, {});
    selection_.setShape(layers, heads);
    setMinimumSize(minimumSizeHint());
    resizeEvent(nullptr);
    updateGeometry();
    describe();
    update();
}

void HeadGrid::setScores(const LayerScores& scores)
{
    if (scores.layer.value < scores_.size() && scores.heads.size() == heads_)
        scores_[scores.layer.value] = scores.heads;
    describe();
}

const HeadGrid::Thumbnail& HeadGrid::at(HeadRef head) const
{
    return thumbnails_[head.layer.value * heads_ + head.head.value];
}

void HeadGrid::setTile(HeadRef head, const PatternTile& tile)
{
    if (head.layer.value >= layers_ || head.head.value >= heads_)
        return;
    auto& thumbnail = thumbnails_[head.layer.value * heads_ + head.head.value];
    filled_ += thumbnail.cells.codes.empty();
    thumbnail = {encode(tile), {}};
    update(headRect(head).adjusted(-1, -1, 1, 1));
}

bool HeadGrid::has(HeadRef head) const
{
    return head.layer.value < layers_ && head.head.value < heads_ && !at(head).cells.codes.empty();
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
    describe();
    update();
}

bool HeadGrid::showsFigures() const { return figures_ && figures_->layers == layers_ && figures_->heads == heads_; }

ColourScale HeadGrid::figureScale() const
{
    const float top = figures_ ? figures_->top() : 0;
    return ColourScale::forPalette(palette(), 1, {Stage::Pattern, -top, top, Quantity::Difference}, palettes_);
}

void HeadGrid::forgetImages()
{
    for (auto& thumbnail : thumbnails_)
        thumbnail.image = {};
    update();
}

QSize HeadGrid::labels() const
{
    const auto metrics = fontMetrics();
    return {metrics.horizontalAdvance(u"L%1"_s.arg(layers_ ? layers_ - 1 : 0)) + 10, metrics.height() + 4};
}

QRect HeadGrid::rectOf(HeadRef head, int cell) const
{
    const QSize edge = labels();
    return {edge.width() + static_cast<int>(head.head.value) * (cell + spacing),
        edge.height() + static_cast<int>(head.layer.value) * (cell + spacing), cell, cell};
}

QRect HeadGrid::headRect(HeadRef head) const { return rectOf(head, cell_).translated(origin_); }

std::optional<HeadRef> HeadGrid::headAt(QPoint place) const
{
    const QPoint inner = place - origin_ - QPoint(labels().width(), labels().height());
    if (inner.x() < 0 || inner.y() < 0 || place.y() < visibleTop() + labels().height())
        return std::nullopt;
    const HeadRef head{LayerId{static_cast<std::size_t>(inner.y() / (cell_ + spacing))},
        HeadId{static_cast<std::size_t>(inner.x() / (cell_ + spacing))}};
    if (head.layer.value >= layers_ || head.head.value >= heads_)
        return std::nullopt;
    return head;
}

QSize HeadGrid::pictureSize(int cell) const
{
    return labels() + QSize(static_cast<int>(heads_), static_cast<int>(layers_)) * (cell + spacing);
}

QSize HeadGrid::sizeHint() const { return pictureSize(64); }
QSize HeadGrid::minimumSizeHint() const { return pictureSize(smallest); }

void HeadGrid::paintPicture(QPainter& painter, int cell) const
{
    painter.setFont(font());
    paintLayerLabels(painter, cell, std::nullopt);
    paintHeadLabels(painter, cell, std::nullopt);
    for (std::size_t layer = 0; layer < layers_; ++layer)
        for (std::size_t head = 0; head < heads_; ++head)
            paintHead(painter, {LayerId{layer}, HeadId{head}}, cell, painter.deviceTransform().m11());
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

void HeadGrid::paintHeadLabels(QPainter& painter, int cell, std::optional<HeadRef> marked) const
{
    const QSize edge = labels();
    const int width = painter.fontMetrics().horizontalAdvance(u"H%1"_s.arg(heads_)) + 6;
    const std::size_t stride = width > cell + spacing ? 2 : 1;
    for (std::size_t head = 0; head < heads_; head += stride)
        paintLabel(painter, QRect(rectOf({{}, HeadId{head}}, cell).center().x() - 40, 0, 80, edge.height() - 2),
            Qt::AlignHCenter | Qt::AlignBottom, u"H%1"_s.arg(head), marked && marked->head.value == head);
}

void HeadGrid::paintLayerLabels(QPainter& painter, int cell, std::optional<HeadRef> marked) const
{
    const QSize edge = labels();
    for (std::size_t layer = 0; layer < layers_; ++layer) {
        const QRect row = rectOf({LayerId{layer}, {}}, cell);
        paintLabel(painter, QRect(0, row.top(), edge.width() - 6, row.height()), Qt::AlignRight | Qt::AlignVCenter,
            u"L%1"_s.arg(layer), marked && marked->layer.value == layer);
    }
}

void HeadGrid::paintHead(QPainter& painter, HeadRef head, int cell, double pixelRatio) const
{
    const auto& thumbnail = at(head);
    const QRect box = rectOf(head, cell);
    if (showsFigures())
        return paintFigure(painter, box, figures_->at(head));
    if (thumbnail.cells.codes.empty()) {
        painter.fillRect(box, placeholder(palette()));
        return;
    }
    const QSize pixels = (QSizeF(box.size()) * pixelRatio).toSize();
    if (thumbnail.image.size() != pixels) {
        const float top = mode_ != ScaleMode::Fixed ? thumbnail.cells.largest : 1;
        thumbnail.image = raster(thumbnail.cells, QRectF(0, 0, thumbnail.cells.width, thumbnail.cells.height), pixels,
            ColourScale::forPalette(palette(), top, {}, palettes_));
    }
    painter.drawImage(QRectF(box), thumbnail.image);
}

void HeadGrid::paintFigure(QPainter& painter, const QRect& box, std::optional<float> figure) const
{
    if (!figure) {
        painter.fillRect(box, placeholder(palette()));
        return;
    }
    const ColourScale scale = figureScale();
    const QColor colour(std::isnan(*figure) ? scale.nan() : scale.difference(*figure));
    painter.fillRect(box, colour);
    const QString words = shortDifferenceText(*figure);
    if (painter.fontMetrics().horizontalAdvance(words) + 4 > box.width())
        return;
    painter.setPen(qGray(colour.rgb()) > 140 ? Qt::black : Qt::white);
    painter.drawText(box, Qt::AlignCenter, words);
}

void HeadGrid::paintPicks(QPainter& painter) const
{
    // Inside the thumbnail, where it does not meet the frame of a lock; a line of background sets it off from any
    // value.
    const QColor background = palette().color(QPalette::Window);
    for (const HeadRef head : selection_.picked()) {
        const QRectF box(headRect(head));
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
    if (selection_.isLocked()) { // a corner tells a lock from a keyboard focus without colour
        const QRect box = headRect(selection_.current());
        const QPolygon corner(
            {box.topRight() + QPoint(2, -1), box.topRight() + QPoint(-9, -1), box.topRight() + QPoint(2, 10)});
        painter.setPen(Qt::NoPen);
        painter.setBrush(accent);
        painter.drawPolygon(corner);
        painter.setBrush(Qt::NoBrush);
    }
}

void HeadGrid::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(event->rect(), palette().color(QPalette::Window));
    if (thumbnails_.empty())
        return;
    painter.translate(origin_);
    paintLayerLabels(painter, cell_, selection_.shown());
    const QRect dirty = event->rect();
    for (std::size_t layer = 0; layer < layers_; ++layer)
        for (std::size_t head = 0; head < heads_; ++head)
            if (const HeadRef ref{LayerId{layer}, HeadId{head}}; headRect(ref).intersects(dirty))
                paintHead(painter, ref, cell_, devicePixelRatioF());
    painter.translate(-origin_);
    paintPicks(painter);
    paintMarks(painter);
    // Last, and at the top of what is visible: the head numbers stay when a tall grid is scrolled.
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRect(0, visibleTop(), width(), labels().height() - 2), palette().color(QPalette::Window));
    painter.translate(origin_.x(), visibleTop());
    paintHeadLabels(painter, cell_, selection_.shown());
}

int HeadGrid::visibleTop() const { return visibleRegion().boundingRect().top(); }

void HeadGrid::moveEvent(QMoveEvent*) { update(); }

void HeadGrid::resizeEvent(QResizeEvent*)
{
    if (thumbnails_.empty())
        return;
    const QSize room = size() - labels();
    const int fit
        = std::min(room.width() / static_cast<int>(heads_), room.height() / static_cast<int>(layers_)) - spacing;
    cell_ = std::clamp(fit, smallest, largest);
    origin_ = {std::max(0, (width() - pictureSize(cell_).width() - labels().width() / 2) / 2), 0};
}

bool HeadGrid::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const auto head = headAt(help->pos()))
            QToolTip::showText(help->globalPos(), wordsFor(*head), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

void HeadGrid::mouseMoveEvent(QMouseEvent* event) { selection_.hover(headAt(event->position().toPoint())); }

void HeadGrid::leaveEvent(QEvent*) { selection_.hover(std::nullopt); }

void HeadGrid::mousePressEvent(QMouseEvent* event)
{
    const auto head = headAt(event->position().toPoint());
    if (!head || event->button() != Qt::LeftButton)
        return;
    event->modifiers().testFlag(Qt::ShiftModifier) ? selection_.togglePicked(*head) : selection_.toggleLock(*head);
}

void HeadGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    const auto head = headAt(event->position().toPoint());
    if (head && event->button() == Qt::LeftButton && !event->modifiers().testFlag(Qt::ShiftModifier))
        selection_.solo(*head);
    else
        mousePressEvent(event);
}

void HeadGrid::moveBy(int layers, int heads, bool pick)
{
    if (pick && !selection_.isEmpty() && !selection_.isPicked(selection_.current()))
        selection_.togglePicked(selection_.current());
    selection_.move(layers, heads);
    if (pick && !selection_.isPicked(selection_.current()))
        selection_.togglePicked(selection_.current());
}

void HeadGrid::keyPressEvent(QKeyEvent* event)
{
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        moveBy(0, -1, shift);
        break;
    case Qt::Key_Right:
        moveBy(0, 1, shift);
        break;
    case Qt::Key_Up:
        moveBy(-1, 0, shift);
        break;
    case Qt::Key_Down:
        moveBy(1, 0, shift);
        break;
    case Qt::Key_Home:
        selection_.move(0, -static_cast<int>(heads_));
        break;
    case Qt::Key_End:
        selection_.move(0, static_cast<int>(heads_));
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (!selection_.isEmpty())
            shift ? selection_.togglePicked(selection_.current()) : selection_.toggleLock(selection_.current());
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    Q_EMIT revealWanted();
}

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
