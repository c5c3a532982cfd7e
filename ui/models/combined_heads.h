// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads that are looked at as one.
#pragma once

#include "core/cache/combined_heads.h"

namespace headscope::ui {

using Combined = CombinedHeads;

/// What the heatmap is asked to show of the chosen and picked heads.
enum class ShowKind { OneHead, Mean, Maximum, Deviation, Rollout };

struct ShowChoice {
    ShowKind kind = ShowKind::OneHead;
    std::optional<LayerId> last{}; ///< of a rollout
    friend bool operator==(const ShowChoice&, const ShowChoice&) = default;
};

} // namespace headscope::ui
