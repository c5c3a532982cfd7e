// SPDX-License-Identifier: GPL-3.0-or-later
// How head scores are written.
#pragma once

#include "core/analysis/head_scores.h"

#include <QString>

namespace headscope::ui {

/// Two lines: "entropy 1.24 nats, first token 45 %" and "previous token 3 %, duplicate token 0 %, induction 12 %".
QString scoresText(const HeadScores& scores);

} // namespace headscope::ui
