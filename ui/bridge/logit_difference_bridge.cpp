// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/logit_difference_bridge.h"

namespace headscope::ui {

/// Hands every call over to functions that hop. Outlives the bridge where the engine still holds it.
class LogitDifferenceBridge::Listener : public LogitDifferenceListener {
public:
    std::function<void(Progress)> progress;
    std::function<void(std::shared_ptr<const LogitDifferenceResult>)> finished;
    std::function<void(std::exception_ptr)> failed;
    std::function<void()> cancelled;

    void onLogitDifferenceProgress(RunId, const Progress& each) override { progress(each); }
    void onLogitDifferenceFinished(RunId, std::shared_ptr<const LogitDifferenceResult> result) override
    {
        finished(std::move(result));
    }
    void onLogitDifferenceFailed(RunId, std::exception_ptr why) override { failed(std::move(why)); }
    void onLogitDifferenceCancelled(RunId) override { cancelled(); }
};

LogitDifferenceBridge::LogitDifferenceBridge(LogitDifferenceEngine engine, QObject* parent)
    : JobBridge(engine.cancel, parent)
    , submit_(std::move(engine.submit))
{
}

void LogitDifferenceBridge::start(LogitDifferenceRequest request)
{
    supersede();
    const auto listener = std::make_shared<Listener>();
    listener->progress = ifCurrent([this](const LogitDifferenceListener::Progress& each) {
        Q_EMIT progressed(each.total > 0 ? static_cast<double>(each.done) / static_cast<double>(each.total) : 0);
    });
    listener->finished = ifCurrent([this](const auto& result) {
        end();
        Q_EMIT finished(result);
    });
    listener->failed = whenFailed();
    listener->cancelled = whenCancelled();
    submit_(std::move(request), listener);
    setBusy(true);
}

} // namespace headscope::ui
