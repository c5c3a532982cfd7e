// SPDX-License-Identifier: GPL-3.0-or-later
// What is looked at, and how: what a session keeps of the view and what undo brings back.
#pragma once

#include "ui/models/attention_lines.h"
#include "ui/models/combined_heads.h"
#include "ui/models/head_arrangement.h"
#include "ui/models/head_ref.h"
#include "ui/models/view_options.h"

#include <QRectF>

#include <optional>
#include <vector>

namespace headscope::ui {

struct ViewState {
    HeadRef head{};
    bool locked = false;
    std::vector<HeadRef> picked{}; ///< several heads chosen together, by layer, then by head
    ViewOptions options{};
    SequenceId sequence{};
    std::optional<Cell> cell{}; ///< chosen in the heatmap
    QRectF part{}; ///< of the heatmap that is seen, in tokens: x is the key, y the query; empty: the whole head

    ArrangementChoice arrangement{}; ///< of the grid of heads
    ShowChoice show{}; ///< one head, or several as one
    LineChoice lines{};

    friend bool operator==(const ViewState&, const ViewState&) = default;
};

} // namespace headscope::ui
