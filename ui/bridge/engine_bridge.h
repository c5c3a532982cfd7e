// SPDX-License-Identifier: GPL-3.0-or-later
// Engine callbacks as signals on the UI thread.
#pragma once

#include "core/run/engine_thread.h"

#include <QObject>
#include <QString>

namespace headscope::ui {

/// Owns the engine. Lives on the UI thread and never blocks it, except in the destructor, which joins.
///
/// Nothing of a superseded or cancelled run is ever signalled: the run is checked here, after the hop to this thread,
/// not on the engine's thread where the answer could be stale.
class EngineBridge : public QObject, private RunListener {
    Q_OBJECT
public:
    explicit EngineBridge(QObject* parent = nullptr);

    void start(InspectionRequest request); ///< stops the run before it
    void cancel(); ///< emits cancelled() at once when a run is in progress
    bool isBusy() const { return busy_; }

    /// Compares runs instead of what runs now. The listener is told on the engine's thread (see ParityBridge).
    void submitParity(ParityRequest request, std::shared_ptr<ParityListener> listener);
    /// Continues prompts, likewise (see GenerationBridge).
    void submitGeneration(GenerationRequest request, std::shared_ptr<GenerationListener> listener);
    /// Reads answers, likewise (see LogitDifferenceBridge).
    void submitLogitDifferences(LogitDifferenceRequest request, std::shared_ptr<LogitDifferenceListener> listener);
    /// Looks through the layers, likewise (see LogitLensBridge).
    void submitLogitLens(LogitLensRequest request, std::shared_ptr<LogitLensListener> listener);
    /// Takes residual streams apart, likewise (see ContributionGraphBridge).
    void submitContributionGraph(ContributionGraphRequest request, std::shared_ptr<ContributionGraphListener> listener);
    void cancelAnalysis(); ///< whatever of these runs; does nothing while a run has taken its place

    using OutlookHandler = std::function<void(std::shared_ptr<const Outlook>, std::exception_ptr)>;
    /// `handler` is called on this thread, unless the ticket or `context` has gone. A withdrawn request may still be
    /// answered once when the answer was already on its way; compare with what you last asked for.
    Ticket requestOutlook(QObject* context, InspectionRequest request, OutlookHandler handler);

    using SystemHandler = std::function<void(std::shared_ptr<const SystemInfo>, std::exception_ptr)>;
    Ticket requestSystemInfo(QObject* context, SystemHandler handler);

Q_SIGNALS:
    void busyChanged(bool busy);
    void started(headscope::CapturePtr capture); ///< tokens are known
    void layerReady(headscope::CapturePtr capture, headscope::LayerId layer);
    void progressed(headscope::Progress progress);
    void finished(headscope::CapturePtr capture);
    void failed(const QString& message);
    void cancelled();

private:
    void onStarted(RunId run, CapturePtr capture) override;
    void onLayer(RunId run, CapturePtr capture, LayerId layer) override;
    void onProgress(RunId run, Progress progress) override;
    void onFinished(RunId run, CapturePtr capture) override;
    void onFailed(RunId run, std::exception_ptr why) override;
    void onCancelled(RunId run) override;

    template <class Effect> void onMyThread(RunId run, Effect effect);
    void setBusy(bool busy);

    RunId current_;
    bool busy_ = false;
    EngineThread engine_; ///< last member: joined before anything it calls into is gone
};

} // namespace headscope::ui
