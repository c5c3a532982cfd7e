// SPDX-License-Identifier: GPL-3.0-or-later
// Probability to colour, and the colours of cells that have none.
#pragma once

#include "ui/views/cell_codes.h"

#include <QColor>
#include <QPalette>

#include <array>

namespace headscope::ui {

/// A perceptually uniform scale (viridis) from 0 to `top` of a range, with colours for masked, padded, NaN and
/// unknown cells that no value has. For differences one that diverges from a neutral colour at 0, blue below and red
/// above, from -top to top of the range.
class ColourScale {
public:
    explicit ColourScale(bool dark = false, float top = 1, ValueRange range = {});
    static ColourScale forPalette(const QPalette& palette, float top = 1, ValueRange range = {});

    Stage stage() const { return range_.stage; }
    bool isDiverging() const { return range_.quantity == Quantity::Difference; }
    double number(double fraction) const; ///< the probability, score or difference painted in `at(fraction)`
    QColor at(double fraction) const; ///< 0 … 1 of the scale; a diverging one has its middle at 0.5
    QRgb value(float probability) const { return of(codeOf(probability), 0, 0); }
    QRgb difference(float value) const; ///< of a diverging scale
    QRgb masked() const { return masked_; }
    QRgb padding(int x, int y) const { return (x + y) % 6 < 2 ? hatch_ : padding_; } ///< hatched by device pixel
    QRgb nan() const { return nan_; }
    QRgb unknown() const { return unknown_; } ///< of cells that have not come yet

    /// The colour of a cell code at a device pixel.
    QRgb of(CellCode code, int x, int y) const
    {
        if (code > maskedCode && code != nanCode) {
            const auto step = static_cast<std::size_t>(code - lowestCode);
            return table_[isDiverging() ? (step & 1) * half + (step >> (shift + 1)) : step >> shift];
        }
        return code == maskedCode ? masked_ : code == nanCode ? nan_ : code == unknownCode ? unknown_ : padding(x, y);
    }

private:
    static constexpr int shift = 5;
    static constexpr std::size_t half = 1024; ///< of a diverging table: first what is below 0, then what is above
    bool dark_;
    float top_;
    ValueRange range_;
    QRgb masked_, padding_, hatch_, nan_, unknown_;
    std::array<QRgb, 2 * half> table_;
};

} // namespace headscope::ui
