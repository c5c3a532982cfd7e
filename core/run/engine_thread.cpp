// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/engine_thread.h"

#include "core/engine/block_cache.h"
#include "core/engine/contribution_graph.h"
#include "core/engine/engine_room.h"
#include "core/engine/generation.h"
#include "core/engine/logit_difference.h"
#include "core/engine/logit_lens.h"
#include "core/engine/parity_run.h"
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

RunId EngineThread::submit(Job job)
{
    const std::lock_guard lock(mutex_);
    current_.request_stop();
    current_ = std::stop_source();
    job.id = RunId{++last_.value};
    job.stop = current_.get_token();
    if (pending_)
        superseded_.push_back(std::move(*pending_));
    pending_ = std::move(job);
    wake_.notify_one();
    return last_;
}

RunId EngineThread::submit(InspectionRequest request)
{
    Job job;
    job.what = "running " + request.model;
    job.threads = request.threads;
    job.work = [this, request = std::move(request)](RunId run, EngineRoom& room, const std::stop_token& stop) {
        room.inspector.inspect(run, request, stop, listener_);
    };
    job.cancelled = [this](RunId run) { listener_.onCancelled(run); };
    job.failed = [this](RunId run, const std::exception_ptr& why) { listener_.onFailed(run, why); };
    return submit(std::move(job));
}

RunId EngineThread::submitParity(ParityRequest request, std::shared_ptr<ParityListener> listener)
{
    Job job;
    job.what = "comparing runs" + (request.runs.empty() ? std::string() : " of " + request.runs.front().model);
    job.threads = request.runs.empty() ? 0 : request.runs.front().threads;
    job.work = [request = std::move(request), listener](RunId run, EngineRoom& room, const std::stop_token& stop) {
        compareRuns(run, request, room, stop, *listener);
    };
    job.cancelled = [listener](RunId run) { listener->onParityCancelled(run); };
    job.failed = [listener](RunId run, const std::exception_ptr& why) { listener->onParityFailed(run, why); };
    return submit(std::move(job));
}

RunId EngineThread::submitLogitDifferences(
    LogitDifferenceRequest request, std::shared_ptr<LogitDifferenceListener> listener)
{
    Job job;
    job.what = "reading answers" + (request.runs.empty() ? std::string() : " of " + request.runs.front().model);
    job.threads = request.runs.empty() ? 0 : request.runs.front().threads;
    job.work = [request = std::move(request), listener](RunId run, EngineRoom& room, const std::stop_token& stop) {
        auto result = std::make_shared<const LogitDifferenceResult>(
            computeLogitDifferences(request, room.keeper, stop, [&](const LogitDifferenceListener::Progress& progress) {
                listener->onLogitDifferenceProgress(run, progress);
            }));
        listener->onLogitDifferenceFinished(run, std::move(result));
    };
    job.cancelled = [listener](RunId run) { listener->onLogitDifferenceCancelled(run); };
    job.failed = [listener](RunId run, const std::exception_ptr& why) { listener->onLogitDifferenceFailed(run, why); };
    return submit(std::move(job));
}

RunId EngineThread::submitGeneration(GenerationRequest request, std::shared_ptr<GenerationListener> listener)
{
    Job job;
    job.what = "continuing prompts with " + request.run.model;
    job.threads = request.run.threads;
    job.work = [request = std::move(request), listener](RunId run, EngineRoom& room, const std::stop_token& stop) {
        listener->onGenerationFinished(
            run, generate(run, request, room, stop, [&](std::size_t done, const std::vector<GeneratedText>& texts) {
                listener->onGenerated(run, done, request.count, texts);
            }));
    };
    job.cancelled = [listener](RunId run) { listener->onGenerationCancelled(run); };
    job.failed = [listener](RunId run, const std::exception_ptr& why) { listener->onGenerationFailed(run, why); };
    return submit(std::move(job));
}

RunId EngineThread::submitContributionGraph(
    ContributionGraphRequest request, std::shared_ptr<ContributionGraphListener> listener)
{
    Job job;
    job.what = "taking apart what " + request.run.model + " adds up";
    job.threads = request.run.threads;
    job.work = [request = std::move(request), listener](RunId run, EngineRoom& room, const std::stop_token& stop) {
        const auto told = [&](std::size_t done, std::size_t layers) { listener->onGraphProgress(run, done, layers); };
        auto result
            = std::make_shared<const ContributionGraphs>(computeContributionGraphs(request, room.keeper, stop, told));
        listener->onGraphFinished(run, std::move(result));
    };
    job.cancelled = [listener](RunId run) { listener->onGraphCancelled(run); };
    job.failed = [listener](RunId run, const std::exception_ptr& why) { listener->onGraphFailed(run, why); };
    return submit(std::move(job));
}

RunId EngineThread::submitLogitLens(LogitLensRequest request, std::shared_ptr<LogitLensListener> listener)
{
    Job job;
    job.what = "looking through the layers of " + request.run.model;
    job.threads = request.run.threads;
    job.work = [request = std::move(request), listener](RunId run, EngineRoom& room, const std::stop_token& stop) {
        listener->onLensFinished(run,
            lookThroughLayers(request, room, stop,
                [&](std::size_t layers, std::size_t total) { listener->onLensProgress(run, layers, total); }));
    };
    job.cancelled = [listener](RunId run) { listener->onLensCancelled(run); };
    job.failed = [listener](RunId run, const std::exception_ptr& why) { listener->onLensFailed(run, why); };
    return submit(std::move(job));
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
    ModelKeeper keeper; // made and destroyed on the thread that uses it
    Inspector inspector(queue_, keeper);
    EngineRoom room{keeper, inspector, queue_};
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, quit, [this] { return pending_.has_value(); }))
            return;
        const Job job = *std::exchange(pending_, std::nullopt);
        const std::vector<Job> superseded = std::exchange(superseded_, {});
        lock.unlock();
        for (const Job& each : superseded)
            each.cancelled(each.id);
        const int threads = job.threads > 0 ? job.threads : defaultThreads_.load();
        queue_->setSpareThreads(1); // a reader that uses more leaves them at its next block
        try {
            if (job.stop.stop_requested())
                throw Cancelled{};
            // Explicitly for every run: what one thread sets becomes the next one's default.
            at::set_num_threads(threads);
            translated(job.what, [&] { job.work(job.id, room, job.stop); });
        } catch (const Cancelled&) {
            job.cancelled(job.id);
        } catch (...) {
            job.failed(job.id, std::current_exception());
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
