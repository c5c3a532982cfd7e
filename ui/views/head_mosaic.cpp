// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_mosaic.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headscope::ui {

namespace {

std::size_t blocks(Range positions, std::size_t step) { return (positions.size() + step - 1) / step; }

Range common(Range a, Range b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

/// The source values under each value of one axis of the mosaic: those it touches.
struct Axis {
    std::size_t first = 0; ///< index in the mosaic
    std::vector<Range> sources;
};

/// \param part positions to fill, starting on a block of the mosaic or within one where a source starts there
Axis axisOf(Range part, std::size_t begin, std::size_t step, std::size_t sourceBegin, std::size_t sourceStep)
{
    Axis axis{(part.begin - begin) / step, {}};
    for (std::size_t at = begin + axis.first * step; at < part.end; at += step) {
        const std::size_t from = std::max(at, part.begin), last = std::min(at + step, part.end) - 1;
        axis.sources.push_back({(from - sourceBegin) / sourceStep, (last - sourceBegin) / sourceStep + 1});
    }
    return axis;
}

} // namespace

void HeadMosaic::setQuantity(Quantity quantity)
{
    quantity_ = quantity;
    clear();
}

void HeadMosaic::setLogarithmic(bool logarithmic)
{
    if (std::exchange(logarithmic_, logarithmic) != logarithmic)
        again();
}

void HeadMosaic::pinRange(std::optional<ValueRange> range)
{
    if (std::exchange(pinned_, range) != range)
        again();
}

void HeadMosaic::again()
{
    HeadTiles* tiles = tiles_;
    const PatternTilePtr single = single_;
    clear();
    if (single)
        show(single);
    else if (tiles)
        show(tiles);
}

void HeadMosaic::clear()
{
    tiles_ = nullptr;
    single_.reset();
    keys_.clear();
    gaps_.clear();
    cells_.height = cells_.width = 0;
    cells_.codes.clear();
    const bool differences = quantity_ == Quantity::Difference;
    cells_.range = {Stage::Pattern, differences ? -1.0f : 0.0f, 1, quantity_};
    known_ = ranged_ = false;
    largest_ = 0;
}

void HeadMosaic::show(PatternTilePtr tile)
{
    clear();
    rows_ = tile->rows;
    columns_ = tile->columns;
    rowStep_ = tile->rowStep;
    columnStep_ = tile->columnStep;
    cells_ = encode(*tile, rangeFor(*tile), std::move(cells_));
    largest_ = cells_.largest;
    known_ = true;
    single_ = std::move(tile);
}

void HeadMosaic::show(HeadTiles* tiles)
{
    clear();
    tiles_ = tiles;
    if (tiles_)
        frame();
}

void HeadMosaic::aim(const TileView& view)
{
    const bool same = tiles_ && !keys_.empty() && view.level == view_.level
        && tiles_->grid().touching(view.level, view.seen) == keys_;
    view_ = view;
    if (tiles_ && !same)
        frame();
}

void HeadMosaic::frame()
{
    const TileGrid& grid = tiles_->grid();
    const std::size_t step = TileGrid::step(view_.level);
    if (tiles_->pool() == Pool::Mean && step != rowStep_)
        largest_ = 0; // the mean of larger blocks is smaller
    keys_ = grid.touching(view_.level, view_.seen);
    if (keys_.empty())
        return;
    rows_ = {grid.rows(keys_.front()).begin, grid.rows(keys_.back()).end};
    columns_ = {grid.columns(keys_.front()).begin, grid.columns(keys_.back()).end};
    rowStep_ = columnStep_ = step;
    cells_.height = blocks(rows_, step);
    cells_.width = blocks(columns_, step);
    refill();
}

void HeadMosaic::refill()
{
    cells_.codes.assign(cells_.height * cells_.width, unknownCode);
    gaps_.clear();
    known_ = false;
    const ValueRange before = cells_.range;
    for (const auto key : keys_)
        fill(key);
    if (!(cells_.range == before))
        refill(); // the first ones were encoded for a narrower range
}

void HeadMosaic::fill(TileKey key)
{
    const TileGrid& grid = tiles_->grid();
    const Range rows = grid.rows(key), columns = grid.columns(key);
    if (const auto tile = tiles_->find(key))
        return put(*tile, rows, columns);
    gaps_.push_back(key);
    for (const auto& tile : tiles_->coarse())
        put(*tile, rows, columns);
    for (std::size_t level = grid.topLevel(); level > key.level; --level)
        for (const auto coarser : grid.touching(level, rows, columns))
            if (const auto tile = tiles_->find(coarser))
                put(*tile, rows, columns);
}

ValueRange HeadMosaic::rangeFor(const PatternTile& tile) const
{
    ValueRange range = rangeOf(tile, quantity_);
    range.logarithmic = logarithmic_ && !range.isSigned() && tile.stage != Stage::Mask;
    return pinned_ && pinned_->isLike(range) ? *pinned_ : range;
}

float HeadMosaic::quantile(double share, const QRectF& part) const
{
    if (isEmpty())
        return 0;
    const auto within = [](double begin, double end, Range covered, std::size_t step, std::size_t count) {
        const auto place = [&](double position) {
            const double value = (position - static_cast<double>(covered.begin)) / static_cast<double>(step);
            return static_cast<std::size_t>(std::clamp(value, 0.0, static_cast<double>(count)));
        };
        return Range{place(begin), std::min(count, place(end) + 1)};
    };
    const Range down = within(part.top(), part.bottom() - 1e-6, rows_, rowStep_, cells_.height);
    const Range across = within(part.left(), part.right() - 1e-6, columns_, columnStep_, cells_.width);
    std::vector<std::uint32_t> counts(std::size_t{1} << 16); // by magnitude, for each code there is
    std::uint64_t all = 0;
    const bool isSigned = cells_.range.isSigned(), difference = cells_.range.quantity == Quantity::Difference;
    constexpr int middle = (highestCode - lowestCode) / 2;
    for (std::size_t row = down.begin; row < down.end; ++row)
        for (std::size_t column = across.begin; column < across.end; ++column) {
            const CellCode code = cells_.row(row)[column];
            if (code < lowestCode || code == nanCode)
                continue;
            const int step = code - lowestCode;
            ++counts[static_cast<std::size_t>(!isSigned ? step : difference ? step & ~1 : 2 * std::abs(step - middle))];
            ++all;
        }
    std::uint64_t below = 0;
    for (std::size_t step = 0; step < counts.size(); ++step)
        if (below += counts[step]; below > 0 && static_cast<double>(below) >= share * static_cast<double>(all))
            return static_cast<float>(step) / codeSteps;
    return 0;
}

std::optional<float> HeadMosaic::valueAt(Cell cell) const
{
    const auto in = [&](const PatternTilePtr& tile) -> std::optional<float> {
        if (!tile || cell.query < tile->rows.begin || cell.query >= tile->rows.end || cell.key < tile->columns.begin
            || cell.key >= tile->columns.end)
            return std::nullopt;
        const std::size_t row = (cell.query - tile->rows.begin) / tile->rowStep;
        const std::size_t column = (cell.key - tile->columns.begin) / tile->columnStep;
        return tile->kind(row, column) == CellKind::Allowed ? std::optional(tile->value(row, column)) : std::nullopt;
    };
    if (single_)
        return in(single_);
    if (!tiles_)
        return std::nullopt;
    const TileGrid& grid = tiles_->grid();
    for (std::size_t level = 0; level <= grid.topLevel(); ++level)
        for (const auto key : grid.touching(level, {cell.query, cell.query + 1}, {cell.key, cell.key + 1}))
            if (const auto tile = tiles_->find(key))
                return in(tile);
    return std::nullopt;
}

void HeadMosaic::widen(const PatternTile& tile)
{
    ValueRange range = rangeFor(tile);
    ValueRange& all = cells_.range;
    if (ranged_) {
        range.low = std::min(all.low, range.low);
        range.high = std::max(all.high, range.high);
    }
    all = range;
    ranged_ = true;
}

void HeadMosaic::put(const PatternTile& tile, Range rows, Range columns)
{
    rows = common(rows, tile.rows);
    columns = common(columns, tile.columns);
    if (rows.size() == 0 || columns.size() == 0)
        return;
    widen(tile);
    spare_ = encode(tile, cells_.range, std::move(spare_));
    if (tiles_->pool() != Pool::Mean || tile.rowStep == rowStep_)
        largest_ = std::max(largest_, spare_.largest);
    known_ = true;
    const Axis down = axisOf(rows, rows_.begin, rowStep_, tile.rows.begin, tile.rowStep);
    const Axis across = axisOf(columns, columns_.begin, columnStep_, tile.columns.begin, tile.columnStep);
    CellCode* last = nullptr;
    for (std::size_t i = 0; i < down.sources.size(); ++i) {
        const Range source = down.sources[i];
        CellCode* out = cells_.codes.data() + (down.first + i) * cells_.width + across.first;
        if (last && source == down.sources[i - 1]) {
            std::copy(last, last + across.sources.size(), out);
        } else if (source.size() == 1 && tile.columnStep == columnStep_ && across.sources.size() <= spare_.width) {
            const CellCode* from = spare_.row(source.begin) + across.sources.front().begin;
            std::copy(from, from + across.sources.size(), out);
        } else {
            for (std::size_t j = 0; j < across.sources.size(); ++j) {
                CellCode most = unknownCode;
                for (std::size_t row = source.begin; row < source.end; ++row)
                    for (std::size_t column = across.sources[j].begin; column < across.sources[j].end; ++column)
                        most = std::max(most, spare_.row(row)[column]);
                out[j] = most;
            }
        }
        last = out;
    }
}

void HeadMosaic::arrived(TileKey key)
{
    if (!tiles_ || keys_.empty())
        return;
    if (key.level > view_.level)
        return fillGaps();
    const auto gap = std::find(gaps_.begin(), gaps_.end(), key);
    if (gap == gaps_.end())
        return;
    const ValueRange before = cells_.range;
    const auto tile = tiles_->find(key);
    if (!tile)
        return;
    gaps_.erase(gap);
    put(*tile, tiles_->grid().rows(key), tiles_->grid().columns(key));
    if (!(cells_.range == before))
        refill();
}

void HeadMosaic::fillGaps()
{
    const ValueRange before = cells_.range;
    for (const auto key : std::exchange(gaps_, {}))
        fill(key);
    if (!(cells_.range == before))
        refill();
}

} // namespace headscope::ui
