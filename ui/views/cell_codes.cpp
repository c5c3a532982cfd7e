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

/// The least and the largest finite value of an allowed cell, and 0.
std::pair<float, float> spanOf(const PatternTile& tile)
{
    float low = 0, high = 0;
    for (std::size_t i = 0; i < tile.values.size(); ++i)
        if (tile.kinds[i] == CellKind::Allowed && std::isfinite(tile.values[i])) {
            low = std::min(low, tile.values[i]);
            high = std::max(high, tile.values[i]);
        }
    return {low, high};
}

// Both loops select instead of branching: masked and allowed cells alternate in no order that a processor could guess.

void encodeValues(const PatternTile& tile, CellCodes& result)
{
    const ValueRange range = drawable(result.range);
    const float low = range.low, high = range.high;
    const float perUnit = static_cast<float>(1 / (double(high) - double(low)));
    const std::size_t count = result.codes.size();
    const float* values = tile.values.data();
    const CellKind* kinds = tile.kinds.data();
    CellCode* codes = result.codes.data();
    if (result.range.logarithmic) {
        for (std::size_t i = 0; i < count; ++i)
            codes[i] = codeFor(kinds[i], values[i], codeOf(logarithmicShare((values[i] - low) * perUnit)));
        return;
    }
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

ValueRange drawable(ValueRange range)
{
    if (range.low < range.high || range.quantity == Quantity::Difference)
        return range;
    const bool below = range.isSigned() || range.stage == Stage::Mask;
    range.low = below ? -1.0f : 0.0f;
    range.high = range.stage == Stage::Mask ? 0.0f : 1.0f;
    return range;
}

float logarithmicShare(float share)
{
    if (!(share > 0))
        return 0; // also what NaN becomes
    return std::clamp(1 + std::log10(share) / static_cast<float>(decades), 0.0f, 1.0f);
}

ValueRange rangeOf(const PatternTile& tile, Quantity quantity)
{
    ValueRange range{tile.stage, 0, 1, quantity, tile.perRow};
    if (quantity == Quantity::Value && (tile.perRow || tile.stage == Stage::Pattern)) {
        range.low = range.isSigned() ? -1.0f : 0.0f;
        return range;
    }
    const auto [low, high] = spanOf(tile);
    if (range.isSigned()) {
        range.high = std::max(-low, high);
        range.low = -range.high;
    } else {
        range.low = tile.stage == Stage::Mask ? low : 0;
        range.high = tile.stage == Stage::Mask ? 0 : high;
    }
    return range;
}

CellCodes encode(const PatternTile& tile, ValueRange range, CellCodes reuse)
{
    static_assert(maskedCode - paddingCode == static_cast<int>(CellKind::Padding) - static_cast<int>(CellKind::Masked));
    static_assert(
        maskedCode - excludedCode == static_cast<int>(CellKind::Excluded) - static_cast<int>(CellKind::Masked));
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
