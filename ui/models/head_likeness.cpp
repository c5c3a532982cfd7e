// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/head_likeness.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope::ui {

namespace {

/// Values above the least code: exact in 32 bits, and so are their products summed in double.
double weightOf(CellCode code) { return code > maskedCode ? static_cast<double>(code - lowestCode) : 0; }

bool isBroken(const CellCodes& cells) { return std::ranges::find(cells.codes, nanCode) != cells.codes.end(); }

double product(const CellCodes& a, const CellCodes& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.codes.size(); ++i)
        sum += weightOf(a.codes[i]) * weightOf(b.codes[i]);
    return sum;
}

} // namespace

std::vector<std::optional<float>> likeness(const SmallPatterns& heads, std::size_t to)
{
    std::vector<std::optional<float>> figures(heads.size());
    if (to >= heads.size() || !heads[to])
        return figures;
    const CellCodes& one = *heads[to];
    const bool broken = isBroken(one);
    const double length = std::sqrt(product(one, one));
    for (std::size_t i = 0; i < heads.size(); ++i) {
        if (!heads[i] || heads[i]->height != one.height || heads[i]->width != one.width)
            continue;
        if (broken || isBroken(*heads[i])) {
            figures[i] = std::numeric_limits<float>::quiet_NaN();
            continue;
        }
        const double both = length * std::sqrt(product(*heads[i], *heads[i]));
        if (both > 0)
            figures[i] = static_cast<float>(std::min(1.0, product(one, *heads[i]) / both));
    }
    return figures;
}

} // namespace headscope::ui
