// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/engine_thread.h"

#include "core/engine/inspector.h"
#include "core/engine/reader_queue.h"
#include "core/error.h"

#include <ATen/Parallel.h>

#include <malloc.h>

namespace headscope {

namespace {

/// Large tensors get pages of their own, which go back to the system when they are freed. With glibc's growing
/// threshold the gaps that kept and passing tensors leave on one heap cost a third of the memory of a long run
/// (measured with SmolLM2: 2.9 instead of 1.9 GB at 8,192 tokens).
void keepHeapCompact()
{
#ifdef __GLIBC__
    ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}

} // namespace

EngineThread::EngineThread(RunListener& listener)
    : listener_(listener)
    , queue_(std::make_shared<ReaderQueue>())
    , reader_([this](std::stop_token quit) { readLoop(std::move(quit)); })
    , runner_([this](std::stop_token quit) {
        keepHeapCompact();
        runLoop(std::move(quit));
    })
{
}

void EngineThread::readLoop(std::stop_token quit)
{
    defaultThreads_.wait(0); // LibTorch's default is read before this thread changes it
    at::get_num_threads(); // the first call on a thread sets the default, which must not undo the next line later
    at::set_num_threads(1);
    readerReady_.store(true);
    readerReady_.notify_all();
    queue_->serve(std::move(quit));
}

EngineThread::~EngineThread()
{
    cancel(); // ~jthread asks both loops to stop and joins
}

RunId EngineThread::submit(InspectionRequest request)
{
    const std::lock_guard lock(mutex_);
    current_.request_stop();
    current_ = std::stop_source();
    ++last_.value;
    if (pending_)
        superseded_.push_back(pending_->id);
    pending_ = Job{last_, std::move(request), current_.get_token()};
    wake_.notify_one();
    return last_;
}

void EngineThread::cancel()
{
    const std::lock_guard lock(mutex_);
    current_.request_stop();
    wake_.notify_one();
}

void EngineThread::runLoop(std::stop_token quit)
{
    defaultThreads_.store(at::get_num_threads());
    defaultThreads_.notify_all();
    readerReady_.wait(false); // what the reader sets must not come after a run's own choice
    queue_->setSpareThreads(defaultThreads_.load());
    Inspector inspector(queue_); // made and destroyed on the thread that uses it
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, quit, [this] { return pending_.has_value(); }))
            return;
        const Job job = *std::exchange(pending_, std::nullopt);
        const std::vector<RunId> superseded = std::exchange(superseded_, {});
        lock.unlock();
        for (const RunId run : superseded)
            listener_.onCancelled(run);
        const int threads = job.request.threads > 0 ? job.request.threads : defaultThreads_.load();
        queue_->setSpareThreads(1); // a reader that uses more leaves them at its next block
        try {
            if (job.stop.stop_requested())
                throw Cancelled{};
            // Explicitly for every run: what one thread sets becomes the next one's default.
            at::set_num_threads(threads);
            translated(
                "running " + job.request.model, [&] { inspector.inspect(job.id, job.request, job.stop, listener_); });
        } catch (const Cancelled&) {
            listener_.onCancelled(job.id);
        } catch (...) {
            listener_.onFailed(job.id, std::current_exception());
        }
        queue_->setSpareThreads(threads);
    }
}

Ticket EngineThread::requestOutlook(InspectionRequest request, OutlookSink sink)
{
    return postForResult<Outlook>(
        queue_, Priority::Visible,
        [request = std::move(request)] {
            std::shared_ptr<const Outlook> result;
            translated(
                "looking at " + request.model, [&] { result = std::make_shared<const Outlook>(makeOutlook(request)); });
            return result;
        },
        std::move(sink));
}

Ticket EngineThread::requestSystemInfo(SystemSink sink)
{
    return postForResult<SystemInfo>(
        queue_, Priority::Visible,
        [this] {
            auto info = std::make_shared<SystemInfo>(systemInfo());
            info->threads = defaultThreads_.load();
            return std::shared_ptr<const SystemInfo>(std::move(info));
        },
        std::move(sink));
}

} // namespace headscope
