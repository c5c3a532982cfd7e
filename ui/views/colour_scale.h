// SPDX-License-Identifier: GPL-3.0-or-later
// Number to colour, and the colours of cells that have none.
#pragma once

#include "core/report/colour_maps.h"
#include "ui/views/cell_codes.h"

#include <QColor>
#include <QPalette>

#include <array>

namespace headscope::ui {

/// Which colours scales are made of.
struct ScalePalettes {
    SequentialPalette sequential = SequentialPalette::Viridis;
    DivergingPalette diverging = DivergingPalette::BlueRed;
    friend bool operator==(const ScalePalettes&, const ScalePalettes&) = default;
};

/// A sequential scale from the low end of a range to `top` of it, with colours for masked, padded, left-out, NaN and
/// unknown cells that no value has. For scores and differences one that diverges from a neutral colour at 0, from -top
/// to top of the range.
class ColourScale {
public:
    explicit ColourScale(bool dark = false, float top = 1, ValueRange range = {}, ScalePalettes palettes = {});
    static ColourScale forPalette(
        const QPalette& palette, float top = 1, ValueRange range = {}, ScalePalettes palettes = {});

    Stage stage() const { return range_.stage; }
    const ValueRange& range() const { return range_; }
    bool isDiverging() const { return range_.isSigned(); }
    double number(double fraction) const; ///< the probability, score, … painted in `at(fraction)`
    double shareOf(CellCode code) const; ///< 0 … 1 of the scale \pre it is a value
    QColor at(double fraction) const; ///< 0 … 1 of the scale; a diverging one has its middle at 0.5
    QRgb value(float share) const { return of(codeOf(share), 0, 0); } ///< of what codes span
    QRgb colourOf(float number) const; ///< of a cell with that value
    QRgb difference(float value) const { return colourOf(value); }
    QRgb masked() const { return masked_; }
    QRgb padding(int x, int y) const { return (x + y) % 6 < 2 ? hatch_ : padding_; } ///< hatched by device pixel
    QRgb excluded(int x, int y) const { return (x % 4 == 0) && (y % 4 == 0) ? dot_ : excluded_; } ///< dotted
    QRgb nan() const { return nan_; }
    QRgb unknown() const { return unknown_; } ///< of cells that have not come yet

    /// The colour of a cell code at a device pixel.
    QRgb of(CellCode code, int x, int y) const
    {
        if (code > maskedCode && code != nanCode) {
            return table_[stepOf(code)];
        }
        return code == maskedCode  ? masked_
            : code == nanCode      ? nan_
            : code == unknownCode  ? unknown_
            : code == excludedCode ? excluded(x, y)
                                   : padding(x, y);
    }

private:
    static constexpr int shift = 5;
    static constexpr std::size_t half = 1024; ///< of a difference's table: first what is below 0, then what is above
    bool isDifference() const { return range_.quantity == Quantity::Difference; }
    std::size_t stepOf(CellCode code) const
    {
        const auto step = static_cast<std::size_t>(code - lowestCode);
        return isDifference() ? (step & 1) * half + (step >> (shift + 1)) : step >> shift;
    }
    double fractionOf(std::size_t step) const; ///< where a step of the table is on the scale
    bool dark_;
    float top_;
    ValueRange range_;
    ScalePalettes palettes_;
    QRgb masked_, padding_, hatch_, excluded_, dot_, nan_, unknown_;
    std::array<QRgb, 2 * half> table_;
};

} // namespace headscope::ui
