// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/reader_queue.h"

#include <algorithm>

namespace headscope {

Ticket ReaderQueue::post(Priority priority, Task task)
{
    auto withdrawn = std::make_shared<std::atomic<bool>>(false);
    {
        const std::lock_guard lock(mutex_);
        heap_.push_back({priority, ++lastNumber_, withdrawn, std::move(task)});
        std::push_heap(heap_.begin(), heap_.end());
    }
    wake_.notify_one();
    return Ticket(std::move(withdrawn));
}

ReaderQueue::Entry ReaderQueue::takeFirst()
{
    std::pop_heap(heap_.begin(), heap_.end());
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    return entry;
}

void ReaderQueue::run(const Entry& entry) const
{
    const std::stop_callback drop(quit_, [&entry] { entry.withdrawn->store(true); });
    if (!entry.withdrawn->load())
        entry.task(*entry.withdrawn);
}

bool ReaderQueue::anyAbove(Priority priority)
{
    const std::lock_guard lock(mutex_);
    return !heap_.empty() && heap_.front().priority > priority;
}

void ReaderQueue::serveAbove(Priority priority)
{
    for (;;) {
        std::unique_lock lock(mutex_);
        if (heap_.empty() || heap_.front().priority <= priority)
            return;
        const Entry entry = takeFirst();
        lock.unlock();
        run(entry);
    }
}

void ReaderQueue::serve(std::stop_token quit)
{
    quit_ = quit;
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, quit, [this] { return !heap_.empty(); }) || quit.stop_requested())
            break;
        const Entry entry = takeFirst();
        lock.unlock();
        run(entry);
    }
    std::vector<Entry> dropped; // destroyed after the lock: a task may own the last reference to a capture
    const std::lock_guard lock(mutex_);
    dropped.swap(heap_);
}

} // namespace headscope
