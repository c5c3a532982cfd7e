// SPDX-License-Identifier: GPL-3.0-or-later
// What two runs of the same prompt can be compared on.
#pragma once

#include "core/run/run_header.h"

#include <vector>

namespace headscope::ui {

/// Positions that stand for the same tokens, in each run's own counting; equally many.
struct CommonTokens {
    Range reference, candidate;
};

/// Everything where both runs pad alike; else the real tokens, from the last one backwards, because a BOS token may
/// stand in front of one of them. Padding is taken to be on one side.
CommonTokens commonTokens(const std::vector<Token>& reference, const std::vector<Token>& candidate);

} // namespace headscope::ui
