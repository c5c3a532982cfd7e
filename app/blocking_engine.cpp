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

/// Waits for the end of a comparison.
class ReportListener : public ParityListener {
public:
    explicit ReportListener(ShowProgress show)
        : show_(std::move(show))
    {
    }
    std::future<std::shared_ptr<const ParityReport>> answer() { return report_.get_future(); }

    void onParityProgress(RunId, const Progress& progress) override
    {
        if (show_)
            show_(progress.what + " (" + std::to_string(static_cast<int>(100 * progress.share)) + " %)");
    }
    void onParityRows(RunId, std::size_t, std::vector<ParityRow>) override { }
    void onParityPair(RunId, std::size_t, std::shared_ptr<const ParityPair>) override { }
    void onParityFinished(RunId, std::shared_ptr<const ParityReport> report) override
    {
        report_.set_value(std::move(report));
    }
    void onParityFailed(RunId, std::exception_ptr why) override { report_.set_exception(why); }
    void onParityCancelled(RunId) override { report_.set_exception(std::make_exception_ptr(Cancelled{})); }

private:
    std::promise<std::shared_ptr<const ParityReport>> report_;
    ShowProgress show_;
};

/// Waits for the answers of a prompt set.
class AnswersListener : public LogitDifferenceListener {
public:
    explicit AnswersListener(ShowProgress show)
        : show_(std::move(show))
    {
    }
    std::future<std::shared_ptr<const LogitDifferenceResult>> answer() { return result_.get_future(); }

    void onLogitDifferenceProgress(RunId, const Progress& progress) override
    {
        if (show_)
            show_(progress.what + ": " + std::to_string(progress.done) + " of " + std::to_string(progress.total)
                + " prompts");
    }
    void onLogitDifferenceFinished(RunId, std::shared_ptr<const LogitDifferenceResult> result) override
    {
        result_.set_value(std::move(result));
    }
    void onLogitDifferenceFailed(RunId, std::exception_ptr why) override { result_.set_exception(why); }
    void onLogitDifferenceCancelled(RunId) override { result_.set_exception(std::make_exception_ptr(Cancelled{})); }

private:
    std::promise<std::shared_ptr<const LogitDifferenceResult>> result_;
    ShowProgress show_;
};

/// Waits for continued prompts.
class GeneratedListener : public GenerationListener {
public:
    explicit GeneratedListener(ShowProgress show)
        : show_(std::move(show))
    {
    }
    std::future<std::vector<GeneratedText>> answer() { return result_.get_future(); }

    void onGenerated(RunId, std::size_t done, std::size_t total, std::vector<GeneratedText>) override
    {
        if (show_)
            show_("token " + std::to_string(done) + " of " + std::to_string(total));
    }
    void onGenerationFinished(RunId, std::vector<GeneratedText> texts) override { result_.set_value(std::move(texts)); }
    void onGenerationFailed(RunId, std::exception_ptr why) override { result_.set_exception(why); }
    void onGenerationCancelled(RunId) override { result_.set_exception(std::make_exception_ptr(Cancelled{})); }

private:
    std::promise<std::vector<GeneratedText>> result_;
    ShowProgress show_;
};

/// Waits for residual streams taken apart.
class GraphListener : public ContributionGraphListener {
public:
    explicit GraphListener(ShowProgress show)
        : show_(std::move(show))
    {
    }
    std::future<std::shared_ptr<const ContributionGraphs>> answer() { return result_.get_future(); }

    void onGraphProgress(RunId, std::size_t done, std::size_t layers) override
    {
        if (show_)
            show_("layer " + std::to_string(done) + " of " + std::to_string(layers));
    }
    void onGraphFinished(RunId, std::shared_ptr<const ContributionGraphs> result) override
    {
        result_.set_value(std::move(result));
    }
    void onGraphFailed(RunId, std::exception_ptr why) override { result_.set_exception(why); }
    void onGraphCancelled(RunId) override { result_.set_exception(std::make_exception_ptr(Cancelled{})); }

private:
    std::promise<std::shared_ptr<const ContributionGraphs>> result_;
    ShowProgress show_;
};

/// Waits for a pass through the layers.
class LensListener : public LogitLensListener {
public:
    explicit LensListener(ShowProgress show)
        : show_(std::move(show))
    {
    }
    std::future<LogitLensPtr> answer() { return lens_.get_future(); }

    void onLensProgress(RunId, std::size_t layers, std::size_t total) override
    {
        if (show_)
            show_("layer " + std::to_string(layers) + " of " + std::to_string(total));
    }
    void onLensFinished(RunId, LogitLensPtr lens) override { lens_.set_value(std::move(lens)); }
    void onLensFailed(RunId, std::exception_ptr why) override { lens_.set_exception(why); }
    void onLensCancelled(RunId) override { lens_.set_exception(std::make_exception_ptr(Cancelled{})); }

private:
    std::promise<LogitLensPtr> lens_;
    ShowProgress show_;
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

std::shared_ptr<const ParityReport> BlockingEngine::compare(ParityRequest request, ShowProgress show)
{
    const Interruptible signals;
    const auto listener = std::make_shared<ReportListener>(std::move(show));
    auto answer = listener->answer();
    engine_.submitParity(std::move(request), listener);
    return await(std::move(answer));
}

std::shared_ptr<const LogitDifferenceResult> BlockingEngine::readAnswers(
    LogitDifferenceRequest request, ShowProgress show)
{
    const Interruptible signals;
    const auto listener = std::make_shared<AnswersListener>(std::move(show));
    auto answer = listener->answer();
    engine_.submitLogitDifferences(std::move(request), listener);
    return await(std::move(answer));
}

std::vector<GeneratedText> BlockingEngine::generate(GenerationRequest request, ShowProgress show)
{
    const Interruptible signals;
    const auto listener = std::make_shared<GeneratedListener>(std::move(show));
    auto answer = listener->answer();
    engine_.submitGeneration(std::move(request), listener);
    return await(std::move(answer));
}

std::shared_ptr<const ContributionGraphs> BlockingEngine::contributionGraphs(
    ContributionGraphRequest request, ShowProgress show)
{
    const Interruptible signals;
    const auto listener = std::make_shared<GraphListener>(std::move(show));
    auto answer = listener->answer();
    engine_.submitContributionGraph(std::move(request), listener);
    return await(std::move(answer));
}

LogitLensPtr BlockingEngine::lookThroughLayers(LogitLensRequest request, ShowProgress show)
{
    const Interruptible signals;
    const auto listener = std::make_shared<LensListener>(std::move(show));
    auto answer = listener->answer();
    engine_.submitLogitLens(std::move(request), listener);
    return await(std::move(answer));
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
