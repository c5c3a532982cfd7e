// SPDX-License-Identifier: GPL-3.0-or-later
// How a head is cut into tiles at every level of detail.
#pragma once

#include "core/cache/pattern_source.h"

#include <QRectF>

#include <vector>

namespace headscope::ui {

/// One tile of a head. At level l a value stands for 2^l × 2^l positions.
struct TileKey {
    std::size_t level = 0, row = 0, column = 0;
    friend constexpr bool operator==(TileKey, TileKey) = default;
};

/// What is seen of a head and how finely it is wanted.
struct TileView {
    std::size_t level = 0;
    QRectF seen; ///< in positions: x is the key, y the query
    QPointF focus; ///< the place of most interest, in positions
    std::size_t wholeLevel = 0; ///< the level at which the whole head would fill the same place
    friend bool operator==(const TileView&, const TileView&) = default;
};

/// Cuts rows × columns positions into tiles of at most `mostValues` values and `mostPositions` positions a side, so
/// that no single request takes long. What is left over where a length is no multiple of the step makes a last tile of
/// one value, because a source pools equal blocks.
class TileGrid {
public:
    static constexpr std::size_t mostValues = 256, mostPositions = 1024;

    TileGrid() = default;
    TileGrid(std::size_t rows, std::size_t columns)
        : rows_(rows)
        , columns_(columns)
    {
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    QRectF whole() const { return {0, 0, static_cast<double>(columns_), static_cast<double>(rows_)}; }
    std::size_t topLevel() const; ///< the coarsest level, a few dozen values a side
    static constexpr std::size_t step(std::size_t level) { return std::size_t{1} << level; }

    Range rows(TileKey key) const { return cut(rows_, key.level, key.row); }
    Range columns(TileKey key) const { return cut(columns_, key.level, key.column); }
    std::vector<TileKey> touching(std::size_t level, const QRectF& positions) const; ///< row by row
    std::vector<TileKey> touching(std::size_t level, Range rows, Range columns) const;

    /// The level for `seen` on so many pixels. Values are at most a pixel large for the maxima, whose larger one a
    /// pixel can show; means of means would not be what they are called, so a mean is at least a pixel large.
    std::size_t levelFor(const QRectF& seen, QSizeF pixels, Pool pool) const;

private:
    static Range cut(std::size_t count, std::size_t level, std::size_t index);
    static std::size_t indexOf(std::size_t count, std::size_t level, std::size_t position);

    std::size_t rows_ = 0, columns_ = 0;
};

} // namespace headscope::ui
