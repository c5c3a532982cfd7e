// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tile_cache.h"

namespace headscope::ui {

std::size_t TileCache::Hash::operator()(const TileId& id) const noexcept
{
    std::size_t hash = 0;
    for (const std::size_t part : {static_cast<std::size_t>(id.run), id.sequence.value, id.layer.value, id.head.value,
             static_cast<std::size_t>(id.stage), static_cast<std::size_t>(id.pool), id.key.level, id.key.row,
             id.key.column, static_cast<std::size_t>(id.specials), std::size_t{id.perRow}})
        hash = (hash ^ part) * 0x9e3779b97f4a7c15u + (hash >> 29);
    return hash;
}

std::size_t TileCache::bytesOf(const PatternTile& tile)
{
    return sizeof(Entry) + sizeof(PatternTile) + tile.origin.capacity() + tile.values.capacity() * sizeof(float)
        + tile.kinds.capacity() * sizeof(CellKind);
}

PatternTilePtr TileCache::find(const TileId& id)
{
    const auto found = entries_.find(id);
    if (found == entries_.end())
        return nullptr;
    uses_.splice(uses_.begin(), uses_, found->second);
    return found->second->tile;
}

void TileCache::insert(const TileId& id, PatternTilePtr tile)
{
    if (const auto found = entries_.find(id); found != entries_.end())
        erase(found->second);
    const std::size_t size = bytesOf(*tile);
    if (size > budget_)
        return;
    while (bytes_ + size > budget_)
        erase(std::prev(uses_.end()));
    bytes_ += size;
    uses_.push_front({id, std::move(tile)});
    entries_.emplace(id, uses_.begin());
}

void TileCache::erase(std::list<Entry>::iterator entry)
{
    bytes_ -= bytesOf(*entry->tile);
    entries_.erase(entry->id);
    uses_.erase(entry);
}

void TileCache::clear()
{
    entries_.clear();
    uses_.clear();
    bytes_ = 0;
}

} // namespace headscope::ui
