// SPDX-License-Identifier: GPL-3.0-or-later
// An engine for programs without an event loop: submits one job and waits for it.
#pragma once

#include "core/run/engine_thread.h"

#include <chrono>
#include <functional>
#include <future>
#include <string>

namespace headscope {

/// Runs requests one at a time; Ctrl-C cancels the one in progress at its next operation.
class BlockingEngine : private RunListener {
public:
    BlockingEngine();

    /// \throws Error, or Cancelled when interrupted.
    CapturePtr run(InspectionRequest request);
    /// Of the last run: from the prompt being known to the last result, without what came before the first layer.
    double forwardSeconds() const { return std::chrono::duration<double>(finished_ - started_).count(); }
    using ShowProgress = std::function<void(const std::string& line)>;
    /// \param show is called on the engine's thread. \throws Error, or Cancelled when interrupted.
    std::shared_ptr<const ParityReport> compare(ParityRequest request, ShowProgress show);
    /// \throws Error
    SystemInfo systemInfo();

private:
    using Clock = std::chrono::steady_clock;

    void onStarted(RunId, CapturePtr) override { started_ = Clock::now(); }
    void onLayer(RunId, CapturePtr, LayerId) override { }
    void onProgress(RunId, Progress) override { }
    void onFinished(RunId, CapturePtr capture) override
    {
        finished_ = Clock::now();
        answer_.set_value(std::move(capture));
    }
    void onFailed(RunId, std::exception_ptr why) override { answer_.set_exception(why); }
    void onCancelled(RunId) override;

    /// Waits for an answer; an interrupt cancels what the engine does.
    template <class Answer> Answer await(std::future<Answer> answer);

    std::promise<CapturePtr> answer_;
    Clock::time_point started_{}, finished_{}; ///< written by the runner before it answers
    EngineThread engine_; ///< last: joined before what it calls into is gone
};

} // namespace headscope
