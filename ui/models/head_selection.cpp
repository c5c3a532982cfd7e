// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/head_selection.h"

#include <algorithm>

namespace headscope::ui {

template <class Change> void HeadSelection::change(Change apply)
{
    const auto shownBefore = shown();
    const auto currentBefore = current_;
    const bool lockedBefore = locked_;
    apply();
    if (locked_ != lockedBefore || (locked_ && !(current_ == currentBefore)))
        Q_EMIT lockChanged(locked_);
    if (!(shown() == shownBefore))
        Q_EMIT shownChanged(shown());
}

void HeadSelection::setShape(std::size_t layers, std::size_t heads)
{
    change([&] {
        layers_ = layers;
        heads_ = heads;
        preview_.reset();
        if (!contains(current_)) {
            current_ = {};
            locked_ = false;
        }
    });
}

void HeadSelection::hover(std::optional<HeadRef> head)
{
    if (head && !contains(*head))
        head.reset();
    change([&] {
        preview_.reset();
        if (head && locked_ && !(*head == current_))
            preview_ = head;
        else if (head)
            current_ = *head;
    });
}

void HeadSelection::choose(HeadRef head)
{
    if (!contains(head))
        return;
    change([&] {
        preview_.reset();
        current_ = head;
    });
}

void HeadSelection::toggleLock(HeadRef head)
{
    if (!contains(head))
        return;
    change([&] {
        preview_.reset();
        locked_ = !(locked_ && current_ == head);
        current_ = head;
    });
}

void HeadSelection::unlock()
{
    change([&] { locked_ = false; });
}

void HeadSelection::move(int layers, int heads)
{
    if (isEmpty())
        return;
    const auto moved = [](std::size_t at, int by, std::size_t count) {
        return static_cast<std::size_t>(
            std::clamp(static_cast<long long>(at) + by, 0LL, static_cast<long long>(count) - 1));
    };
    choose({LayerId{moved(current_.layer.value, layers, layers_)}, HeadId{moved(current_.head.value, heads, heads_)}});
}

} // namespace headscope::ui
