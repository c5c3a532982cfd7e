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

void ReaderQueue::serve(std::stop_token quit)
{
    for (;;) {
        Entry entry;
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, quit, [this] { return !heap_.empty(); }) || quit.stop_requested())
                break;
            std::pop_heap(heap_.begin(), heap_.end());
            entry = std::move(heap_.back());
            heap_.pop_back();
        }
        if (!entry.withdrawn->load())
            entry.task(*entry.withdrawn);
    }
    std::vector<Entry> dropped; // destroyed after the lock: a task may own the last reference to a capture
    const std::lock_guard lock(mutex_);
    dropped.swap(heap_);
}

} // namespace headscope
