// SPDX-License-Identifier: GPL-3.0-or-later
// The seen part of a head, put together from its tiles.
#pragma once

#include "ui/models/head_ref.h"
#include "ui/models/head_tiles.h"
#include "ui/views/cell_codes.h"

#include <optional>

namespace headscope::ui {

/// Codes of all tiles that a view touches, in one piece, so that painting needs no seams: the wanted level where it is
/// there, elsewhere the finest coarser picture, else unknown. Never cells of another head.
class HeadMosaic {
public:
    void setQuantity(Quantity quantity); ///< what tiles hold from now on; forgets what is shown
    /// Spreads values that have one sign over decades.
    void setLogarithmic(bool logarithmic);
    /// A range to keep whatever tiles hold, which is then clamped to it; nothing: as wide as what has come.
    void pinRange(std::optional<ValueRange> range);
    void clear(); ///< nothing to show
    void show(PatternTilePtr tile); ///< just this one, whatever it covers
    /// \param tiles asked whenever something is needed; must outlive this or be replaced.
    void show(HeadTiles* tiles);
    void aim(const TileView& view); ///< takes what there is for it; nothing to do while the same tiles are touched
    void arrived(TileKey key);
    void fillGaps(); ///< a better coarse picture is there

    bool isEmpty() const { return !known_; } ///< nothing is known of what is seen
    bool isComplete() const { return gaps_.empty(); } ///< every tile is there at the wanted level
    const CellCodes& cells() const { return cells_; }
    Range rows() const { return rows_; } ///< covered, in positions
    Range columns() const { return columns_; }
    std::size_t rowStep() const { return rowStep_; }
    std::size_t columnStep() const { return columnStep_; }
    /// The share of the range that so much of all values of a part lies below, of magnitudes where there are signs;
    /// 0 where there are none. \param part in positions, x the key and y the query
    float quantile(double share, const QRectF& part) const;
    /// The value of a cell that may be attended to, of the finest tile that has come; that of its block where it is
    /// pooled.
    std::optional<float> valueAt(Cell cell) const;
    float largest() const { return largest_; } ///< the largest value seen of this head so far, as a share of the range
    ValueRange range() const { return cells_.range; }

private:
    void again(); ///< encodes what is shown once more
    void frame();
    void refill();
    void fill(TileKey key);
    void put(const PatternTile& tile, Range rows, Range columns);
    void widen(const PatternTile& tile);
    ValueRange rangeFor(const PatternTile& tile) const;

    HeadTiles* tiles_ = nullptr;
    PatternTilePtr single_; ///< shown instead of tiles
    Quantity quantity_ = Quantity::Value;
    bool logarithmic_ = false;
    std::optional<ValueRange> pinned_;
    TileView view_;
    std::vector<TileKey> keys_, gaps_; ///< touched, and of those the ones that have not come
    CellCodes cells_, spare_;
    Range rows_, columns_;
    std::size_t rowStep_ = 1, columnStep_ = 1;
    float largest_ = 0;
    bool known_ = false, ranged_ = false;
};

} // namespace headscope::ui
