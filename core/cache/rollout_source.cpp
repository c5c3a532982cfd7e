// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/rollout_source.h"

#include "core/analysis/rollout_product.h"
#include "core/cache/single_head.h"
#include "core/cache/tile_builder.h"
#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace headscope {
namespace {

/// The answers to several requests, for a thread that waits for all of them.
class Answers : public std::enable_shared_from_this<Answers> {
public:
    explicit Answers(std::size_t count)
        : tiles_(count)
        , missing_(count)
    {
    }

    PatternSource::Sink sink(std::size_t index)
    {
        // A request that is dropped unanswered, because the engine is gone, is noticed by the end of its sink.
        auto dropped = std::shared_ptr<void>(nullptr, [self = shared_from_this(), index](void*) {
            self->put(index, nullptr,
                std::make_exception_ptr(Error(Fault::Backend, "the engine that made this result is gone")));
        });
        return [self = shared_from_this(), index, dropped = std::move(dropped)](
                   PatternTilePtr tile, std::exception_ptr why) { self->put(index, std::move(tile), std::move(why)); };
    }

    /// \return nothing when stopped. \throws what a request failed with
    std::vector<PatternTilePtr> wait(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex_);
        if (!came_.wait(lock, stop, [this] { return missing_ == 0 || why_; }))
            return {};
        if (why_)
            std::rethrow_exception(why_);
        return std::move(tiles_);
    }

private:
    void put(std::size_t index, PatternTilePtr tile, std::exception_ptr why)
    {
        const std::lock_guard lock(mutex_);
        if (index >= tiles_.size() || tiles_[index])
            return; // it was answered
        tiles_[index] = std::move(tile);
        if (why && !why_)
            why_ = std::move(why);
        --missing_;
        came_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable_any came_;
    std::vector<PatternTilePtr> tiles_;
    std::size_t missing_;
    std::exception_ptr why_;
};

/// The mean over heads of a strip of rows.
struct Strip {
    std::vector<double> mean; ///< [rows, keys]
    std::vector<CellKind> kinds; ///< of a cell: of the heads' the most telling

    void add(const PatternTile& tile)
    {
        if (kinds.empty()) {
            mean.assign(tile.values.size(), 0);
            kinds = tile.kinds;
        }
        for (std::size_t i = 0; i < mean.size(); ++i) {
            kinds[i] = std::min(kinds[i], tile.kinds[i]);
            if (tile.kinds[i] == CellKind::Allowed)
                mean[i] += static_cast<double>(tile.values[i]);
        }
    }
    void divide(std::size_t heads)
    {
        for (double& value : mean)
            value /= static_cast<double>(heads);
    }
};

/// What the thread works on; it outlives the source for as long as a block of rows takes.
class Rollout {
public:
    Rollout(std::shared_ptr<PatternSource> source, LayerId last, RolloutProgress progress)
        : source_(std::move(source))
        , last_(last)
        , progress_(std::move(progress))
        , product_(source_->queries())
    {
    }

    /// \return whether it came to its end. \throws what the source failed with
    bool work(const std::stop_token& stop)
    {
        const std::size_t tokens = source_->queries(), total = (last_.value + 1) * tokens;
        const auto go = [&stop] { return !stop.stop_requested(); };
        for (std::size_t layer = 0; layer <= last_.value; ++layer)
            for (std::size_t row = 0; row < tokens; row += stripRows) {
                const Range rows{row, std::min(row + stripRows, tokens)};
                Strip strip;
                if (!read({layer}, rows, stop, strip)
                    || !product_.addRows(strip.mean.data(), strip.kinds.data(), rows.size(), go))
                    return false;
                if (progress_)
                    progress_(layer * tokens + rows.end, total);
            }
        return true;
    }

    /// \pre work() has come to its end
    PatternTilePtr tile(PatternTile place) const
    {
        TileBuilder builder(std::move(place));
        builder.setSequence(sequence_);
        const PatternTile& of = builder.tile();
        std::vector<float> values(of.columns.size());
        std::vector<CellKind> kinds(of.columns.size());
        for (std::size_t row = of.rows.begin; row < of.rows.end; ++row) {
            const float top = of.perRow ? topOf(row) : 0;
            for (std::size_t i = 0; i < values.size(); ++i) {
                const float value = product_.value(row, of.columns.begin + i);
                values[i] = top > 0 ? value / top : value;
                kinds[i] = product_.kind(row, of.columns.begin + i);
            }
            builder.addRow(values.data(), kinds.data());
        }
        return std::make_shared<const PatternTile>(builder.finished());
    }

private:
    float topOf(std::size_t row) const
    {
        float top = 0;
        for (std::size_t key = 0; key < source_->keys(); ++key)
            if (product_.kind(row, key) == CellKind::Allowed && std::isfinite(product_.value(row, key)))
                top = std::max(top, product_.value(row, key));
        return top;
    }

    static constexpr std::size_t stripRows = 64, headsAtOnce = 8; ///< asked for together

    bool read(LayerId layer, Range rows, const std::stop_token& stop, Strip& strip)
    {
        const std::size_t heads = source_->heads();
        for (std::size_t head = 0; head < heads; head += headsAtOnce) {
            const std::size_t count = std::min(headsAtOnce, heads - head);
            const auto answers = std::make_shared<Answers>(count);
            std::vector<Ticket> tickets;
            for (std::size_t i = 0; i < count; ++i)
                tickets.push_back(source_->request(layer, {head + i}, Stage::Pattern, rows, {0, source_->keys()},
                    {.priority = Priority::Thumbnail}, answers->sink(i)));
            const auto tiles = answers->wait(stop);
            if (tiles.empty())
                return false;
            for (const auto& tile : tiles)
                strip.add(*tile);
            sequence_ = tiles.front()->sequence;
        }
        strip.divide(heads);
        return true;
    }

    const std::shared_ptr<PatternSource> source_;
    const LayerId last_;
    const RolloutProgress progress_;
    RolloutProduct product_;
    SequenceId sequence_;
};

/// Requests that wait, and what they are answered with.
struct Desk {
    struct Waiting {
        std::shared_ptr<std::atomic<bool>> withdrawn;
        PatternTile place;
        PatternSource::Sink sink;
    };
    std::mutex mutex; ///< guards the rest
    std::vector<Waiting> waiting;
    bool started = false, finished = false;
    std::exception_ptr why; ///< it failed
};

void answer(const Rollout& rollout, const Desk::Waiting& each, std::exception_ptr why)
{
    if (each.withdrawn->load())
        return;
    PatternTilePtr tile;
    if (!why)
        try {
            translated("rolling attention out", [&] { tile = rollout.tile(each.place); });
        } catch (...) {
            why = std::current_exception();
        }
    each.sink(std::move(tile), std::move(why));
}

void work(const std::stop_token& stop, Rollout& rollout, Desk& desk)
{
    std::exception_ptr why;
    try {
        bool done = false;
        translated("rolling attention out", [&] { done = rollout.work(stop); });
        if (!done)
            return;
    } catch (...) {
        why = std::current_exception();
    }
    std::vector<Desk::Waiting> waiting;
    {
        const std::lock_guard lock(desk.mutex);
        desk.finished = true;
        desk.why = why;
        std::swap(waiting, desk.waiting);
    }
    for (const auto& each : waiting)
        if (!stop.stop_requested())
            answer(rollout, each, why);
}

class RolloutSource : public PatternSource {
public:
    RolloutSource(std::shared_ptr<PatternSource> source, LayerId last, RolloutProgress progress)
        : source_(source)
        , last_(last)
        , rollout_(std::make_shared<Rollout>(std::move(source), last, std::move(progress)))
        , desk_(std::make_shared<Desk>())
    {
    }
    ~RolloutSource() override
    {
        thread_.request_stop();
        if (thread_.get_id() == std::this_thread::get_id())
            thread_.detach(); // a sink had the last hold of it
    }

    std::size_t layers() const noexcept override { return 1; }
    std::size_t heads() const noexcept override { return 1; }
    std::size_t queries() const noexcept override { return source_->queries(); }
    std::size_t keys() const noexcept override { return source_->keys(); }
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        bool there = layer.value == 0 && stage == Stage::Pattern;
        for (std::size_t below = 0; there && below <= last_.value; ++below)
            there = source_->has({below}, stage);
        return there;
    }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        const std::string name = describeRollout(last_);
        if (auto why = refusal(name, *this, layer, head, stage, rows, columns)) {
            sink(nullptr, std::move(why));
            return {};
        }
        Desk::Waiting wanted{std::make_shared<std::atomic<bool>>(false),
            emptyTile(layer, head, stage, rows, columns, options), std::move(sink)};
        wanted.place.specials = SpecialTokens::Show; // it takes all of every layer
        wanted.place.origin = "multiplied in double precision";
        wanted.place.combination = name;
        Ticket ticket(wanted.withdrawn);
        std::exception_ptr why;
        {
            const std::lock_guard lock(desk_->mutex);
            if (!desk_->finished) {
                desk_->waiting.push_back(std::move(wanted));
                if (!std::exchange(desk_->started, true))
                    thread_ = std::jthread([rollout = rollout_, desk = desk_](
                                               const std::stop_token& stop) { work(stop, *rollout, *desk); });
                return ticket;
            }
            why = desk_->why;
        }
        answer(*rollout_, wanted, std::move(why));
        return ticket;
    }

private:
    std::shared_ptr<PatternSource> source_;
    LayerId last_;
    std::shared_ptr<Rollout> rollout_;
    std::shared_ptr<Desk> desk_;
    std::jthread thread_;
};

} // namespace

std::string describeRollout(LayerId last)
{
    return "rollout up to layer " + std::to_string(last.value) + ", mean over heads";
}

std::shared_ptr<PatternSource> rolloutOf(std::shared_ptr<PatternSource> source, LayerId last, RolloutProgress progress)
{
    const auto require = [](bool holds, const std::string& what, std::size_t found) {
        if (!holds)
            throw Error(Fault::BadInput, "a rollout: expected " + what + ", found " + std::to_string(found));
    };
    require(last.value < source->layers(), "a layer below " + std::to_string(source->layers()), last.value);
    require(source->queries() <= longestRollout, "at most " + std::to_string(longestRollout) + " tokens",
        source->queries());
    require(source->keys() == source->queries(), "as many keys as queries", source->keys());
    return std::make_shared<RolloutSource>(std::move(source), last, std::move(progress));
}

std::shared_ptr<PatternSource> rolloutOf(
    const Capture& capture, SequenceId sequence, LayerId last, RolloutProgress progress)
{
    if (capture.header().isCross())
        throw Error(Fault::BadInput,
            "a rollout: expected queries and keys of one text, found attention to another one (cross-attention)");
    return rolloutOf(capture.patterns(sequence), last, std::move(progress));
}

} // namespace headscope
