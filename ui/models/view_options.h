// SPDX-License-Identifier: GPL-3.0-or-later
// How heads are drawn: what a session keeps and undo brings back. Nothing here changes a value or an exported number.
#pragma once

#include "core/cache/pattern_source.h"

namespace headscope::ui {

/// Where a colour scale ends.
enum class ScaleMode {
    Fixed, ///< 0 to 1, so that heads compare
    Auto, ///< 0 to the largest probability of the head
};

/// What the centre of the window shows of whichever head is chosen. Heads, sequence and zoom are not part of it.
struct ViewOptions {
    ScaleMode scale = ScaleMode::Fixed;
    Pool pool = Pool::Maximum; ///< of cells smaller than pixels

    friend bool operator==(const ViewOptions&, const ViewOptions&) = default;
};

} // namespace headscope::ui
