// SPDX-License-Identifier: GPL-3.0-or-later
// Values and kinds of a tile folded into one ordered number a cell, so that pooling is a plain maximum.
#pragma once

#include "core/cache/pattern_source.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace headscope::ui {

/// Ordered as pooling wants it: unknown < left out < padding < masked < every value < NaN. Sixteen bits, because the
/// maximum of signed words is one instruction on every x86-64.
using CellCode = std::int16_t;
inline constexpr CellCode unknownCode = -32768, excludedCode = -32767, paddingCode = -32766, maskedCode = -32765,
                          lowestCode = -32764, highestCode = 32766, nanCode = 32767;
inline constexpr float codeSteps = highestCode - lowestCode;

/// The code of a share of the range; clamps to [0, 1].
constexpr CellCode codeOf(float probability)
{
    const float clamped = probability < 0 ? 0 : probability > 1 ? 1 : probability;
    return static_cast<CellCode>(static_cast<int>(clamped * codeSteps + 0.5f) + lowestCode);
}

/// The share that a code stands for. \pre it is a value.
constexpr float probabilityOf(CellCode code) { return static_cast<float>(code - lowestCode) / codeSteps; }

/// The code of a difference as a share of what the scale ends at, clamped to [-1, 1]: ordered by magnitude, with the
/// sign in the lowest bit, so that pooling by a maximum keeps what lies furthest from 0.
inline constexpr int differenceSteps = (highestCode - lowestCode - 1) / 2; // below NaN with the sign's bit
constexpr CellCode codeOfDifference(float share)
{
    const float size = share < 0 ? -share : share;
    const float clamped = size < 1 ? size : 1; // also what NaN becomes
    return static_cast<CellCode>(
        lowestCode + 2 * static_cast<int>(clamped * static_cast<float>(differenceSteps) + 0.5f) + (share > 0));
}

/// Decades below the end of the range that a logarithmic code can tell apart; what is less is like 0.
inline constexpr int decades = 6;
/// The share of a logarithmic range that a linear one of it is.
float logarithmicShare(float share);

/// What the values of tiles are.
enum class Quantity {
    Value, ///< probabilities, scores, …
    Difference, ///< of two of them, either sign
};

/// What 0 and 1 of a colour scale stand for.
struct ValueRange {
    Stage stage = Stage::Pattern;
    float low = 0, high = 1;
    Quantity quantity = Quantity::Value;
    bool perRow = false; ///< values are shares of the largest of their row
    bool logarithmic = false; ///< codes are of logarithmicShare()
    /// Whether values of both signs lie about 0: low is -high, and 0 has a colour of its own.
    bool isSigned() const { return quantity == Quantity::Difference || stage == Stage::Scores; }
    /// Whether the two differ in nothing but their ends.
    bool isLike(const ValueRange& other) const
    {
        return stage == other.stage && quantity == other.quantity && perRow == other.perRow
            && logarithmic == other.logarithmic;
    }
    friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// One head ready to be pooled. Immutable once made.
struct CellCodes {
    std::size_t height = 0, width = 0;
    std::vector<CellCode> codes; ///< [height, width], row-major
    float largest = 0; ///< the largest finite value of an allowed cell, as a share of the range; of differences the
                       ///< largest magnitude
    ValueRange range{}; ///< see rangeOf()

    const CellCode* row(std::size_t index) const { return codes.data() + index * width; }
};

/// The range, or one about 0 in place of one that is nothing but 0.
ValueRange drawable(ValueRange range);

/// 0 to 1 for probabilities and shares of a row; 0 to the largest length of weighted values; from the least to 0 for
/// what a mask adds; as far as the largest magnitude to both sides of 0 for scores and differences. Where all is 0, so
/// are both ends.
/// Whatever stands in cells that are not allowed, finite or not, has no part in it.
ValueRange rangeOf(const PatternTile& tile, Quantity quantity = Quantity::Value);

/// \param range what the codes are to span; \param reuse codes that are not needed any more, because fresh memory costs
/// more than the work for large heads.
CellCodes encode(const PatternTile& tile, ValueRange range, CellCodes reuse = {});
inline CellCodes encode(const PatternTile& tile, CellCodes reuse = {})
{
    return encode(tile, rangeOf(tile), std::move(reuse));
}

} // namespace headscope::ui
