// SPDX-License-Identifier: GPL-3.0-or-later
// What the edges of a contribution graph say, in words.
#pragma once

#include "core/analysis/contribution_graph.h"

#include <QString>

namespace headscope::ui {

/// "12.3 %", or "< 0.1 %".
QString shareText(float share);

/// `L1 attention: q[13] "·to" is 12.3 % k[3] "·John" (L1 H2 8.1 %, L1 H0 3.0 %)`; `L1 residual: …` and `L1 MLP: …`
/// likewise. At most four heads.
QString edgeText(
    const ContributionGraph& graph, const std::vector<Token>& tokens, const GraphEdge& edge, const GraphRule& rule);

} // namespace headscope::ui
