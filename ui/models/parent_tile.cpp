// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/parent_tile.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

constexpr auto nothingYet = static_cast<CellKind>(0xff); ///< less telling than any kind

bool isMore(Pool pool, float candidate, float than)
{
    const float size = std::abs(candidate), most = std::abs(than);
    return pool == Pool::Maximum || size == most ? candidate > than : size > most;
}

void add(Pool pool, CellKind kind, float value, CellKind& bestKind, float& best)
{
    const bool broken = std::isnan(value) || (bestKind != nothingYet && std::isnan(best));
    if (broken)
        best = std::numeric_limits<float>::quiet_NaN();
    else if (kind < bestKind || (kind == bestKind && isMore(pool, value, best)))
        best = value;
    bestKind = std::min(bestKind, kind);
}

std::size_t blocks(Range positions, std::size_t step) { return (positions.size() + step - 1) / step; }

} // namespace

PatternTilePtr parentTile(const TileGrid& grid, TileKey key, const std::vector<PatternTilePtr>& children)
{
    const PatternTile& model = *children.front();
    const std::size_t step = TileGrid::step(key.level);
    PatternTile tile;
    tile.sequence = model.sequence;
    tile.layer = model.layer;
    tile.head = model.head;
    tile.stage = model.stage;
    tile.pool = model.pool;
    tile.specials = model.specials;
    tile.perRow = model.perRow;
    tile.origin = model.origin;
    tile.rows = grid.rows(key);
    tile.columns = grid.columns(key);
    tile.height = blocks(tile.rows, step);
    tile.width = blocks(tile.columns, step);
    tile.rowStep = std::min(step, tile.rows.size()); // a source's step for what is left over
    tile.columnStep = std::min(step, tile.columns.size());
    tile.values.resize(tile.height * tile.width);
    tile.kinds.assign(tile.values.size(), nothingYet);
    for (const auto& child : children)
        for (std::size_t row = 0; row < child->height; ++row) {
            const std::size_t query = child->rows.begin + row * child->rowStep;
            if (query < tile.rows.begin || query >= tile.rows.end)
                continue;
            const std::size_t out = (query - tile.rows.begin) / step * tile.width;
            for (std::size_t column = 0; column < child->width; ++column) {
                const std::size_t position = child->columns.begin + column * child->columnStep;
                if (position < tile.columns.begin || position >= tile.columns.end)
                    continue;
                const std::size_t at = out + (position - tile.columns.begin) / step;
                add(tile.pool, child->kind(row, column), child->value(row, column), tile.kinds[at], tile.values[at]);
            }
        }
    return std::make_shared<const PatternTile>(std::move(tile));
}

} // namespace headscope::ui
