// SPDX-License-Identifier: GPL-3.0-or-later
// One head of one layer.
#pragma once

#include "core/ids.h"

namespace headscope::ui {

struct HeadRef {
    LayerId layer;
    HeadId head;
    friend constexpr bool operator==(HeadRef a, HeadRef b) { return a.layer == b.layer && a.head == b.head; }
};

/// One cell of a head: positions of the padded sequence.
struct Cell {
    std::size_t query = 0, key = 0;
    friend constexpr bool operator==(Cell a, Cell b) { return a.query == b.query && a.key == b.key; }
};

} // namespace headscope::ui
