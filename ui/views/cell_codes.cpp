// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cell_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope::ui {

namespace {

/// The code of a cell: of its kind, of NaN, or `code` where it holds a value.
CellCode codeFor(CellKind kind, float value, int code)
{
    const int number = static_cast<int>(kind);
    const int shown = value == value ? code : nanCode;
    return static_cast<CellCode>(number == static_cast<int>(CellKind::Allowed) ? shown : maskedCode + 1 - number);
}

ValueRange differenceRangeOf(const PatternTile& tile)
{
    float most = 0;
    for (std::size_t i = 0; i < tile.values.size(); ++i)
        if (tile.kinds[i] == CellKind::Allowed && std::isfinite(tile.values[i]))
            most = std::max(most, std::abs(tile.values[i]));
    return {tile.stage, -most, most, Quantity::Difference};
}

// Both loops select instead of branching: masked and allowed cells alternate in no order that a processor could guess.

void encodeValues(const PatternTile& tile, CellCodes& result)
{
    const float low = result.range.low, high = result.range.high;
    const float perUnit = high > low ? static_cast<float>(1 / (double(high) - double(low))) : 0;
    const std::size_t count = result.codes.size();
    const float* values = tile.values.data();
    const CellKind* kinds = tile.kinds.data();
    CellCode* codes = result.codes.data();
    for (std::size_t i = 0; i < count; ++i) {
        const float share = (values[i] - low) * perUnit;
        const float above = share > 0 ? share : 0; // also what NaN becomes for now
        const int scaled = static_cast<int>((above < 1 ? above : 1) * codeSteps + 0.5f) + lowestCode;
        codes[i] = codeFor(kinds[i], values[i], scaled);
    }
}

void encodeDifferences(const PatternTile& tile, CellCodes& result)
{
    const double high = result.range.high; // in double, because one float divided by another may overflow
    const double perUnit = high > 0 ? 1 / high : 1e300; // all are 0, or infinite
    const std::size_t count = result.codes.size();
    const float* values = tile.values.data();
    const CellKind* kinds = tile.kinds.data();
    CellCode* codes = result.codes.data();
    for (std::size_t i = 0; i < count; ++i)
        codes[i] = codeFor(kinds[i], values[i], codeOfDifference(static_cast<float>(double(values[i]) * perUnit)));
}

} // namespace

ValueRange rangeOf(const PatternTile& tile, Quantity quantity)
{
    if (quantity == Quantity::Difference)
        return differenceRangeOf(tile);
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
    CellCodes result{tile.height, tile.width, std::move(reuse.codes), 0, range};
    result.codes.resize(tile.values.size());
    const bool differences = range.quantity == Quantity::Difference;
    differences ? encodeDifferences(tile, result) : encodeValues(tile, result);
    CellCode largest = lowestCode;
    for (const CellCode code : result.codes) {
        const CellCode finite = code == nanCode ? lowestCode : code;
        largest = finite > largest ? finite : largest;
    }
    result.largest = differences ? static_cast<float>((largest - lowestCode) / 2) / static_cast<float>(differenceSteps)
                                 : probabilityOf(largest);
    return result;
}

} // namespace headscope::ui
