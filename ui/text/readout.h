// SPDX-License-Identifier: GPL-3.0-or-later
// One cell of a head in words and numbers.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/run/run_header.h"
#include "ui/models/head_ref.h"

#include <QString>

#include <vector>

namespace headscope::ui {

/// `L3 H7  q[5] "·sat" → k[2] "·cat"  p=0.3127  rank 1/6  row Σ=1.0000`; masked and padded cells are named as such.
/// Scores are called so and have no sum. Rank counts the keys the query may attend to. Rank and sum
/// need a tile that has the whole row. A pooled tile says what its value is the maximum or mean of. \pre the cell lies
/// in the tile and the token rows cover it.
/// \param name of what is shown when that is not the tile's head.
QString readout(const PatternTile& tile, const std::vector<Token>& queries, const std::vector<Token>& keys, Cell cell,
    const QString& name = {});

/// One row of a head as several stages have it; null: not there. Unpooled and whole.
struct ReadoutRows {
    const PatternTile* probabilities = nullptr; ///< as the run has them
    const PatternTile* scores = nullptr;
    const PatternTile* shown = nullptr; ///< the stage looked at, without special tokens where that is wanted
};

/// `L3 H7  q[5] "·sat" → k[2] "·cat"  ‖α·v·W_O‖=0.2  p=0.3127  score=1.25  rank 1/6  entropy 1.21 nats  row Σ=1.0000`,
/// as far as rows are there. Rank is that of what is looked at; entropy and sum are of the probabilities of the keys
/// that the query may attend to. Masked, padded and left-out cells are named as such. \pre one row is there.
QString rowReadout(
    const ReadoutRows& rows, const std::vector<Token>& queries, const std::vector<Token>& keys, Cell cell);

/// `L3 H7  q[5] "·sat" → k[2] "·cat"  A 0.3127  B 0.2981  A − B +0.0146`; "…" for a side whose row has not come. What
/// was done to the values before they were subtracted is said behind them. \pre the tiles are rows, unpooled and whole.
QString comparisonReadout(HeadRef head, const std::vector<Token>& tokens, Cell cell, const PatternTile* reference,
    const PatternTile* candidate);

} // namespace headscope::ui
