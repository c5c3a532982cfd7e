// SPDX-License-Identifier: GPL-3.0-or-later
// What the heads of a layer attend to, as a few numbers each.
#pragma once

#include "core/ids.h"

#include <string>
#include <vector>

namespace headscope {

/// What counts towards previousToken, duplicateToken and induction; the names are TransformerLens's.
struct HeadScoreOptions {
    bool excludeBos = false; ///< leave out attention to the first real token, whether or not it is a BOS token
    bool excludeCurrentToken = false; ///< leave out the diagonal

    friend bool operator==(const HeadScoreOptions&, const HeadScoreOptions&) = default;
};

/// One head over one sequence. A is its pattern: real query rows that may attend to something, and the keys that each
/// may attend to. Every such row counts alike; none is sampled.
///
/// The last three are the share of attention that goes to chosen cells, sum(A * D) / sum(A), as TransformerLens's
/// detect_head has it with error_measure="mul". D goes by token ids, and by real tokens: padding is as if not there.
/// NaN   where the pattern holds NaN, or where no row counts.
struct HeadScores {
    std::size_t rows = 0; ///< query rows that count
    double entropy = 0; ///< mean over rows of -sum(p ln p), nats
    double firstToken = 0; ///< mean over rows of the attention to the first real token, [0, 1]
    double previousToken = 0; ///< D: the key just before the query, [0, 1]
    double duplicateToken = 0; ///< D: earlier keys with the query's token, [0, 1]
    double induction = 0; ///< D: keys that follow an earlier occurrence of the query's token, [0, 1]
};

/// Every head of one layer over one sequence.
/// Threads  immutable after construction.
struct LayerScores {
    SequenceId sequence;
    LayerId layer;
    HeadScoreOptions options;
    std::string origin{}; ///< how the patterns came about, as in PatternTile
    std::vector<HeadScores> heads{}; ///< [head]
};

} // namespace headscope
