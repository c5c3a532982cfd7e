// SPDX-License-Identifier: GPL-3.0-or-later
// How several heads are named as one.
#pragma once

#include "core/cache/combined_heads.h"

#include <QString>

namespace headscope::ui {

/// "L0 H1, L1 H2, layer 3"; a layer is named when all of its heads are among them. At most so many names, then "…".
QString headsText(const std::vector<HeadPlace>& heads, std::size_t headsOfALayer, std::size_t most = 6);

/// "mean of 3 heads: L0 H1, L1 H2, L3 H0".
QString aggregateText(
    Aggregate aggregate, const std::vector<HeadPlace>& heads, std::size_t headsOfALayer, std::size_t most = 6);

/// "rollout up to layer 5, mean over heads".
QString rolloutText(LayerId last);

/// Either of them.
QString combinedText(const CombinedHeads& combined, std::size_t headsOfALayer, std::size_t most = 6);

} // namespace headscope::ui
