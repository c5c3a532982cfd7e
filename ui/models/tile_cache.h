// SPDX-License-Identifier: GPL-3.0-or-later
// Tiles that were fetched, as many as a budget of memory allows.
#pragma once

#include "ui/models/tile_grid.h"

#include <list>
#include <unordered_map>

namespace headscope::ui {

/// Everything that tells one tile from another.
struct TileId {
    std::uint64_t run = 0;
    SequenceId sequence{};
    LayerId layer{};
    HeadId head{};
    Stage stage = Stage::Pattern;
    Pool pool = Pool::Maximum;
    TileKey key{};
    SpecialTokens specials = SpecialTokens::Show;
    bool perRow = false;
    friend constexpr bool operator==(const TileId&, const TileId&) = default;
};

/// Forgets what was not used for longest. One thread.
class TileCache {
public:
    explicit TileCache(std::size_t budget)
        : budget_(budget)
    {
    }

    PatternTilePtr find(const TileId& id); ///< counts as a use
    void insert(const TileId& id, PatternTilePtr tile); ///< a tile larger than the whole budget is not kept
    void clear();
    std::size_t bytes() const { return bytes_; }
    std::size_t count() const { return entries_.size(); }

    static std::size_t bytesOf(const PatternTile& tile);

private:
    struct Hash {
        std::size_t operator()(const TileId& id) const noexcept;
    };
    struct Entry {
        TileId id;
        PatternTilePtr tile;
    };
    void erase(std::list<Entry>::iterator entry);

    std::size_t budget_, bytes_ = 0;
    std::list<Entry> uses_; ///< the latest first
    std::unordered_map<TileId, std::list<Entry>::iterator, Hash> entries_;
};

} // namespace headscope::ui
