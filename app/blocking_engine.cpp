// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"

#include "core/error.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>

#include <unistd.h>

namespace headscope {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// The first signal asks for an orderly end; a second one ends the program at once.
extern "C" void onInterrupt(int signal)
{
    interrupted = 1;
    std::signal(signal, SIG_DFL);
}

/// Catches signals while a run is in progress. Later ones may end the program: files have no name until they are whole.
struct Interruptible {
    Interruptible()
    {
        interrupted = 0;
        std::signal(SIGINT, onInterrupt);
        std::signal(SIGTERM, onInterrupt);
    }
    ~Interruptible()
    {
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
};

/// Waits for the end of a job.
template <class Listener, class Result> class Waiting : public Listener {
public:
    using Interface = Listener;
    explicit Waiting(ShowProgress show)
        : show_(std::move(show))
    {
    }
    std::future<Result> answer() { return result_.get_future(); }

protected:
    void finish(Result result) { result_.set_value(std::move(result)); }
    void fail(std::exception_ptr why) { result_.set_exception(std::move(why)); }
    void cancel() { fail(std::make_exception_ptr(Cancelled{})); }
    void tell(const std::string& progress)
    {
        if (show_)
            show_(progress);
    }

private:
    std::promise<Result> result_;
    ShowProgress show_;
};

/// "layer 3 of 12"
std::string counted(const std::string& what, std::size_t done, std::size_t total)
{
    return what + " " + std::to_string(done) + " of " + std::to_string(total);
}

class ReportListener : public Waiting<ParityListener, std::shared_ptr<const ParityReport>> {
public:
    using Waiting::Waiting;
    void onParityProgress(RunId, const Progress& progress) override
    {
        tell(progress.what + " (" + std::to_string(static_cast<int>(100 * progress.share)) + " %)");
    }
    void onParityRows(RunId, std::size_t, std::vector<ParityRow>) override { }
    void onParityPair(RunId, std::size_t, std::shared_ptr<const ParityPair>) override { }
    void onParityFinished(RunId, std::shared_ptr<const ParityReport> report) override { finish(std::move(report)); }
    void onParityFailed(RunId, std::exception_ptr why) override { fail(std::move(why)); }
    void onParityCancelled(RunId) override { cancel(); }
};

class AnswersListener : public Waiting<LogitDifferenceListener, std::shared_ptr<const LogitDifferenceResult>> {
public:
    using Waiting::Waiting;
    void onLogitDifferenceProgress(RunId, const Progress& progress) override
    {
        tell(counted(progress.what + ":", progress.done, progress.total) + " prompts");
    }
    void onLogitDifferenceFinished(RunId, std::shared_ptr<const LogitDifferenceResult> result) override
    {
        finish(std::move(result));
    }
    void onLogitDifferenceFailed(RunId, std::exception_ptr why) override { fail(std::move(why)); }
    void onLogitDifferenceCancelled(RunId) override { cancel(); }
};

class GeneratedListener : public Waiting<GenerationListener, std::vector<GeneratedText>> {
public:
    using Waiting::Waiting;
    void onGenerated(RunId, std::size_t done, std::size_t total, std::vector<GeneratedText>) override
    {
        tell(counted("token", done, total));
    }
    void onGenerationFinished(RunId, std::vector<GeneratedText> texts) override { finish(std::move(texts)); }
    void onGenerationFailed(RunId, std::exception_ptr why) override { fail(std::move(why)); }
    void onGenerationCancelled(RunId) override { cancel(); }
};

class GraphListener : public Waiting<ContributionGraphListener, std::shared_ptr<const ContributionGraphs>> {
public:
    using Waiting::Waiting;
    void onGraphProgress(RunId, std::size_t done, std::size_t layers) override { tell(counted("layer", done, layers)); }
    void onGraphFinished(RunId, std::shared_ptr<const ContributionGraphs> result) override
    {
        finish(std::move(result));
    }
    void onGraphFailed(RunId, std::exception_ptr why) override { fail(std::move(why)); }
    void onGraphCancelled(RunId) override { cancel(); }
};

class LensListener : public Waiting<LogitLensListener, LogitLensPtr> {
public:
    using Waiting::Waiting;
    void onLensProgress(RunId, std::size_t layers, std::size_t total) override
    {
        tell(counted("layer", layers, total));
    }
    void onLensFinished(RunId, LogitLensPtr lens) override { finish(std::move(lens)); }
    void onLensFailed(RunId, std::exception_ptr why) override { fail(std::move(why)); }
    void onLensCancelled(RunId) override { cancel(); }
};

} // namespace

ShowProgress progressLine()
{
    if (!::isatty(STDERR_FILENO))
        return {};
    return [](const std::string& line) { std::cerr << "\r\033[K" << line << std::flush; };
}

BlockingEngine::BlockingEngine()
    : engine_(*this)
{
}

void BlockingEngine::onLayer(RunId run, CapturePtr capture, LayerId layer)
{
    if (!last_ || layer < *last_)
        return;
    if (answered_ == run)
        return;
    onFinished(run, std::move(capture));
    answered_ = run;
    engine_.cancel(); // what comes after it is not needed
}

void BlockingEngine::onFinished(RunId run, CapturePtr capture)
{
    if (answered_ == run)
        return;
    finished_ = Clock::now();
    answer_.set_value(std::move(capture));
}

void BlockingEngine::onFailed(RunId run, std::exception_ptr why)
{
    if (answered_ != run)
        answer_.set_exception(why);
}

void BlockingEngine::onCancelled(RunId run)
{
    if (answered_ != run)
        answer_.set_exception(std::make_exception_ptr(Cancelled{}));
}

template <class Answer> Answer BlockingEngine::await(std::future<Answer> answer)
{
    bool cancelled = false;
    while (answer.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
        if (interrupted && !cancelled) {
            engine_.cancel();
            cancelled = true;
        }
    }
    return answer.get();
}

CapturePtr BlockingEngine::run(std::optional<LayerId> last, InspectionRequest request)
{
    const Interruptible signals;
    answer_ = {};
    last_ = last;
    auto answer = answer_.get_future();
    engine_.submit(std::move(request));
    return await(std::move(answer));
}

CapturePtr BlockingEngine::run(InspectionRequest request) { return run(std::nullopt, std::move(request)); }

CapturePtr BlockingEngine::runUpTo(LayerId last, InspectionRequest request) { return run(last, std::move(request)); }

template <class Listener, class Request>
auto BlockingEngine::wait(RunId (EngineThread::*submit)(Request, std::shared_ptr<typename Listener::Interface>),
    Request request, ShowProgress show)
{
    const Interruptible signals;
    const auto listener = std::make_shared<Listener>(std::move(show));
    auto answer = listener->answer();
    (engine_.*submit)(std::move(request), listener);
    return await(std::move(answer));
}

std::shared_ptr<const ParityReport> BlockingEngine::compare(ParityRequest request, ShowProgress show)
{
    return wait<ReportListener>(&EngineThread::submitParity, std::move(request), std::move(show));
}

std::shared_ptr<const LogitDifferenceResult> BlockingEngine::readAnswers(
    LogitDifferenceRequest request, ShowProgress show)
{
    return wait<AnswersListener>(&EngineThread::submitLogitDifferences, std::move(request), std::move(show));
}

std::vector<GeneratedText> BlockingEngine::generate(GenerationRequest request, ShowProgress show)
{
    return wait<GeneratedListener>(&EngineThread::submitGeneration, std::move(request), std::move(show));
}

std::shared_ptr<const ContributionGraphs> BlockingEngine::contributionGraphs(
    ContributionGraphRequest request, ShowProgress show)
{
    return wait<GraphListener>(&EngineThread::submitContributionGraph, std::move(request), std::move(show));
}

LogitLensPtr BlockingEngine::lookThroughLayers(LogitLensRequest request, ShowProgress show)
{
    return wait<LensListener>(&EngineThread::submitLogitLens, std::move(request), std::move(show));
}

SystemInfo BlockingEngine::systemInfo()
{
    std::promise<SystemInfo> answer;
    const Ticket ticket
        = engine_.requestSystemInfo([&](const std::shared_ptr<const SystemInfo>& info, const std::exception_ptr& why) {
              why ? answer.set_exception(why) : answer.set_value(*info);
          });
    return answer.get_future().get();
}

} // namespace headscope
