// SPDX-License-Identifier: GPL-3.0-or-later
// An engine for programs without an event loop: submits one job and waits for it.
#pragma once

#include "core/run/engine_thread.h"

#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <string>

namespace headscope {

/// Shows a line in the place of the one before, on stderr.
using ShowProgress = std::function<void(const std::string& line)>;
/// Nothing where stderr is no terminal.
ShowProgress progressLine();

/// Runs requests one at a time; Ctrl-C cancels the one in progress at its next operation.
class BlockingEngine : private RunListener {
public:
    BlockingEngine();

    /// \throws Error, or Cancelled when interrupted.
    CapturePtr run(InspectionRequest request);
    /// Runs no further than `last`; the capture has the layers up to it. \throws Error, or Cancelled when interrupted.
    CapturePtr runUpTo(LayerId last, InspectionRequest request);
    /// Of the last run: from the prompt being known to the last result, without what came before the first layer.
    double forwardSeconds() const { return std::chrono::duration<double>(finished_ - started_).count(); }
    /// \param show is called on the engine's thread. \throws Error, or Cancelled when interrupted.
    std::shared_ptr<const ParityReport> compare(ParityRequest request, ShowProgress show);
    /// Likewise.
    std::shared_ptr<const LogitDifferenceResult> readAnswers(LogitDifferenceRequest request, ShowProgress show = {});
    /// Likewise.
    std::vector<GeneratedText> generate(GenerationRequest request, ShowProgress show = {});
    /// Likewise.
    std::shared_ptr<const ContributionGraphs> contributionGraphs(
        ContributionGraphRequest request, ShowProgress show = {});
    /// Likewise.
    LogitLensPtr lookThroughLayers(LogitLensRequest request, ShowProgress show = {});
    /// \throws Error
    SystemInfo systemInfo();

private:
    using Clock = std::chrono::steady_clock;

    void onStarted(RunId, CapturePtr) override { started_ = Clock::now(); }
    void onLayer(RunId run, CapturePtr capture, LayerId layer) override;
    void onProgress(RunId, Progress) override { }
    void onFinished(RunId run, CapturePtr capture) override;
    void onFailed(RunId run, std::exception_ptr why) override;
    void onCancelled(RunId run) override;

    /// Waits for an answer; an interrupt cancels what the engine does.
    /// Submits a job and waits for its end.
    template <class Listener, class Request>
    auto wait(RunId (EngineThread::*submit)(Request, std::shared_ptr<typename Listener::Interface>), Request request,
        ShowProgress show);
    template <class Answer> Answer await(std::future<Answer> answer);

    CapturePtr run(std::optional<LayerId> last, InspectionRequest request);

    std::promise<CapturePtr> answer_;
    std::optional<LayerId> last_; ///< where the run ends, if not at its end; set before it is submitted
    std::optional<RunId> answered_; ///< runner thread: a run that was stopped on purpose
    Clock::time_point started_{}, finished_{}; ///< written by the runner before it answers
    EngineThread engine_; ///< last: joined before what it calls into is gone
};

} // namespace headscope
