// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over the rows of a head's pattern. Internal to core.
#pragma once

#include "core/analysis/head_scores.h"
#include "core/analysis/token_repeats.h"

#include <algorithm>
#include <limits>

namespace headscope {

/// Attention to the cells that a detection pattern chooses.
struct ChosenCells {
    double previous = 0, duplicate = 0, induction = 0;

    ChosenCells& operator+=(const ChosenCells& other)
    {
        previous += other.previous;
        duplicate += other.duplicate;
        induction += other.induction;
        return *this;
    }
    ChosenCells& operator*=(double factor)
    {
        for (double* each : {&previous, &duplicate, &induction})
            *each *= factor;
        return *this;
    }

    /// Those of real query `row` that lie among the real keys `keys`.
    /// \param weightOf attention to a real key, by its number
    template <class WeightOf>
    static ChosenCells of(const TokenRepeats& tokens, std::size_t row, Range keys, WeightOf weightOf)
    {
        ChosenCells cells;
        if (row > keys.begin && row <= keys.end)
            cells.previous = weightOf(row - 1);
        const auto earlier = tokens.before(row);
        const std::size_t before = keys.begin == 0 ? 0 : keys.begin - 1; // what it is followed by is inside
        for (auto key = std::lower_bound(earlier.begin(), earlier.end(), before);
             key != earlier.end() && *key < keys.end; ++key) {
            if (*key >= keys.begin)
                cells.duplicate += weightOf(*key);
            if (*key + 1 < keys.end)
                cells.induction += weightOf(*key + 1);
        }
        return cells;
    }
};

/// What one row, or several together, come to.
struct PatternSums {
    std::size_t rows = 0;
    double entropy = 0;
    double first = 0; ///< attention to the first real token
    double counted = 0; ///< all attention that the chosen cells are a share of
    ChosenCells chosen{};

    PatternSums& operator+=(const PatternSums& other)
    {
        rows += other.rows;
        entropy += other.entropy;
        first += other.first;
        counted += other.counted;
        chosen += other.chosen;
        return *this;
    }

    HeadScores scores() const
    {
        const auto count = rows > 0 ? static_cast<double>(rows) : std::numeric_limits<double>::quiet_NaN();
        return {rows, entropy / count, first / count, chosen.previous / counted, chosen.duplicate / counted,
            chosen.induction / counted};
    }
};

} // namespace headscope
