// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/head_tile_feed.h"

#include "ui/bridge/hop.h"
#include "ui/models/parent_tile.h"
#include "ui/text/labels.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

constexpr std::size_t bandLevel = 100; ///< the sampled picture's key: the row is the number of the band
constexpr std::size_t bandSample = 16; ///< rows read of a band; what a lazy source computes at least
constexpr std::size_t positionsPerBand = 512, longEnoughForBands = 2048, bandWidth = 512;

bool contains(const std::vector<TileKey>& keys, TileKey key)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

double distance(const TileGrid& grid, TileKey key, QPointF focus)
{
    const auto outside = [](Range range, double place) {
        return std::max({static_cast<double>(range.begin) - place, place - static_cast<double>(range.end), 0.0});
    };
    const auto middle = [](Range range) { return static_cast<double>(range.begin + range.end) / 2; };
    const Range rows = grid.rows(key), columns = grid.columns(key);
    // Those under the focus first; among equals the one whose middle is nearer.
    return std::hypot(outside(rows, focus.y()), outside(columns, focus.x())) * 1e3
        + std::hypot(middle(rows) - focus.y(), middle(columns) - focus.x());
}

} // namespace

HeadTileFeed::HeadTileFeed(QObject* parent, std::size_t budget)
    : QObject(parent)
    , cache_(budget)
{
}

HeadTileFeed::~HeadTileFeed() = default;

void HeadTileFeed::setSource(std::shared_ptr<PatternSource> source, std::uint64_t run, SequenceId sequence)
{
    stop();
    if (run != run_)
        cache_.clear();
    thumbnails_.clear();
    source_ = std::move(source);
    run_ = run;
    sequence_ = sequence;
    grid_ = source_ ? TileGrid(source_->queries(), source_->keys()) : TileGrid();
}

void HeadTileFeed::stop()
{
    head_.reset();
    wishes_.clear();
    underWay_.clear();
    seen_.clear();
    answered_.clear();
}

void HeadTileFeed::show(HeadRef head, const TileForm& form)
{
    if (head_ == head && form == form_)
        return;
    stop();
    head_ = head;
    form_ = form;
    plan();
}

void HeadTileFeed::look(const TileView& view)
{
    if (view == view_)
        return;
    view_ = view;
    plan();
}

void HeadTileFeed::setThumbnail(HeadRef head, PatternTilePtr tile)
{
    thumbnails_[{head.layer.value, head.head.value}] = std::move(tile);
    if (head_ == head && form_ == TileForm())
        Q_EMIT coarseReady();
}

bool HeadTileFeed::isSettled() const { return answered_.size() == seen_.size(); }

TileId HeadTileFeed::idOf(TileKey key) const
{
    return {run_, sequence_, head_->layer, head_->head, form_.stage, form_.pool, key, form_.specials, form_.perRow};
}

PatternTilePtr HeadTileFeed::find(TileKey key)
{
    if (!head_)
        return nullptr;
    if (auto tile = cache_.find(idOf(key)))
        return tile;
    return key.level > 0 && key.level < bandLevel && form_.pool != Pool::Mean ? parentOf(key) : nullptr;
}

PatternTilePtr HeadTileFeed::parentOf(TileKey key)
{
    std::vector<PatternTilePtr> children;
    for (const auto child : grid_.touching(key.level - 1, grid_.rows(key), grid_.columns(key))) {
        children.push_back(find(child));
        if (!children.back())
            return nullptr;
    }
    auto tile = parentTile(grid_, key, children);
    cache_.insert(idOf(key), tile);
    return tile;
}

std::size_t HeadTileFeed::bands() const
{
    return grid_.rows() <= longEnoughForBands ? 0 : std::min<std::size_t>(grid_.rows() / positionsPerBand, 64);
}

Range HeadTileFeed::bandRows(std::size_t band) const
{
    return {band * grid_.rows() / bands(), (band + 1) * grid_.rows() / bands()};
}

PatternTilePtr HeadTileFeed::thumbnail() const
{
    const auto found = thumbnails_.find({head_->layer.value, head_->head.value});
    return found != thumbnails_.end() && form_ == TileForm() ? found->second : nullptr;
}

std::vector<PatternTilePtr> HeadTileFeed::coarse()
{
    std::vector<PatternTilePtr> tiles;
    if (!head_)
        return tiles;
    if (auto small = thumbnail())
        return {std::move(small)};
    for (std::size_t band = 0; band < bands(); ++band)
        if (auto tile = cache_.find(idOf({bandLevel, band, 0})))
            tiles.push_back(std::move(tile));
    return tiles;
}

PatternTilePtr HeadTileFeed::finest(Cell cell)
{
    for (std::size_t level = 0; level <= grid_.topLevel(); ++level)
        for (const auto key : grid_.touching(level, {cell.query, cell.query + 1}, {cell.key, cell.key + 1}))
            if (auto tile = find(key))
                return tile;
    return thumbnail();
}

bool HeadTileFeed::hasStandIn(TileKey key)
{
    for (std::size_t level = key.level + 1; level <= grid_.topLevel(); ++level) {
        const auto keys = grid_.touching(level, grid_.rows(key), grid_.columns(key));
        if (std::all_of(keys.begin(), keys.end(), [this](TileKey each) { return find(each) != nullptr; }))
            return true;
    }
    return false;
}

void HeadTileFeed::plan()
{
    if (!head_ || !source_)
        return;
    auto seen = grid_.touching(view_.level, view_.seen);
    std::stable_sort(seen.begin(), seen.end(),
        [this](TileKey a, TileKey b) { return distance(grid_, a, view_.focus) < distance(grid_, b, view_.focus); });
    std::vector<TileKey> answered, missing;
    for (const auto key : seen)
        (find(key) || contains(answered_, key) ? answered : missing).push_back(key);
    seen_ = std::move(seen);
    answered_ = std::move(answered);
    wishes_.clear();
    wishForBands(missing);
    for (const auto key : missing)
        wishes_.push_back({key, Priority::Visible});
    wishAhead();
    withdrawUnwanted();
    pump();
}

/// Only where nothing coarser stands in.
void HeadTileFeed::wishForBands(const std::vector<TileKey>& missing)
{
    if (thumbnail() || std::all_of(missing.begin(), missing.end(), [this](TileKey key) { return hasStandIn(key); }))
        return;
    for (std::size_t band = 0; band < bands(); ++band) {
        const Range rows = bandRows(band);
        const bool isSeen
            = static_cast<double>(rows.begin) < view_.seen.bottom() && static_cast<double>(rows.end) > view_.seen.top();
        if (const TileKey key{bandLevel, band, 0}; isSeen && !cache_.find(idOf(key)))
            wishes_.push_back({key, Priority::Visible});
    }
}

void HeadTileFeed::wishAhead()
{
    const auto wish = [this](TileKey key) {
        if (!contains(seen_, key) && !find(key))
            wishes_.push_back({key, Priority::Background});
    };
    for (const auto key : seen_) // kept for longest while what follows is fetched
        find(key);
    const auto margin
        = static_cast<double>(std::min(TileGrid::mostValues * TileGrid::step(view_.level), TileGrid::mostPositions));
    for (const auto key :
        grid_.touching(view_.level, view_.seen.adjusted(-margin, -margin, margin, margin).intersected(grid_.whole())))
        wish(key);
    if (view_.wholeLevel != view_.level)
        for (const auto key : grid_.touching(view_.wholeLevel, grid_.whole()))
            wish(key);
}

void HeadTileFeed::withdrawUnwanted()
{
    for (auto each = underWay_.begin(); each != underWay_.end();) {
        const auto wish = std::find_if(wishes_.begin(), wishes_.end(), [&](const Wish& wanted) {
            return wanted.key == each->second.wish.key && wanted.priority == each->second.wish.priority;
        });
        if (wish != wishes_.end()) {
            wishes_.erase(wish);
            ++each;
        } else {
            each = underWay_.erase(each);
        }
    }
}

void HeadTileFeed::pump()
{
    while (!wishes_.empty()) {
        // What is fetched ahead waits until everything seen is there, and never fills the reader's queue.
        const bool ahead = wishes_.front().priority == Priority::Background;
        if (underWay_.size() >= (ahead ? 1 : mostUnderWay))
            return;
        const Wish wish = wishes_.front();
        wishes_.pop_front();
        ask(wish);
    }
}

void HeadTileFeed::ask(Wish wish)
{
    const auto answer = hopTo(this,
        [this, number = ++lastNumber_, id = idOf(wish.key)](
            const PatternTilePtr& tile, const std::exception_ptr& why) { answered(number, id, tile, why); });
    auto& place = underWay_[lastNumber_];
    place.wish = wish;
    PatternOptions options{
        .priority = wish.priority, .pool = form_.pool, .specials = form_.specials, .perRow = form_.perRow};
    Range rows = grid_.rows(wish.key), columns = grid_.columns(wish.key);
    if (wish.key.level == bandLevel) {
        const Range band = bandRows(wish.key.row);
        rows.begin = (band.begin + band.end) / 2 / bandSample * bandSample;
        rows.end = std::min(rows.begin + bandSample, grid_.rows());
        columns = {0, grid_.columns()};
        options.maxHeight = 1;
        options.maxWidth = bandWidth;
    } else {
        const auto blocks = [&](Range range) { return std::max<std::size_t>(1, range.size() >> wish.key.level); };
        options.maxHeight = blocks(rows);
        options.maxWidth = blocks(columns);
    }
    place.ticket = source_->request(head_->layer, head_->head, form_.stage, rows, columns, options, answer);
}

void HeadTileFeed::answered(std::uint64_t number, const TileId& id, PatternTilePtr tile, const std::exception_ptr& why)
{
    if (tile && id.key.level == bandLevel && id.run == run_) {
        PatternTile stretched = *tile; // the sample stands for its band
        stretched.rows = bandRows(id.key.row);
        stretched.rowStep = stretched.rows.size();
        tile = std::make_shared<const PatternTile>(std::move(stretched));
    }
    if (tile && id.run == run_)
        cache_.insert(id, std::move(tile)); // also when it came too late: it is what it says it is
    else if (id.run != run_)
        return;
    if (underWay_.erase(number) == 0)
        return;
    if (why) {
        const HeadRef broken = *head_;
        stop();
        head_ = broken;
        Q_EMIT failed(messageOf(why));
        return;
    }
    if (contains(seen_, id.key))
        answered_.push_back(id.key);
    pump();
    if (id.key.level == bandLevel)
        Q_EMIT coarseReady();
    else
        Q_EMIT tileReady(id.key);
}

} // namespace headscope::ui
