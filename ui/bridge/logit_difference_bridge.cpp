// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/logit_difference_bridge.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

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
    : QObject(parent)
    , engine_(std::move(engine))
{
}

/// An effect that hops, and is dropped then when another request is listened to.
template <class Effect> auto LogitDifferenceBridge::ifCurrent(Effect effect)
{
    return hopTo(this, [this, number = number_, effect = std::move(effect)](const auto&... results) {
        if (number == number_)
            effect(results...);
    });
}

void LogitDifferenceBridge::start(LogitDifferenceRequest request)
{
    ++number_;
    const auto listener = std::make_shared<Listener>();
    listener->progress = ifCurrent([this](const LogitDifferenceListener::Progress& each) {
        Q_EMIT progressed(each.total > 0 ? static_cast<double>(each.done) / static_cast<double>(each.total) : 0);
    });
    listener->finished = ifCurrent([this](const auto& result) {
        setBusy(false);
        Q_EMIT finished(result);
    });
    listener->failed = ifCurrent([this](const std::exception_ptr& why) {
        setBusy(false);
        Q_EMIT failed(messageOf(why));
    });
    listener->cancelled = ifCurrent([this] {
        ++number_;
        setBusy(false);
        Q_EMIT cancelled();
    });
    engine_.submit(std::move(request), listener);
    setBusy(true);
}

void LogitDifferenceBridge::cancel()
{
    if (!busy_)
        return;
    engine_.cancel();
    ++number_; // whatever is still on its way is stale
    setBusy(false);
    Q_EMIT cancelled();
}

void LogitDifferenceBridge::setBusy(bool busy)
{
    if (busy == busy_)
        return;
    busy_ = busy;
    Q_EMIT busyChanged(busy);
}

} // namespace headscope::ui
