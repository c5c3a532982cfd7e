// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cell_window.h"

#include <algorithm>

namespace headscope::ui {

CellWindow::CellWindow(std::size_t rows, std::size_t columns)
    : all_(0, 0, static_cast<double>(columns), static_cast<double>(rows))
    , bounds_(all_)
    , rect_(all_)
{
}

void CellWindow::setBounds(const QRectF& bounds)
{
    bounds_ = bounds.isEmpty() ? all_ : bounds;
    reset();
}

bool CellWindow::isWhole() const { return rect_.width() >= bounds_.width() && rect_.height() >= bounds_.height(); }

void CellWindow::zoom(double factor, QPointF about)
{
    const double rows = bounds_.height(), columns = bounds_.width();
    if (rows <= 0 || columns <= 0)
        return;
    const double closest = std::min(1.0, std::max(2 / rows, 2 / columns)); // of the whole
    const double share = std::clamp(rect_.width() / columns * factor, closest, 1.0);
    const double width = share * columns, height = share * rows;
    const double x = (about.x() - rect_.x()) / rect_.width(), y = (about.y() - rect_.y()) / rect_.height();
    rect_ = QRectF(about.x() - x * width, about.y() - y * height, width, height);
    clamp();
}

void CellWindow::show(const QRectF& part)
{
    if (bounds_.isEmpty() || part.isEmpty())
        return;
    reset();
    zoom(std::max(part.width() / bounds_.width(), part.height() / bounds_.height()), part.center());
    pan(part.center() - rect_.center());
}

void CellWindow::take(const QRectF& part)
{
    rect_ = part;
    clamp();
}

void CellWindow::pan(QPointF by)
{
    rect_.translate(by);
    clamp();
}

void CellWindow::reset() { rect_ = bounds_; }

void CellWindow::reveal(std::size_t row, std::size_t column)
{
    const auto shift = [](double cell, double begin, double size) {
        return cell < begin ? cell - begin : cell + 1 > begin + size ? cell + 1 - begin - size : 0;
    };
    pan({shift(static_cast<double>(column), rect_.x(), rect_.width()),
        shift(static_cast<double>(row), rect_.y(), rect_.height())});
}

void CellWindow::clamp()
{
    rect_.setSize({std::min(rect_.width(), bounds_.width()), std::min(rect_.height(), bounds_.height())});
    rect_.moveLeft(std::clamp(rect_.x(), bounds_.left(), bounds_.right() - rect_.width()));
    rect_.moveTop(std::clamp(rect_.y(), bounds_.top(), bounds_.bottom() - rect_.height()));
}

} // namespace headscope::ui
