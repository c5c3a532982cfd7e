// SPDX-License-Identifier: GPL-3.0-or-later
// The tiles of the head that is looked at, fetched in the order of their use.
#pragma once

#include "ui/models/head_ref.h"
#include "ui/models/head_tiles.h"
#include "ui/models/tile_cache.h"

#include <QObject>

#include <deque>
#include <map>
#include <optional>

namespace headscope::ui {

/// Fetches what is seen of one head at a time: first a coarse picture where nothing else stands in (a sample of rows of
/// a long sequence), then the seen tiles of the wanted level, those nearest to the focus first, and when all are there,
/// behind everything else, a ring around them and the whole head. What is not wanted any more is withdrawn. Only a few
/// requests are under way at once, so that a new wish is served soon.
class HeadTileFeed : public QObject, public HeadTiles {
    Q_OBJECT
public:
    static constexpr std::size_t defaultBudget = std::size_t{64} << 20; ///< bytes of tiles that are remembered
    static constexpr std::size_t mostUnderWay = 4;

    explicit HeadTileFeed(QObject* parent = nullptr, std::size_t budget = defaultBudget);
    ~HeadTileFeed() override;

    /// Shows nothing until show(). Tiles of another run are forgotten, those of another sequence are not.
    void setSource(std::shared_ptr<PatternSource> source, std::uint64_t run, SequenceId sequence);
    /// A newer snapshot of the same run and sequence.
    void extendSource(std::shared_ptr<PatternSource> source) { source_ = std::move(source); }
    const std::shared_ptr<PatternSource>& source() const { return source_; }

    void show(HeadRef head, const TileForm& form); ///< fetches for the view looked at last. \pre there is a source
    void show(HeadRef head, Pool pool) { show(head, TileForm{.pool = pool}); }
    void stop(); ///< shows no head
    void look(const TileView& view);
    /// The whole head's probabilities, max-pooled: a coarse picture for nothing.
    void setThumbnail(HeadRef head, PatternTilePtr tile);

    std::optional<HeadRef> head() const { return head_; }
    bool isSettled() const; ///< every tile that is seen has been answered
    const TileCache& cache() const { return cache_; }

    const TileGrid& grid() const override { return grid_; }
    Pool pool() const override { return form_.pool; }
    const TileForm& form() const { return form_; }
    PatternTilePtr find(TileKey key) override;
    std::vector<PatternTilePtr> coarse() override;
    PatternTilePtr finest(Cell cell); ///< the finest tile known that has this cell; nothing when there is none

Q_SIGNALS:
    void tileReady(headscope::ui::TileKey key); ///< of the head shown
    void coarseReady(); ///< coarse() has more to offer
    void failed(const QString& message); ///< the head is not fetched any further

private:
    struct Wish {
        TileKey key;
        Priority priority = Priority::Visible;
    };
    struct UnderWay {
        Wish wish;
        Ticket ticket;
    };

    TileId idOf(TileKey key) const;
    PatternTilePtr parentOf(TileKey key);
    PatternTilePtr thumbnail() const; ///< of the head shown, where its form is that of thumbnails
    bool hasStandIn(TileKey key);
    std::size_t bands() const; ///< of the sampled picture; none for short sequences
    Range bandRows(std::size_t band) const;
    void plan();
    void wishForBands(const std::vector<TileKey>& missing);
    void wishAhead();
    void withdrawUnwanted();
    void pump();
    void ask(Wish wish);
    void answered(std::uint64_t number, const TileId& id, PatternTilePtr tile, const std::exception_ptr& why);

    std::shared_ptr<PatternSource> source_;
    std::uint64_t run_ = 0;
    SequenceId sequence_;
    TileGrid grid_;
    TileCache cache_;
    std::map<std::pair<std::size_t, std::size_t>, PatternTilePtr> thumbnails_; ///< by layer and head

    std::optional<HeadRef> head_;
    TileForm form_;
    TileView view_;
    std::vector<TileKey> seen_; ///< the tiles of the view, nearest first
    std::vector<TileKey> answered_; ///< of those; even if the cache has dropped them since
    std::deque<Wish> wishes_; ///< not asked for yet
    std::map<std::uint64_t, UnderWay> underWay_;
    std::uint64_t lastNumber_ = 0;
};

} // namespace headscope::ui
