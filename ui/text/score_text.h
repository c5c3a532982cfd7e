// SPDX-License-Identifier: GPL-3.0-or-later
// How head scores, and other figures that heads are arranged by, are written.
#pragma once

#include "core/analysis/head_scores.h"
#include "ui/models/head_arrangement.h"

#include <QString>

namespace headscope::ui {

/// Two lines: "entropy 1.24 nats, first token 45 %" and "previous token 3 %, duplicate token 0 %, induction 12 %".
QString scoresText(const HeadScores& scores);

/// "Entropy", "Attention to the first token", …
QString orderText(HeadOrder order);

/// What that figure says of a head, in a sentence or two with its unit.
QString orderDetails(HeadOrder order);

/// As short as below a thumbnail: "1.24" (nats), "45 %", "8e-7", "0.93".
QString figureText(HeadOrder order, double figure);

} // namespace headscope::ui
