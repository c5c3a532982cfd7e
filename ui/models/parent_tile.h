// SPDX-License-Identifier: GPL-3.0-or-later
// A coarser tile made of finer ones.
#pragma once

#include "ui/models/tile_grid.h"

namespace headscope::ui {

/// The tile at `key` from the tiles of the level below that touch it, equal to what a source would have answered.
/// \pre the children cover it, were pooled by a maximum, and are of one head; `key.level` > 0.
PatternTilePtr parentTile(const TileGrid& grid, TileKey key, const std::vector<PatternTilePtr>& children);

} // namespace headscope::ui
