// SPDX-License-Identifier: GPL-3.0-or-later
// Probability to colour, and the colours of cells that have none.
#pragma once

#include "ui/views/cell_codes.h"

#include <QColor>
#include <QPalette>

#include <array>

namespace headscope::ui {

/// A perceptually uniform scale (viridis) from 0 to `top` of a range, with colours for masked, padded, NaN and
/// unknown cells that no value has.
class ColourScale {
public:
    explicit ColourScale(bool dark = false, float top = 1, ValueRange range = {});
    static ColourScale forPalette(const QPalette& palette, float top = 1, ValueRange range = {});

    Stage stage() const { return range_.stage; }
    double number(double fraction) const; ///< the probability or score painted in the colour `at(fraction)`
    QColor at(double fraction) const; ///< 0 … 1 of the scale
    QRgb value(float probability) const { return of(codeOf(probability), 0, 0); }
    QRgb masked() const { return masked_; }
    QRgb padding(int x, int y) const { return (x + y) % 6 < 2 ? hatch_ : padding_; } ///< hatched by device pixel
    QRgb nan() const { return nan_; }
    QRgb unknown() const { return unknown_; } ///< of cells that have not come yet

    /// The colour of a cell code at a device pixel.
    QRgb of(CellCode code, int x, int y) const
    {
        if (code > maskedCode && code != nanCode)
            return table_[static_cast<std::size_t>(code - lowestCode) >> shift];
        return code == maskedCode ? masked_ : code == nanCode ? nan_ : code == unknownCode ? unknown_ : padding(x, y);
    }

private:
    static constexpr int shift = 5;
    float top_;
    ValueRange range_;
    QRgb masked_, padding_, hatch_, nan_, unknown_;
    std::array<QRgb, 2048> table_;
};

} // namespace headscope::ui
