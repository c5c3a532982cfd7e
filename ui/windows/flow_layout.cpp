// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/flow_layout.h"

#include <algorithm>

namespace headscope::ui {

FlowLayout::FlowLayout(QWidget* parent)
    : QLayout(parent)
{
}

FlowLayout::~FlowLayout()
{
    for (auto* item : items_)
        delete item;
}

void FlowLayout::addItem(QLayoutItem* item) { items_.push_back(item); }

QLayoutItem* FlowLayout::itemAt(int index) const
{
    return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)] : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    auto* item = itemAt(index);
    if (item)
        items_.erase(items_.begin() + index);
    return item;
}

int FlowLayout::heightForWidth(int width) const { return arrange({0, 0, width, 0}, false); }

QSize FlowLayout::sizeHint() const
{
    const QMargins margins = contentsMargins();
    int width = margins.left() + margins.right() - spacing();
    for (const auto* item : items_)
        width += item->isEmpty() ? 0 : item->sizeHint().width() + spacing();
    return {std::max(width, 0), heightForWidth(std::max(width, 1))};
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const auto* item : items_)
        size = size.expandedTo(item->minimumSize());
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& place)
{
    QLayout::setGeometry(place);
    arrange(place, true);
}

int FlowLayout::arrange(const QRect& place, bool move) const
{
    const QRect room = place.marginsRemoved(contentsMargins());
    std::vector<QLayoutItem*> line;
    int x = room.x(), y = room.y(), height = 0;
    const auto finishLine = [&] {
        int left = room.x();
        for (auto* item : line) { // all on the middle of the line
            const QSize size = item->sizeHint();
            if (move)
                item->setGeometry({QPoint(left, y + (height - size.height()) / 2), size});
            left += size.width() + spacing();
        }
        line.clear();
    };
    for (auto* item : items_) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (!line.empty() && x + size.width() > room.right() + 1) {
            finishLine();
            x = room.x();
            y += height + spacing();
            height = 0;
        }
        line.push_back(item);
        x += size.width() + spacing();
        height = std::max(height, size.height());
    }
    finishLine();
    return y + height - place.y() + contentsMargins().bottom();
}

} // namespace headscope::ui
