// SPDX-License-Identifier: GPL-3.0-or-later
// Attention values that a test makes up, answered when it says so.
#pragma once

#include "core/cache/tile_builder.h"
#include "core/error.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace headscope {

class FakeSource : public PatternSource {
public:
    struct Cell {
        float value = 0;
        CellKind kind = CellKind::Allowed;
    };
    using Cells = std::function<Cell(std::size_t row, std::size_t column)>;

    FakeSource(std::size_t length, Cells cells)
        : length_(length)
        , cells_(std::move(cells))
    {
    }

    std::size_t layerCount = 3, headCount = 2, keyCount = 0; ///< keyCount 0: as many as queries
    bool immediate = false; ///< answers within request()
    std::atomic<bool> failing{false};
    std::size_t asked = 0, mostCells = 0, deepest = 0; ///< of requests; \pre one thread
    Priority priority = Priority::Visible; ///< of the last request
    bool pooled = false; ///< whether anybody asked for less than every cell

    std::size_t layers() const noexcept override { return layerCount; }
    std::size_t heads() const noexcept override { return headCount; }
    std::size_t queries() const noexcept override { return length_; }
    std::size_t keys() const noexcept override { return keyCount > 0 ? keyCount : length_; }
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        return layer.value < layerCount && stage == Stage::Pattern;
    }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        auto withdrawn = std::make_shared<std::atomic<bool>>(false);
        {
            const std::lock_guard lock(mutex_);
            ++asked;
            priority = options.priority;
            mostCells = std::max(mostCells, rows.size() * columns.size());
            pooled |= options.maxHeight != 0 || options.maxWidth != 0;
        }
        auto task = [this, withdrawn, layer, head, stage, rows, columns, options, sink = std::move(sink)] {
            if (withdrawn->load())
                return false;
            if (failing)
                sink(nullptr, std::make_exception_ptr(Error(Fault::Backend, "made to fail")));
            else
                sink(tile(emptyTile(layer, head, stage, rows, columns, options)), nullptr);
            return true;
        };
        if (immediate) {
            deepest = std::max(deepest, ++depth_);
            task();
            --depth_;
        } else {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        return Ticket(std::move(withdrawn));
    }

    std::size_t waiting() const
    {
        const std::lock_guard lock(mutex_);
        return tasks_.size();
    }

    /// Answers what was asked for first. \return whether there was anything that had not been withdrawn.
    bool answerOne()
    {
        std::function<bool()> task;
        {
            const std::lock_guard lock(mutex_);
            if (tasks_.empty())
                return false;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        return task();
    }

    /// Forgets what was asked for, as an engine does that goes; else what waits may hold this source for ever.
    void forget()
    {
        std::deque<std::function<bool()>> dropped;
        const std::lock_guard lock(mutex_);
        std::swap(dropped, tasks_);
    }

private:
    PatternTilePtr tile(PatternTile place) const
    {
        TileBuilder builder(std::move(place));
        builder.setSequence({1});
        const PatternTile& of = builder.tile();
        std::vector<float> values(of.columns.size());
        std::vector<CellKind> kinds(of.columns.size());
        for (std::size_t row = of.rows.begin; row < of.rows.end; ++row) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                const Cell cell = cells_(row, of.columns.begin + i);
                values[i] = cell.value;
                kinds[i] = cell.kind;
            }
            builder.addRow(values.data(), kinds.data());
        }
        return std::make_shared<const PatternTile>(builder.finished());
    }

    const std::size_t length_;
    const Cells cells_;
    std::size_t depth_ = 0;
    mutable std::mutex mutex_; ///< guards the tasks and the counts
    std::deque<std::function<bool()>> tasks_;
};

} // namespace headscope
