// SPDX-License-Identifier: GPL-3.0-or-later
// The work list of the engine's reader thread. Internal to core.
#pragma once

#include "core/cache/pattern_source.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <type_traits>
#include <vector>

namespace headscope {

/// Tasks by priority, first come first served within one. Thread-safe. Outlives neither more nor less than its owners:
/// captures hold it weakly, so a request after the engine is gone is simply dropped.
class ReaderQueue {
public:
    /// What runs on the reader thread; it may ask whether the ticket has been dropped meanwhile.
    using Task = std::function<void(const std::atomic<bool>& withdrawn)>;

    /// Runs `task` on the reader thread unless the ticket is dropped first.
    Ticket post(Priority priority, Task task);

    /// Serves tasks until `quit`. What is left then is dropped; the task under way is told that its ticket is.
    void serve(std::stop_token quit);

    /// For a long task, called from within it: serves what is more urgent than `priority`, and whether there is any.
    void serveAbove(Priority priority);
    bool anyAbove(Priority priority); ///< any thread

    /// Threads that a task may use: those of the last run while none is in progress, else one.
    int spareThreads() const { return spareThreads_.load(); }
    void setSpareThreads(int count) { spareThreads_.store(count); }

private:
    struct Entry {
        Priority priority;
        std::uint64_t number;
        std::shared_ptr<std::atomic<bool>> withdrawn;
        Task task;

        friend bool operator<(const Entry& a, const Entry& b) // heap order: the last is served first
        {
            return a.priority != b.priority ? a.priority < b.priority : a.number > b.number;
        }
    };

    Entry takeFirst(); ///< \pre the lock is held, the heap is not empty
    void run(const Entry& entry) const;

    std::atomic<int> spareThreads_{1};
    std::stop_token quit_; ///< of serve(); reader thread
    std::mutex mutex_; ///< guards the rest
    std::condition_variable_any wake_;
    std::vector<Entry> heap_;
    std::uint64_t lastNumber_ = 0;
};

/// Posts work whose result goes to `sink(value, nullptr)`, or `sink(nullptr, why)` when it throws.
/// \param work may stop early once it sees that the ticket was dropped.
/// \return a dead ticket when the queue is gone.
template <class Value, class Work, class Sink>
Ticket postForResult(const std::weak_ptr<ReaderQueue>& queue, Priority priority, Work work, Sink sink)
{
    const auto alive = queue.lock();
    if (!alive)
        return {};
    return alive->post(priority, [work = std::move(work), sink = std::move(sink)](const std::atomic<bool>& withdrawn) {
        std::shared_ptr<const Value> value;
        std::exception_ptr why;
        try {
            if constexpr (std::is_invocable_v<Work, const std::atomic<bool>&>)
                value = work(withdrawn);
            else
                value = work();
        } catch (...) {
            why = std::current_exception();
        }
        if (!withdrawn.load())
            sink(std::move(value), why);
    });
}

} // namespace headscope
