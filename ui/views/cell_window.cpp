// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cell_window.h"

#include <algorithm>

namespace headscope::ui {

CellWindow::CellWindow(std::size_t rows, std::size_t columns)
    : rows_(static_cast<double>(rows))
    , columns_(static_cast<double>(columns))
    , rect_(0, 0, columns_, rows_)
{
}

bool CellWindow::isWhole() const { return rect_.width() >= columns_ && rect_.height() >= rows_; }

void CellWindow::zoom(double factor, QPointF about)
{
    if (rows_ <= 0 || columns_ <= 0)
        return;
    const double closest = std::min(1.0, std::max(2 / rows_, 2 / columns_)); // of the whole
    const double share = std::clamp(rect_.width() / columns_ * factor, closest, 1.0);
    const double width = share * columns_, height = share * rows_;
    const double x = (about.x() - rect_.x()) / rect_.width(), y = (about.y() - rect_.y()) / rect_.height();
    rect_ = QRectF(about.x() - x * width, about.y() - y * height, width, height);
    clamp();
}

void CellWindow::show(const QRectF& part)
{
    if (rows_ <= 0 || columns_ <= 0 || part.isEmpty())
        return;
    reset();
    zoom(std::max(part.width() / columns_, part.height() / rows_), part.center());
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

void CellWindow::reset() { rect_ = QRectF(0, 0, columns_, rows_); }

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
    rect_.moveLeft(std::clamp(rect_.x(), 0.0, std::max(0.0, columns_ - rect_.width())));
    rect_.moveTop(std::clamp(rect_.y(), 0.0, std::max(0.0, rows_ - rect_.height())));
}

} // namespace headscope::ui
