// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_bridge.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

namespace headscope::ui {

EngineBridge::EngineBridge(QObject* parent)
    : QObject(parent)
    , engine_(static_cast<RunListener&>(*this))
{
}

void EngineBridge::start(InspectionRequest request)
{
    current_ = engine_.submit(std::move(request));
    setBusy(true);
}

void EngineBridge::cancel()
{
    engine_.cancel();
    if (!busy_)
        return;
    current_ = {}; // no run has this id: whatever is still on its way is stale
    setBusy(false);
    Q_EMIT cancelled();
}

void EngineBridge::submitParity(ParityRequest request, std::shared_ptr<ParityListener> listener)
{
    engine_.submitParity(std::move(request), std::move(listener));
}

void EngineBridge::submitGeneration(GenerationRequest request, std::shared_ptr<GenerationListener> listener)
{
    engine_.submitGeneration(std::move(request), std::move(listener));
}

void EngineBridge::submitLogitLens(LogitLensRequest request, std::shared_ptr<LogitLensListener> listener)
{
    engine_.submitLogitLens(std::move(request), std::move(listener));
}

void EngineBridge::submitLogitDifferences(
    LogitDifferenceRequest request, std::shared_ptr<LogitDifferenceListener> listener)
{
    engine_.submitLogitDifferences(std::move(request), std::move(listener));
}

void EngineBridge::submitContributionGraph(
    ContributionGraphRequest request, std::shared_ptr<ContributionGraphListener> listener)
{
    engine_.submitContributionGraph(std::move(request), std::move(listener));
}

void EngineBridge::cancelAnalysis()
{
    if (!busy_)
        engine_.cancel();
}

void EngineBridge::setBusy(bool busy)
{
    if (busy == busy_)
        return;
    busy_ = busy;
    Q_EMIT busyChanged(busy);
}

Ticket EngineBridge::requestOutlook(QObject* context, InspectionRequest request, OutlookHandler handler)
{
    return engine_.requestOutlook(std::move(request), hopTo(context, std::move(handler)));
}

Ticket EngineBridge::requestSystemInfo(QObject* context, SystemHandler handler)
{
    return engine_.requestSystemInfo(hopTo(context, std::move(handler)));
}

template <class Effect> void EngineBridge::onMyThread(RunId run, Effect effect)
{
    QMetaObject::invokeMethod(
        this,
        [this, run, effect = std::move(effect)] {
            if (run == current_)
                effect();
        },
        Qt::QueuedConnection);
}

void EngineBridge::onStarted(RunId run, CapturePtr capture)
{
    onMyThread(run, [this, capture = std::move(capture)] { Q_EMIT started(capture); });
}

void EngineBridge::onLayer(RunId run, CapturePtr capture, LayerId layer)
{
    onMyThread(run, [this, capture = std::move(capture), layer] { Q_EMIT layerReady(capture, layer); });
}

void EngineBridge::onProgress(RunId run, Progress progress)
{
    onMyThread(run, [this, progress] { Q_EMIT progressed(progress); });
}

void EngineBridge::onFinished(RunId run, CapturePtr capture)
{
    onMyThread(run, [this, capture = std::move(capture)] {
        setBusy(false);
        Q_EMIT finished(capture);
    });
}

void EngineBridge::onFailed(RunId run, std::exception_ptr why)
{
    onMyThread(run, [this, message = messageOf(why)] {
        setBusy(false);
        Q_EMIT failed(message);
    });
}

void EngineBridge::onCancelled(RunId run)
{
    onMyThread(run, [this] {
        current_ = {};
        setBusy(false);
        Q_EMIT cancelled();
    });
}

} // namespace headscope::ui
