// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a tile together row by row.
#pragma once

#include "core/cache/pattern_source.h"

namespace headscope {

/// A tile's place, size and steps as asked for; without values.
PatternTile emptyTile(
    LayerId layer, HeadId head, Stage stage, Range rows, Range columns, const PatternOptions& options);

/// The rows from `row` on that are read together: as many as keep what is computed of them in the processor's cache,
/// and off pages of their own; aligned with the blocks of 16 rows that patterns are computed in.
Range stripFrom(const PatternTile& tile, std::size_t row);

/// Takes rows of cells and pools them as the tile says: of a block the cells of the most telling kind count, and NaN
/// wins, so that a broken run cannot hide.
///
/// Threads  one at a time.
class TileBuilder {
public:
    /// \param tile made by emptyTile()
    explicit TileBuilder(PatternTile tile);

    const PatternTile& tile() const noexcept { return tile_; } ///< values of the rows added so far
    /// The next row of the rectangle. \pre not all of tile().rows have been added; both hold tile().columns.size()
    void addRow(const float* cells, const CellKind* kinds);
    void setSequence(SequenceId sequence) { tile_.sequence = sequence; }
    PatternTile finished() { return std::move(tile_); }

private:
    struct Block {
        Pool pool = Pool::Maximum;
        CellKind kind = CellKind::Padding;
        double chosen = 0; ///< the sum for a mean
        std::size_t count = 0; ///< cells of that kind
        bool broken = false;

        void add(const CellKind* kinds, const float* cells, std::size_t width); ///< \pre width > 0
        void add(CellKind cellKind, float cell);
        bool isMoreThanChosen(double cell) const;
        float value() const;
    };

    void finishBlocks();

    PatternTile tile_;
    std::vector<Block> blocks_; ///< of one row of values
    std::size_t added_ = 0; ///< rows
};

} // namespace headscope
