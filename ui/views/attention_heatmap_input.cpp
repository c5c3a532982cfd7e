// SPDX-License-Identifier: GPL-3.0-or-later
// What people do with a heatmap: pointer, wheel and keys.
#include "ui/text/token_tool_tip.h"
#include "ui/views/heatmap_parts.h"

#include <QAccessible>
#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>

#include <cmath>
#include <utility>

namespace headscope::ui {

void AttentionHeatmap::hover(std::optional<Cell> cell)
{
    if (cell == parts_->scene.hovered)
        return;
    parts_->scene.hovered = cell;
    refreshCursor();
    Q_EMIT shownCellChanged();
}

void AttentionHeatmap::setCellWords(const QString& words)
{
    if (std::exchange(parts_->cellWords, words) == words)
        return;
    QAccessibleValueChangeEvent value(this, words);
    QAccessible::updateAccessibility(&value);
    QAccessibleEvent description(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&description);
}

std::optional<float> AttentionHeatmap::shownValue() const
{
    const auto cell = shownCell();
    return cell ? parts_->scene.mosaic.valueAt(*cell) : std::nullopt;
}

QString AttentionHeatmap::cellWords() const { return parts_->cellWords; }

void AttentionHeatmap::onPress(const QMouseEvent& event)
{
    if (event.button() != Qt::LeftButton)
        return;
    parts_->pressed = parts_->dragged = event.position();
    parts_->boxing = event.modifiers() & Qt::ShiftModifier;
}

void AttentionHeatmap::onMove(const QMouseEvent& event)
{
    auto& scene = parts_->scene;
    const auto place = event.position();
    const bool far
        = parts_->pressed && (place - *parts_->pressed).manhattanLength() >= QApplication::startDragDistance();
    if (parts_->pressed && far && parts_->boxing) {
        scene.box = QRectF(*parts_->pressed, place).normalized().intersected(scene.area);
        refreshCursor();
    } else if (parts_->dragged && far && !scene.window.isWhole()) {
        const QPointF by = scene.tokenAt(*parts_->dragged) - scene.tokenAt(place);
        parts_->dragged = place;
        pan(by);
    }
    hover(parts_->scene.cellAt(place));
}

void AttentionHeatmap::onRelease(const QMouseEvent& event)
{
    const bool click = parts_->pressed
        && (event.position() - *parts_->pressed).manhattanLength() < QApplication::startDragDistance();
    parts_->pressed.reset();
    parts_->dragged.reset();
    if (const auto box = std::exchange(parts_->scene.box, std::nullopt)) {
        if (!click && box->width() > 4 && box->height() > 4)
            parts_->scene.window.show(parts_->scene.tokensIn(*box));
        return placeArea();
    }
    if (const auto cell = parts_->scene.cellAt(event.position()); click && cell)
        choose(cell);
}

void AttentionHeatmap::onWheel(QWheelEvent& event)
{
    auto& scene = parts_->scene;
    const QPointF token = scene.tokenAt(event.position());
    scene.window.zoom(std::pow(0.999, event.angleDelta().y()), token);
    layOut();
    pan(token - scene.tokenAt(event.position())); // other labels may have moved the cells
    hover(scene.cellAt(event.position()));
    event.accept();
}

bool AttentionHeatmap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto& scene = parts_->scene;
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto label = scene.labelAt(help->pos() - parts_->plot->pos());
    if (!label) {
        QToolTip::hideText();
        return true;
    }
    const auto& tokens = label->axis == 'q' ? scene.queries : scene.keys;
    QToolTip::showText(help->globalPos(),
        tokenToolTip(QLatin1Char(label->axis), label->position, tokens.tokens()->at(label->position)), this);
    return true;
}

void AttentionHeatmap::keyPressEvent(QKeyEvent* event)
{
    const auto& scene = parts_->scene;
    if (scene.queries.count() == 0 || scene.keys.count() == 0)
        return QWidget::keyPressEvent(event);
    if (event->modifiers() & Qt::ShiftModifier) {
        const QSizeF tenth = scene.seen().size() / 10;
        const std::pair<int, QPointF> steps[]{{Qt::Key_Left, {-tenth.width(), 0}}, {Qt::Key_Right, {tenth.width(), 0}},
            {Qt::Key_Up, {0, -tenth.height()}}, {Qt::Key_Down, {0, tenth.height()}}};
        for (const auto& [key, by] : steps)
            if (event->key() == key)
                return pan(scene.transposed ? by.transposed() : by);
    }
    Cell cell = scene.selected.value_or(Cell{scene.queries.count() - 1, 0});
    std::size_t& down = scene.transposed ? cell.key : cell.query;
    std::size_t& across = scene.transposed ? cell.query : cell.key;
    const std::size_t rows = scene.downLabels().count(), columns = scene.acrossLabels().count();
    const bool control = event->modifiers() & Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Left:
        across -= across > 0;
        break;
    case Qt::Key_Right:
        across += across + 1 < columns;
        break;
    case Qt::Key_Up:
        down -= down > 0;
        break;
    case Qt::Key_Down:
        down += down + 1 < rows;
        break;
    case Qt::Key_Home:
        (control ? down : across) = 0;
        break;
    case Qt::Key_End:
        (control ? down : across) = (control ? rows : columns) - 1;
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(0.8);
    case Qt::Key_Minus:
        return zoom(1.25);
    case Qt::Key_0:
        return resetView();
    default:
        return QWidget::keyPressEvent(event);
    }
    choose(cell);
}

void AttentionHeatmap::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    parts_->scene.focused = event->reason() != Qt::MouseFocusReason;
    refreshCursor();
}

void AttentionHeatmap::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    parts_->scene.focused = false;
    refreshCursor();
}

void AttentionHeatmap::leaveEvent(QEvent* event)
{
    hover(std::nullopt);
    QWidget::leaveEvent(event);
}

} // namespace headscope::ui
