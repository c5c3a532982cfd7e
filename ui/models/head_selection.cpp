// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/head_selection.h"

#include <algorithm>
#include <utility>

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
    setPicked(picked_);
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

bool HeadSelection::isPicked(HeadRef head) const { return std::ranges::binary_search(picked_, head); }

std::size_t HeadSelection::pickSlot(HeadRef head) const
{
    const auto at = std::ranges::lower_bound(picked_, head);
    return at != picked_.end() && *at == head ? slots_[static_cast<std::size_t>(at - picked_.begin())] : 0;
}

void HeadSelection::togglePicked(HeadRef head)
{
    auto wanted = picked_;
    if (std::erase(wanted, head) == 0)
        wanted.push_back(head);
    setPicked(std::move(wanted));
}

void HeadSelection::setPicked(std::vector<HeadRef> heads)
{
    std::erase_if(heads, [this](HeadRef head) { return !contains(head); });
    std::ranges::sort(heads);
    heads.erase(std::ranges::unique(heads).begin(), heads.end());
    if (heads == picked_)
        return;
    std::vector<bool> taken(heads.size() + slots_.size() + 1, false);
    std::vector<std::optional<std::size_t>> kept(heads.size());
    for (std::size_t i = 0; i < heads.size(); ++i)
        if (isPicked(heads[i])) {
            kept[i] = pickSlot(heads[i]);
            taken.resize(std::max(taken.size(), *kept[i] + 1));
            taken[*kept[i]] = true;
        }
    std::vector<std::size_t> chosen;
    std::size_t free = 0;
    for (const auto& slot : kept) {
        while (!slot && taken[free])
            ++free;
        chosen.push_back(slot ? *slot : free++);
    }
    picked_ = std::move(heads);
    slots_ = std::move(chosen);
    beforeSolo_.reset();
    Q_EMIT pickedChanged();
}

void HeadSelection::solo(HeadRef head)
{
    if (!contains(head))
        return;
    if (beforeSolo_ && picked_ == std::vector{head})
        return setPicked(*std::exchange(beforeSolo_, std::nullopt));
    auto before = picked_;
    pickOnly(head);
    beforeSolo_ = std::move(before);
    change([&] {
        preview_.reset();
        current_ = head;
        locked_ = true;
    });
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
