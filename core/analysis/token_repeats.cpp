// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/token_repeats.h"

#include <algorithm>
#include <numeric>

namespace headscope {

TokenRepeats::TokenRepeats(const std::vector<Token>& tokens)
{
    for (std::size_t position = 0; position < tokens.size(); ++position)
        if (!tokens[position].padding)
            positions_.push_back(static_cast<std::int64_t>(position));
    const auto idOf = [&](std::size_t number) { return tokens[static_cast<std::size_t>(positions_[number])].id; };
    order_.resize(size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return idOf(a) < idOf(b); });
    place_.resize(size());
    groupBegin_.resize(size());
    std::size_t begin = 0;
    for (std::size_t i = 0; i < size(); ++i) {
        if (i > 0 && idOf(order_[i]) != idOf(order_[i - 1]))
            begin = i;
        place_[order_[i]] = i;
        groupBegin_[order_[i]] = begin;
    }
}

} // namespace headscope
