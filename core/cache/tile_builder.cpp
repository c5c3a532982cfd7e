// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/tile_builder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace headscope {
namespace {

/// Positions per value so that `count` positions fit into `most` values; 0 means no limit.
std::size_t stepFor(std::size_t count, std::size_t most) { return most == 0 ? 1 : (count + most - 1) / most; }

constexpr std::size_t stripCells = 1 << 17;
constexpr std::size_t rowGrid = 16;

} // namespace

PatternTile emptyTile(LayerId layer, HeadId head, Stage stage, Range rows, Range columns, const PatternOptions& options)
{
    PatternTile tile;
    tile.layer = layer;
    tile.head = head;
    tile.stage = stage;
    tile.rows = rows;
    tile.columns = columns;
    tile.rowStep = stepFor(rows.size(), options.maxHeight);
    tile.columnStep = stepFor(columns.size(), options.maxWidth);
    tile.pool = options.pool;
    tile.specials = options.specials;
    tile.perRow = options.perRow;
    tile.height = (rows.size() + tile.rowStep - 1) / tile.rowStep;
    tile.width = (columns.size() + tile.columnStep - 1) / tile.columnStep;
    return tile;
}

Range stripFrom(const PatternTile& tile, std::size_t row)
{
    const std::size_t height = std::max<std::size_t>(1, stripCells / tile.columns.size() / rowGrid) * rowGrid;
    return {row, std::min(tile.rows.end, row / rowGrid * rowGrid + height)};
}

void TileBuilder::Block::add(const CellKind* kinds, const float* cells, std::size_t width)
{
    const bool alike = std::memcmp(kinds, kinds + 1, (width - 1) * sizeof(CellKind)) == 0;
    if (!alike || pool != Pool::Maximum || count == 0 || kinds[0] < kind) {
        for (std::size_t i = 0; i < width; ++i)
            add(kinds[i], cells[i]);
        return;
    }
    bool nan = false;
    float most = kinds[0] == kind ? static_cast<float>(chosen) : std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < width; ++i) {
        most = cells[i] > most ? cells[i] : most;
        nan |= std::isnan(cells[i]);
    }
    if (kinds[0] == kind)
        chosen = most;
    broken |= nan;
}

void TileBuilder::Block::add(CellKind cellKind, float cell)
{
    broken |= std::isnan(cell);
    if (count == 0 || cellKind < kind) {
        kind = cellKind;
        chosen = cell;
        count = 1;
    } else if (cellKind == kind) {
        ++count;
        if (pool == Pool::Mean)
            chosen += cell;
        else if (isMoreThanChosen(cell))
            chosen = cell;
    }
}

bool TileBuilder::Block::isMoreThanChosen(double cell) const
{
    const double size = std::abs(cell), most = std::abs(chosen);
    return pool == Pool::Maximum || size == most ? cell > chosen : size > most;
}

float TileBuilder::Block::value() const
{
    if (broken)
        return std::numeric_limits<float>::quiet_NaN();
    return static_cast<float>(pool == Pool::Mean ? chosen / static_cast<double>(count) : chosen);
}

TileBuilder::TileBuilder(PatternTile tile)
    : tile_(std::move(tile))
    , blocks_(tile_.width, Block{tile_.pool})
{
    tile_.values.resize(tile_.height * tile_.width);
    tile_.kinds.resize(tile_.height * tile_.width);
}

void TileBuilder::addRow(const float* cells, const CellKind* kinds)
{
    const std::size_t across = tile_.columns.size();
    if (tile_.rowStep == 1 && tile_.columnStep == 1) {
        const auto out = static_cast<std::ptrdiff_t>(added_++ * across);
        std::copy_n(cells, across, tile_.values.begin() + out);
        std::copy_n(kinds, across, tile_.kinds.begin() + out);
        return;
    }
    for (std::size_t left = 0, at = 0; left < across; left += tile_.columnStep, ++at)
        blocks_[at].add(kinds + left, cells + left, std::min(tile_.columnStep, across - left));
    ++added_;
    if (added_ % tile_.rowStep == 0 || added_ == tile_.rows.size())
        finishBlocks();
}

void TileBuilder::finishBlocks()
{
    const std::size_t out = (added_ - 1) / tile_.rowStep * tile_.width;
    for (std::size_t at = 0; at < tile_.width; ++at) {
        tile_.values[out + at] = blocks_[at].value();
        tile_.kinds[out + at] = blocks_[at].kind;
    }
    blocks_.assign(tile_.width, Block{tile_.pool});
}

} // namespace headscope
