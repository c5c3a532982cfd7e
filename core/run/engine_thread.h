// SPDX-License-Identifier: GPL-3.0-or-later
// The threads that touch LibTorch: one that runs models, one that reads finished captures.
#pragma once

#include "core/analysis/contribution_graph.h"
#include "core/analysis/logit_difference.h"
#include "core/analysis/logit_lens.h"
#include "core/cache/capture.h"
#include "core/parity/parity_request.h"
#include "core/run/generation.h"
#include "core/run/inspection_request.h"
#include "core/run/system_info.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace headscope {

class ReaderQueue;
struct EngineRoom;

/// How far a run has come.
struct Progress {
    enum class Step { Loading, Layers, Unembedding } step = Step::Loading;
    std::size_t done = 0, total = 0; ///< tensors when loading, layers otherwise
};

/// Receives a run's results. Every call comes from the engine's runner thread; implementations must be quick and not
/// throw.
class RunListener {
public:
    virtual ~RunListener() = default;
    virtual void onStarted(RunId run, CapturePtr capture) = 0; ///< tokens are known, no layer is done
    virtual void onLayer(RunId run, CapturePtr capture, LayerId layer) = 0; ///< once per finished layer, in order
    virtual void onProgress(RunId run, Progress progress) = 0;
    virtual void onFinished(RunId run, CapturePtr capture) = 0;
    virtual void onFailed(RunId run, std::exception_ptr why) = 0; ///< always an Error
    virtual void onCancelled(RunId run) = 0; ///< cancelled or superseded, started or not
};

/// What a request would mean, found out without running it.
struct Outlook {
    ModelInfo model;
    std::vector<std::size_t> tokenCounts; ///< per prompt, before padding
    std::size_t length = 0; ///< padded length
    std::uint64_t estimatedBytes = 0; ///< peak memory: weights in the run's dtype, activations, patterns
    std::uint64_t availableBytes = 0; ///< what is free now: the smaller of the system's and the cgroup's figure
};

/// The threads that touch LibTorch. Latest wins: a new run stops the one before it at its next operation.
/// A request for a rectangle never cancels a run.
class EngineThread {
public:
    /// \param listener must outlive this object.
    explicit EngineThread(RunListener& listener);
    ~EngineThread(); ///< stops the run in progress and joins; requests not yet answered are dropped
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;

    RunId submit(InspectionRequest request); ///< any thread; never blocks on compute
    /// Compares runs, on the same thread and under the same rule: the latest of all that was submitted wins.
    RunId submitParity(ParityRequest request, std::shared_ptr<ParityListener> listener);
    /// Runs a prompt set and reads its answers, likewise.
    RunId submitLogitDifferences(LogitDifferenceRequest request, std::shared_ptr<LogitDifferenceListener> listener);
    /// Continues prompts, likewise.
    RunId submitGeneration(GenerationRequest request, std::shared_ptr<GenerationListener> listener);
    /// Takes residual streams apart, likewise.
    RunId submitContributionGraph(
        ContributionGraphRequest request, std::shared_ptr<ContributionGraphListener> listener);
    /// Looks at what a model would say after each layer, likewise.
    RunId submitLogitLens(LogitLensRequest request, std::shared_ptr<LogitLensListener> listener);
    void cancel(); ///< any thread; never blocks

    using OutlookSink = std::function<void(std::shared_ptr<const Outlook>, std::exception_ptr)>;
    /// Describes the model and counts tokens and memory, on the reader thread. `request.prompts` may be empty.
    Ticket requestOutlook(InspectionRequest request, OutlookSink sink);

    using SystemSink = std::function<void(std::shared_ptr<const SystemInfo>, std::exception_ptr)>;
    /// Devices, versions and threads as LibTorch reports them.
    Ticket requestSystemInfo(SystemSink sink);

private:
    /// Work for the runner, and whom to tell how it ended.
    struct Job {
        RunId id{};
        std::string what; ///< for messages: "running demo-gpt2"
        int threads = 0;
        std::function<void(RunId, EngineRoom&, const std::stop_token&)> work;
        std::function<void(RunId)> cancelled;
        std::function<void(RunId, std::exception_ptr)> failed;
        std::stop_token stop{};
    };
    RunId submit(Job job);
    void readLoop(std::stop_token quit);
    void runLoop(std::stop_token quit);

    RunListener& listener_;
    std::shared_ptr<ReaderQueue> queue_;
    std::atomic<int> defaultThreads_{0}; ///< LibTorch's own choice; 0 until the runner has asked
    std::atomic<bool> readerReady_{false};
    std::mutex mutex_; ///< guards the five below
    std::condition_variable_any wake_;
    std::optional<Job> pending_;
    std::vector<Job> superseded_; ///< never started, not yet reported
    std::stop_source current_{std::nostopstate};
    RunId last_;
    std::jthread reader_;
    std::jthread runner_; ///< last member: stops before all the others
};

} // namespace headscope
