// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over the rows of a head's pattern. Internal to core.
#pragma once

#include "core/analysis/head_scores.h"
#include "core/analysis/token_repeats.h"

#include <algorithm>
#include <limits>

namespace headscope {

/// Attention of one row to the cells that scores ask for.
struct ChosenCells {
    double first = 0, diagonal = 0, previous = 0, duplicate = 0, induction = 0;

    ChosenCells& operator+=(const ChosenCells& other)
    {
        first += other.first;
        diagonal += other.diagonal;
        previous += other.previous;
        duplicate += other.duplicate;
        induction += other.induction;
        return *this;
    }
    ChosenCells& operator*=(double factor)
    {
        for (double* each : {&first, &diagonal, &previous, &duplicate, &induction})
            *each *= factor;
        return *this;
    }

    /// The cells of real query `row` that lie among the real keys `keys`.
    /// \param weightOf attention to a real key, by its number
    template <class WeightOf>
    static ChosenCells of(
        const TokenRepeats& tokens, std::size_t row, Range keys, HeadScoreOptions options, WeightOf weightOf)
    {
        ChosenCells cells;
        const auto inside = [&](std::size_t key) { return key >= keys.begin && key < keys.end; };
        const std::size_t from = options.excludeBos ? 1 : 0; ///< the first key that may count
        if (inside(0))
            cells.first += weightOf(0);
        if (inside(row))
            cells.diagonal += weightOf(row);
        if (row > from && inside(row - 1))
            cells.previous += weightOf(row - 1);
        const auto earlier = tokens.before(row);
        const auto begin = std::lower_bound(earlier.begin(), earlier.end(), std::max(from, keys.begin));
        for (auto key = begin; key != earlier.end() && *key < keys.end; ++key)
            cells.duplicate += weightOf(*key);
        const std::size_t end = std::min(keys.end, options.excludeCurrentToken ? row : row + 1);
        const std::size_t before = keys.begin == 0 ? 0 : keys.begin - 1;
        for (auto key = std::lower_bound(earlier.begin(), earlier.end(), before);
             key != earlier.end() && *key + 1 < end; ++key)
            cells.induction += weightOf(*key + 1);
        return cells;
    }
};

/// Over the rows that count.
struct PatternSums {
    std::size_t rows = 0;
    double entropy = 0;
    double counted = 0; ///< all attention that the last three scores are a share of
    ChosenCells chosen{};

    /// \param total attention of the row to every key that it may attend to
    void add(std::size_t row, double rowEntropy, double total, const ChosenCells& cells, HeadScoreOptions options)
    {
        ++rows;
        entropy += rowEntropy;
        counted += total;
        if (options.excludeBos)
            counted -= cells.first;
        if (options.excludeCurrentToken && !(options.excludeBos && row == 0)) // that cell is both
            counted -= cells.diagonal;
        chosen += cells;
    }

    void add(const PatternSums& other)
    {
        rows += other.rows;
        entropy += other.entropy;
        counted += other.counted;
        chosen += other.chosen;
    }

    HeadScores scores() const
    {
        const auto count = rows > 0 ? static_cast<double>(rows) : std::numeric_limits<double>::quiet_NaN();
        return {entropy / count, chosen.first / count, chosen.previous / counted, chosen.duplicate / counted,
            chosen.induction / counted};
    }
};

} // namespace headscope
