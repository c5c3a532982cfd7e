// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of one head so far.
#pragma once

#include "ui/models/tile_grid.h"

namespace headscope::ui {

/// What tiles hold of a head.
struct TileForm {
    Stage stage = Stage::Pattern;
    Pool pool = Pool::Maximum;
    SpecialTokens specials = SpecialTokens::Show;
    bool perRow = false; ///< see PatternTile
    friend constexpr bool operator==(const TileForm&, const TileForm&) = default;
};

/// The tiles of the head that is looked at, as far as they have come. UI thread.
class HeadTiles {
public:
    virtual ~HeadTiles() = default;

    virtual const TileGrid& grid() const = 0;
    virtual Pool pool() const = 0;
    virtual PatternTilePtr find(TileKey key) = 0; ///< nothing while it is not there
    /// What stands in for tiles that have not come: coarse, perhaps only a sample, perhaps with gaps.
    virtual std::vector<PatternTilePtr> coarse() = 0;
};

} // namespace headscope::ui
