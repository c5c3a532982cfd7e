// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/difference_source.h"

#include "core/cache/tile_builder.h"
#include "core/cache/withdrawal.h"
#include "core/error.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

namespace headscope {
namespace {

/// Not NaN where both are the same infinity, as masked scores are.
float difference(float a, float b) { return a == b ? 0 : a - b; }

CellKind kindOf(CellKind a, CellKind b)
{
    const bool oneAllowed = a == CellKind::Allowed || b == CellKind::Allowed;
    return oneAllowed ? std::max(a, b) : std::min(a, b);
}

/// One request: asks both sides for a strip, and for the next when both have answered. Owned by what it has asked for,
/// so that it goes, and its sink with it, when an engine goes without an answer.
class Subtraction : public std::enable_shared_from_this<Subtraction> {
public:
    using Sources = std::array<std::shared_ptr<PatternSource>, 2>;

    Subtraction(Sources sources, PatternTile tile, Priority priority, PatternSource::Sink sink)
        : sources_(std::move(sources))
        , priority_(priority)
        , sink_(std::move(sink))
        , builder_(std::move(tile))
        , strip_(stripFrom(builder_.tile(), builder_.tile().rows.begin))
    {
    }

    /// Asks for the strips, as long as they are answered within the call; any thread. Never within itself: a source
    /// that answers at once would otherwise fill the stack.
    void ask()
    {
        {
            const std::lock_guard lock(mutex_);
            askAgain_ = true;
            if (std::exchange(asking_, true))
                return;
        }
        while (wantsStrip())
            for (std::size_t side = 0; side < sources_.size(); ++side)
                askFor(side);
    }

    /// Withdraws what both sides were asked for, and answers no more.
    void stop() { end(); }

private:
    bool wantsStrip()
    {
        const std::lock_guard lock(mutex_);
        if (!over_ && std::exchange(askAgain_, false))
            return true;
        asking_ = false;
        return false;
    }

    void askFor(std::size_t side)
    {
        Range rows;
        {
            const std::lock_guard lock(mutex_);
            if (over_)
                return;
            rows = strip_;
        }
        const PatternTile& tile = builder_.tile();
        Ticket ticket = sources_[side]->request(tile.layer, tile.head, tile.stage, rows, tile.columns,
            {.priority = priority_, .specials = tile.specials, .perRow = tile.perRow},
            [self = shared_from_this(), side](PatternTilePtr cells, std::exception_ptr why) {
                self->answer(side, std::move(cells), std::move(why));
            });
        const std::lock_guard lock(mutex_);
        if (!over_) // else it is not wanted any more
            std::swap(tickets_[side], ticket);
    }

    void answer(std::size_t side, PatternTilePtr cells, std::exception_ptr why)
    {
        std::array<PatternTilePtr, 2> both;
        {
            const std::lock_guard lock(mutex_);
            if (over_)
                return;
            cells_[side] = std::move(cells);
            if (!why && !(cells_[0] && cells_[1]))
                return;
            std::swap(both, cells_);
        }
        if (why) {
            finish(nullptr, std::move(why));
            return;
        }
        PatternTilePtr result;
        try {
            translated("subtracting attention", [&] {
                if (subtract(*both[0], *both[1]))
                    ask();
                else
                    result = std::make_shared<const PatternTile>(builder_.finished());
            });
        } catch (...) {
            why = std::current_exception();
        }
        if (result || why)
            finish(std::move(result), std::move(why));
    }

    /// \return whether there is another strip to ask for.
    bool subtract(const PatternTile& a, const PatternTile& b)
    {
        const std::size_t width = builder_.tile().columns.size();
        builder_.setSequence(a.sequence);
        values_.resize(width);
        kinds_.resize(width);
        for (std::size_t row = 0; row < strip_.size(); ++row) {
            for (std::size_t column = 0; column < width; ++column) {
                const std::size_t at = row * width + column;
                values_[column] = difference(a.values[at], b.values[at]);
                kinds_[column] = kindOf(a.kinds[at], b.kinds[at]);
            }
            builder_.addRow(values_.data(), kinds_.data());
        }
        if (strip_.end == builder_.tile().rows.end)
            return false;
        const std::lock_guard lock(mutex_);
        strip_ = stripFrom(builder_.tile(), strip_.end);
        return true;
    }

    /// Answers, unless that has been done or nobody waits.
    void finish(PatternTilePtr tile, std::exception_ptr why)
    {
        if (end())
            sink_(std::move(tile), std::move(why));
    }

    /// \return whether it had not ended before.
    bool end()
    {
        std::array<Ticket, 2> dropped; // outside the lock
        const std::lock_guard lock(mutex_);
        std::swap(dropped, tickets_);
        return !std::exchange(over_, true);
    }

    const Sources sources_;
    const Priority priority_;
    const PatternSource::Sink sink_;
    TileBuilder builder_; ///< touched by whoever has both answers of a strip, as values_ and kinds_ are
    std::vector<float> values_; ///< of one row
    std::vector<CellKind> kinds_;

    std::mutex mutex_; ///< guards the rest
    Range strip_;
    std::array<PatternTilePtr, 2> cells_;
    std::array<Ticket, 2> tickets_;
    bool asking_ = false, askAgain_ = false;
    bool over_ = false; ///< answered or withdrawn
};

class DifferenceSource : public PatternSource {
public:
    explicit DifferenceSource(Subtraction::Sources sources)
        : sources_(std::move(sources))
    {
    }

    std::size_t layers() const noexcept override { return sources_[0]->layers(); }
    std::size_t heads() const noexcept override { return sources_[0]->heads(); }
    std::size_t queries() const noexcept override { return sources_[0]->queries(); }
    std::size_t keys() const noexcept override { return sources_[0]->keys(); }
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        return sources_[0]->has(layer, stage) && sources_[1]->has(layer, stage);
    }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        if (!isInside(rows, queries()) || !isInside(columns, keys()))
            return refusal(layer, head, stage, rows, columns, options, std::move(sink));
        if (options.pool == Pool::Maximum)
            options.pool = Pool::MaximumMagnitude;
        PatternTile tile = emptyTile(layer, head, stage, rows, columns, options);
        tile.origin = "A − B";
        const auto subtraction
            = std::make_shared<Subtraction>(sources_, std::move(tile), options.priority, std::move(sink));
        Ticket ticket = ticketOf(subtraction);
        subtraction->ask();
        return ticket;
    }

private:
    static bool isInside(Range range, std::size_t count) { return range.begin < range.end && range.end <= count; }

    /// Lets one side say what is wrong with a rectangle.
    Ticket refusal(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink)
    {
        return sources_[0]->request(layer, head, stage, rows, columns, options,
            [sink = std::move(sink)](const PatternTilePtr&, std::exception_ptr why) {
                if (!why)
                    why = std::make_exception_ptr(
                        Error(Fault::BadInput, "a difference: expected a rectangle within both sides"));
                sink(nullptr, std::move(why));
            });
    }

    Subtraction::Sources sources_;
};

void requireEqual(const char* what, std::size_t a, std::size_t b)
{
    if (a != b)
        throw Error(Fault::BadInput,
            std::string("a difference: expected as many ") + what + " on both sides, found " + std::to_string(a)
                + " and " + std::to_string(b));
}

} // namespace

std::shared_ptr<PatternSource> differenceOf(std::shared_ptr<PatternSource> a, std::shared_ptr<PatternSource> b)
{
    requireEqual("layers", a->layers(), b->layers());
    requireEqual("heads", a->heads(), b->heads());
    requireEqual("queries", a->queries(), b->queries());
    requireEqual("keys", a->keys(), b->keys());
    return std::make_shared<DifferenceSource>(Subtraction::Sources{std::move(a), std::move(b)});
}

} // namespace headscope
