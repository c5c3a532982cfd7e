// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cell_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope::ui {

ValueRange rangeOf(const PatternTile& tile)
{
    if (tile.stage == Stage::Pattern)
        return {};
    ValueRange range{tile.stage, std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()};
    for (std::size_t i = 0; i < tile.values.size(); ++i)
        if (tile.kinds[i] == CellKind::Allowed && std::isfinite(tile.values[i])) {
            range.low = std::min(range.low, tile.values[i]);
            range.high = std::max(range.high, tile.values[i]);
        }
    return range.low > range.high ? ValueRange{tile.stage} : range;
}

CellCodes encode(const PatternTile& tile, ValueRange range, CellCodes reuse)
{
    static_assert(maskedCode - paddingCode == static_cast<int>(CellKind::Padding) - static_cast<int>(CellKind::Masked));
    const std::size_t count = tile.values.size();
    CellCodes result{tile.height, tile.width, std::move(reuse.codes), 0, range};
    result.codes.resize(count);
    const float* values = tile.values.data();
    const CellKind* kinds = tile.kinds.data();
    CellCode* codes = result.codes.data();
    const float low = result.range.low, high = result.range.high;
    const float perUnit = high > low ? static_cast<float>(1 / (double(high) - double(low))) : 0;
    // Selections instead of branches: masked and allowed cells alternate in no order that a processor could guess.
    for (std::size_t i = 0; i < count; ++i) {
        const float value = values[i];
        const float share = (value - low) * perUnit;
        const float above = share > 0 ? share : 0; // also what NaN becomes for now
        const int scaled = static_cast<int>((above < 1 ? above : 1) * codeSteps + 0.5f) + lowestCode;
        const int code = value == value ? scaled : nanCode;
        const int kind = static_cast<int>(kinds[i]);
        codes[i] = static_cast<CellCode>(kind == static_cast<int>(CellKind::Allowed) ? code : maskedCode + 1 - kind);
    }
    CellCode largest = lowestCode;
    for (std::size_t i = 0; i < count; ++i) {
        const CellCode finite = codes[i] == nanCode ? lowestCode : codes[i];
        largest = finite > largest ? finite : largest;
    }
    result.largest = probabilityOf(largest);
    return result;
}

} // namespace headscope::ui
