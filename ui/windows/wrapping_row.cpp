// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/wrapping_row.h"

#include <QBoxLayout>
#include <QEvent>

#include <algorithm>

namespace headscope::ui {

WrappingRow::WrappingRow(QWidget* parent)
    : QWidget(parent)
    , rows_(new QBoxLayout(QBoxLayout::LeftToRight, this))
    , first_(new QWidget(this))
    , second_(new QWidget(this))
    , heading_(new QHBoxLayout(first_))
    , controls_(new QHBoxLayout(second_))
{
    heading_->setContentsMargins({});
    controls_->setContentsMargins({});
    rows_->addWidget(first_, 1);
    rows_->addWidget(second_);
}

void WrappingRow::setHeadingWidth(int width)
{
    headingWidth_ = width;
    arrange();
}

bool WrappingRow::event(QEvent* event)
{
    const bool handled = QWidget::event(event);
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        arrange();
    return handled;
}

void WrappingRow::arrange()
{
    const QMargins margins = rows_->contentsMargins();
    const int wanted = std::max(headingWidth_, first_->sizeHint().width()) + rows_->spacing()
        + second_->sizeHint().width() + margins.left() + margins.right();
    const auto direction = wanted <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
    if (direction == rows_->direction())
        return;
    rows_->setDirection(direction);
    rows_->setAlignment(second_, direction == QBoxLayout::LeftToRight ? Qt::Alignment() : Qt::AlignLeft);
}

} // namespace headscope::ui
