// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keyboard of the grid of heads.
#include "ui/views/head_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>

namespace headscope::ui {

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

void HeadGrid::step(int rows, int columns, bool pick)
{
    const auto& shown = arrangement_.shown();
    if (selection_.isEmpty() || shown.empty())
        return;
    std::vector<HeadRef> way = selection_.picked();
    if (const auto place = arrangement_.placeOf(selection_.current())) {
        way.push_back(selection_.current());
        const auto at = [](std::size_t value) { return static_cast<std::ptrdiff_t>(value); };
        const auto width = at(layout_.columns), count = at(shown.size());
        const auto row = std::clamp<std::ptrdiff_t>(at(*place) / width + rows, 0, (count - 1) / width);
        const auto column = std::clamp<std::ptrdiff_t>(at(*place) % width + columns, 0, width - 1);
        selection_.choose(shown[static_cast<std::size_t>(std::min(row * width + column, count - 1))]);
    } else {
        selection_.choose(shown.front()); // what was chosen is filtered out
    }
    way.push_back(selection_.current());
    if (pick)
        selection_.setPicked(std::move(way));
    Q_EMIT revealWanted();
}

void HeadGrid::keyPressEvent(QKeyEvent* event)
{
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left:
        step(0, -1, shift);
        break;
    case Qt::Key_Right:
        step(0, 1, shift);
        break;
    case Qt::Key_Up:
        step(-1, 0, shift);
        break;
    case Qt::Key_Down:
        step(1, 0, shift);
        break;
    case Qt::Key_Home:
        step(0, -static_cast<int>(layout_.columns));
        break;
    case Qt::Key_End:
        step(0, static_cast<int>(layout_.columns));
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
}

} // namespace headscope::ui
