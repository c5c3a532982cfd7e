// SPDX-License-Identifier: GPL-3.0-or-later
// What the lines of one token say, in words.
#pragma once

#include "core/run/run_header.h"
#include "ui/models/attention_lines.h"
#include "ui/models/token_side.h"

#include <QString>

#include <vector>

namespace headscope::ui {

struct HeadWeights {
    HeadRef head;
    std::vector<TokenWeight> strongest; ///< largest first
};

/// The tokens on either side of lines: those of one text, or of two.
struct TextSides {
    TextSides(const std::vector<Token>& both) // NOLINT: one text is the usual case
        : TextSides(both, both)
    {
    }
    TextSides(const std::vector<Token>& looking, const std::vector<Token>& lookedAt)
        : queries(looking)
        , keys(lookedAt)
    {
    }
    const std::vector<Token>& queries;
    const std::vector<Token>& keys;
};

/// `q[5] "·sat" looks at k[2] "·cat" 0.3127, k[0] "The" 0.1200 (L0 H1); …`, or `k[2] "·cat" is looked at by q[5] …`.
/// Says so where nothing is to be told. At most `most` weights of each head.
QString lineText(const TextSides& texts, TokenSide side, std::size_t position, const std::vector<HeadWeights>& heads,
    std::size_t most = 4);

} // namespace headscope::ui
