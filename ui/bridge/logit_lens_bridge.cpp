// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/logit_lens_bridge.h"

namespace headscope::ui {

/// Hands every call over to functions that hop. Outlives the bridge where the engine still holds it.
class LogitLensBridge::Listener : public LogitLensListener {
public:
    std::function<void(std::size_t, std::size_t)> progressed;
    std::function<void(LogitLensPtr)> finished;
    std::function<void(std::exception_ptr)> failed;
    std::function<void()> cancelled;

    void onLensProgress(RunId, std::size_t layers, std::size_t total) override { progressed(layers, total); }
    void onLensFinished(RunId, LogitLensPtr lens) override { finished(std::move(lens)); }
    void onLensFailed(RunId, std::exception_ptr why) override { failed(std::move(why)); }
    void onLensCancelled(RunId) override { cancelled(); }
};

LogitLensBridge::LogitLensBridge(LogitLensEngine engine, QObject* parent)
    : JobBridge(engine.cancel, parent)
    , submit_(std::move(engine.submit))
{
}

void LogitLensBridge::start(LogitLensRequest request)
{
    supersede();
    const auto listener = std::make_shared<Listener>();
    listener->progressed
        = ifCurrent([this](std::size_t layers, std::size_t total) { Q_EMIT progressed(layers, total); });
    listener->finished = ifCurrent([this](const LogitLensPtr& lens) {
        end();
        Q_EMIT finished(lens);
    });
    listener->failed = whenFailed();
    listener->cancelled = whenCancelled();
    submit_(std::move(request), listener);
    setBusy(true);
}

} // namespace headscope::ui
