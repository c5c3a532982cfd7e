// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/aggregate_source.h"

#include "core/cache/single_head.h"
#include "core/cache/tile_builder.h"
#include "core/cache/withdrawal.h"
#include "core/error.h"

#include <algorithm>
#include <cmath>
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

/// One request: asks for a strip of one head after the other, then for the next strip. Owned by what it has asked for,
/// so that it goes, and its sink with it, when an engine goes without an answer.
class Combination : public std::enable_shared_from_this<Combination> {
public:
    Combination(std::shared_ptr<PatternSource> source, const std::vector<HeadPlace>& heads, Aggregate aggregate,
        PatternTile tile, Priority priority, PatternSource::Sink sink)
        : source_(std::move(source))
        , heads_(heads)
        , options_({.priority = priority, .specials = tile.specials})
        , sink_(std::move(sink))
        , builder_(std::move(tile))
        , cells_(aggregate)
        , strip_(stripFrom(builder_.tile(), builder_.tile().rows.begin))
    {
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
        Range rows;
        {
            const std::lock_guard lock(mutex_);
            place = heads_[next_];
            rows = strip_;
        }
        Ticket ticket = source_->request({place.layer}, {place.head}, Stage::Pattern, rows, builder_.tile().columns,
            options_, [self = shared_from_this()](PatternTilePtr cells, std::exception_ptr why) {
                self->answer(cells, std::move(why));
            });
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
        const std::size_t width = builder_.tile().columns.size();
        builder_.setSequence(cells.sequence);
        values_.resize(width);
        kinds_.resize(width);
        for (std::size_t row = 0; row < strip_.size(); ++row) {
            for (std::size_t column = 0; column < width; ++column) {
                values_[column] = cells_.value(row * width + column);
                kinds_[column] = cells_.kind(row * width + column);
            }
            builder_.addRow(values_.data(), kinds_.data());
        }
        cells_.restart();
        if (strip_.end == builder_.tile().rows.end)
            return false;
        const std::lock_guard lock(mutex_);
        next_ = 0;
        strip_ = stripFrom(builder_.tile(), strip_.end);
        return true;
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
    const std::vector<HeadPlace> heads_;
    const PatternOptions options_;
    const PatternSource::Sink sink_;
    TileBuilder builder_; ///< touched by whoever has an answer, one at a time, as the next three are
    Accumulator cells_;
    std::vector<float> values_; ///< of one row
    std::vector<CellKind> kinds_;

    std::mutex mutex_; ///< guards the rest
    Range strip_;
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
        tile.perRow = false;
        tile.origin = "combined in double precision";
        tile.combination = name_;
        const auto combination = std::make_shared<Combination>(
            source_, heads_, aggregate_, std::move(tile), options.priority, std::move(sink));
        Ticket ticket = ticketOf(combination);
        combination->ask();
        return ticket;
    }

private:
    std::shared_ptr<PatternSource> source_;
    std::vector<HeadPlace> heads_;
    Aggregate aggregate_;
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
