// SPDX-License-Identifier: GPL-3.0-or-later
// One head of one layer.
#pragma once

#include "core/ids.h"

#include <compare>

namespace headscope::ui {

/// Ordered by layer, then by head.
struct HeadRef {
    LayerId layer;
    HeadId head;
    friend constexpr bool operator==(HeadRef a, HeadRef b) { return a.layer == b.layer && a.head == b.head; }
    friend constexpr std::strong_ordering operator<=>(HeadRef a, HeadRef b)
    {
        const auto layers = a.layer.value <=> b.layer.value;
        return layers != 0 ? layers : a.head.value <=> b.head.value;
    }
};

/// One cell of a head: positions of the padded sequence.
struct Cell {
    std::size_t query = 0, key = 0;
    friend constexpr bool operator==(Cell a, Cell b) { return a.query == b.query && a.key == b.key; }
};

} // namespace headscope::ui
