// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/aggregate_source.h"

#include "core/cache/single_head.h"
#include "core/cache/tile_builder.h"
#include "core/cache/withdrawal.h"
#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace headscope {
namespace {

/// The values of a strip of rows, head after head.
class Accumulator {
public:
    explicit Accumulator(Aggregate aggregate)
        : aggregate_(aggregate)
    {
    }

    void add(const PatternTile& tile)
    {
        if (count_ == 0) {
            values_.assign(tile.values.size(), 0);
            squares_.assign(aggregate_ == Aggregate::Deviation ? tile.values.size() : 0, 0);
            kinds_ = tile.kinds;
        }
        ++count_;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            kinds_[i] = std::min(kinds_[i], tile.kinds[i]);
            const bool counts = tile.kinds[i] == CellKind::Allowed || tile.kinds[i] == CellKind::Excluded;
            add(i, counts ? static_cast<double>(tile.values[i]) : 0);
        }
    }

    float value(std::size_t i) const
    {
        const auto count = static_cast<double>(count_);
        switch (aggregate_) {
        case Aggregate::Mean:
            return static_cast<float>(values_[i] / count);
        case Aggregate::Maximum:
            return static_cast<float>(values_[i]);
        case Aggregate::Deviation:
            return static_cast<float>(std::sqrt(squares_[i] / count));
        }
        return 0;
    }
    CellKind kind(std::size_t i) const { return kinds_[i]; }
    void restart() { count_ = 0; }

private:
    void add(std::size_t i, double value)
    {
        switch (aggregate_) {
        case Aggregate::Mean:
            values_[i] += value;
            break;
        case Aggregate::Maximum:
            if (value > values_[i] || std::isnan(value))
                values_[i] = value;
            break;
        case Aggregate::Deviation: { // Welford's: the difference of two large sums would cancel
            const double before = value - values_[i];
            values_[i] += before / static_cast<double>(count_);
            squares_[i] += before * (value - values_[i]);
            break;
        }
        }
    }

    Aggregate aggregate_;
    std::size_t count_ = 0; ///< heads so far
    std::vector<double> values_; ///< sum, maximum, or mean so far
    std::vector<double> squares_; ///< sum of squared distances from the mean
    std::vector<CellKind> kinds_;
};

/// The largest combined values of rows, once somebody has read them whole.
class RowTops {
public:
    explicit RowTops(std::size_t rows)
        : rows_(rows)
    {
    }

    bool knows(SpecialTokens specials, Range rows)
    {
        const std::lock_guard lock(mutex_);
        const auto& tops = of(specials);
        return std::none_of(tops.begin() + static_cast<std::ptrdiff_t>(rows.begin),
            tops.begin() + static_cast<std::ptrdiff_t>(rows.end), [](float top) { return std::isnan(top); });
    }
    void set(SpecialTokens specials, std::size_t row, float top)
    {
        const std::lock_guard lock(mutex_);
        of(specials)[row] = top;
    }
    float get(SpecialTokens specials, std::size_t row)
    {
        const std::lock_guard lock(mutex_);
        return of(specials)[row];
    }

private:
    std::vector<float>& of(SpecialTokens specials)
    {
        auto& tops = tops_[specials];
        tops.resize(rows_, std::numeric_limits<float>::quiet_NaN());
        return tops;
    }

    const std::size_t rows_;
    std::mutex mutex_; ///< guards the rest
    std::map<SpecialTokens, std::vector<float>> tops_; ///< NaN: not known
};

/// One request: asks for a strip of one head after the other, then for the next strip. Owned by what it has asked for,
/// so that it goes, and its sink with it, when an engine goes without an answer.
class Combination : public std::enable_shared_from_this<Combination> {
public:
    Combination(std::shared_ptr<PatternSource> source, std::shared_ptr<RowTops> tops,
        const std::vector<HeadPlace>& heads, Aggregate aggregate, PatternTile tile, Priority priority,
        PatternSource::Sink sink)
        : source_(std::move(source))
        , tops_(std::move(tops))
        , heads_(heads)
        , options_({.priority = priority, .specials = tile.specials})
        , sink_(std::move(sink))
        , builder_(std::move(tile))
        , cells_(aggregate)
    {
        startStrip(builder_.tile().rows.begin);
    }

    /// Asks for heads as long as they are answered within the call; any thread. Never within itself: a source that
    /// answers at once would otherwise fill the stack.
    void ask()
    {
        {
            const std::lock_guard lock(mutex_);
            askAgain_ = true;
            if (std::exchange(asking_, true))
                return;
        }
        while (wantsMore())
            askForHead();
    }

    void stop() { end(); }

private:
    /// \pre the lock is held, or nobody else knows of this yet
    void startStrip(std::size_t row)
    {
        const PatternTile& tile = builder_.tile();
        const Range all{0, source_->keys()};
        PatternTile read;
        read.rows = tile.rows;
        read.columns = tile.perRow ? all : tile.columns;
        strip_ = stripFrom(read, row);
        columns_ = tile.perRow && !tops_->knows(tile.specials, strip_) ? all : tile.columns;
        next_ = 0;
    }

    bool wantsMore()
    {
        const std::lock_guard lock(mutex_);
        if (!over_ && std::exchange(askAgain_, false))
            return true;
        asking_ = false;
        return false;
    }

    void askForHead()
    {
        HeadPlace place;
        Range rows, columns;
        {
            const std::lock_guard lock(mutex_);
            place = heads_[next_];
            rows = strip_;
            columns = columns_;
        }
        Ticket ticket = source_->request({place.layer}, {place.head}, Stage::Pattern, rows, columns, options_,
            [self = shared_from_this()](
                PatternTilePtr cells, std::exception_ptr why) { self->answer(cells, std::move(why)); });
        const std::lock_guard lock(mutex_);
        if (!over_) // else it is not wanted any more
            std::swap(ticket_, ticket);
    }

    void answer(const PatternTilePtr& cells, std::exception_ptr why)
    {
        PatternTilePtr result;
        if (!why)
            try {
                translated("combining attention", [&] {
                    if (add(*cells))
                        ask();
                    else
                        result = std::make_shared<const PatternTile>(builder_.finished());
                });
            } catch (...) {
                why = std::current_exception();
            }
        if ((result || why) && end())
            sink_(std::move(result), std::move(why));
    }

    /// \return whether there is more to ask for.
    bool add(const PatternTile& cells)
    {
        cells_.add(cells);
        if (next_ + 1 < heads_.size()) {
            const std::lock_guard lock(mutex_);
            ++next_;
            return true;
        }
        addRows(cells);
        cells_.restart();
        if (strip_.end == builder_.tile().rows.end)
            return false;
        const std::lock_guard lock(mutex_);
        startStrip(strip_.end);
        return true;
    }

    /// The rows of a strip that all heads have been added to, as read.
    void addRows(const PatternTile& cells)
    {
        const PatternTile& tile = builder_.tile();
        const std::size_t width = tile.columns.size(), from = tile.columns.begin - cells.columns.begin;
        builder_.setSequence(cells.sequence);
        values_.resize(width);
        kinds_.resize(width);
        for (std::size_t row = 0; row < strip_.size(); ++row) {
            const float top = tile.perRow ? topOf(cells, row) : 0;
            for (std::size_t column = 0; column < width; ++column) {
                const std::size_t at = row * cells.width + from + column;
                values_[column] = top > 0 ? cells_.value(at) / top : cells_.value(at);
                kinds_[column] = cells_.kind(at);
            }
            builder_.addRow(values_.data(), kinds_.data());
        }
    }

    /// The largest combined value of a row that the query may attend to. \param row within the strip
    float topOf(const PatternTile& cells, std::size_t row)
    {
        const SpecialTokens specials = builder_.tile().specials;
        if (cells.columns.size() != source_->keys())
            return tops_->get(specials, strip_.begin + row);
        float top = 0;
        for (std::size_t at = row * cells.width; at < (row + 1) * cells.width; ++at)
            if (cells_.kind(at) == CellKind::Allowed && std::isfinite(cells_.value(at)))
                top = std::max(top, cells_.value(at));
        tops_->set(specials, strip_.begin + row, top);
        return top;
    }

    /// \return whether it had not ended before.
    bool end()
    {
        Ticket dropped; // outside the lock
        const std::lock_guard lock(mutex_);
        std::swap(dropped, ticket_);
        return !std::exchange(over_, true);
    }

    const std::shared_ptr<PatternSource> source_;
    const std::shared_ptr<RowTops> tops_;
    const std::vector<HeadPlace> heads_;
    const PatternOptions options_;
    const PatternSource::Sink sink_;
    TileBuilder builder_; ///< touched by whoever has an answer, one at a time, as the next three are
    Accumulator cells_;
    std::vector<float> values_; ///< of one row
    std::vector<CellKind> kinds_;

    std::mutex mutex_; ///< guards the rest
    Range strip_, columns_; ///< read now: the columns wanted, or all where rows are divided by what is not known yet
    std::size_t next_ = 0; ///< the head asked for
    Ticket ticket_;
    bool asking_ = false, askAgain_ = false;
    bool over_ = false; ///< answered or withdrawn
};

class AggregateSource : public PatternSource {
public:
    AggregateSource(std::shared_ptr<PatternSource> source, std::vector<HeadPlace> heads, Aggregate aggregate)
        : source_(std::move(source))
        , heads_(std::move(heads))
        , aggregate_(aggregate)
        , tops_(std::make_shared<RowTops>(source_->queries()))
        , name_(describe(aggregate, heads_, source_->heads()))
    {
    }

    std::size_t layers() const noexcept override { return 1; }
    std::size_t heads() const noexcept override { return 1; }
    std::size_t queries() const noexcept override { return source_->queries(); }
    std::size_t keys() const noexcept override { return source_->keys(); }
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        return layer.value == 0 && stage == Stage::Pattern
            && std::all_of(heads_.begin(), heads_.end(),
                [&](const HeadPlace& place) { return source_->has({place.layer}, stage); });
    }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        if (auto why = refusal(name_, *this, layer, head, stage, rows, columns)) {
            sink(nullptr, std::move(why));
            return {};
        }
        PatternTile tile = emptyTile(layer, head, stage, rows, columns, options);
        tile.origin = "combined in double precision";
        tile.combination = name_;
        const auto combination = std::make_shared<Combination>(
            source_, tops_, heads_, aggregate_, std::move(tile), options.priority, std::move(sink));
        Ticket ticket = ticketOf(combination);
        combination->ask();
        return ticket;
    }

private:
    std::shared_ptr<PatternSource> source_;
    std::vector<HeadPlace> heads_;
    Aggregate aggregate_;
    std::shared_ptr<RowTops> tops_;
    std::string name_;
};

std::string wordOf(Aggregate aggregate)
{
    switch (aggregate) {
    case Aggregate::Mean:
        return "mean";
    case Aggregate::Maximum:
        return "maximum";
    case Aggregate::Deviation:
        return "standard deviation";
    }
    return {};
}

} // namespace

std::string describe(Aggregate aggregate, const std::vector<HeadPlace>& heads, std::size_t headsOfALayer)
{
    std::map<std::size_t, std::set<std::size_t>> byLayer;
    for (const HeadPlace& place : heads)
        byLayer[place.layer].insert(place.head);
    std::string names;
    for (const auto& [layer, which] : byLayer) {
        const std::string number = std::to_string(layer);
        if (which.size() == headsOfALayer && headsOfALayer > 1) {
            names.append(names.empty() ? "" : ", ").append("layer ").append(number);
            continue;
        }
        for (const std::size_t head : which)
            names.append(names.empty() ? "" : ", ")
                .append("L")
                .append(number)
                .append(" H")
                .append(std::to_string(head));
    }
    const std::string count = std::to_string(heads.size()) + (heads.size() == 1 ? " head: " : " heads: ");
    return wordOf(aggregate) + " of " + count + names;
}

std::shared_ptr<PatternSource> aggregateOf(
    std::shared_ptr<PatternSource> source, std::vector<HeadPlace> heads, Aggregate aggregate)
{
    if (heads.empty())
        throw Error(Fault::BadInput, "an aggregate: expected at least one head, found none");
    for (const HeadPlace& place : heads)
        if (place.layer >= source->layers() || place.head >= source->heads())
            throw Error(Fault::BadInput,
                "an aggregate: expected heads of " + std::to_string(source->layers()) + " layers with "
                    + std::to_string(source->heads()) + " heads, found " + spell(place));
    return std::make_shared<AggregateSource>(std::move(source), std::move(heads), aggregate);
}

} // namespace headscope
