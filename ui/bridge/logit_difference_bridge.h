// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of a prompt set, contributions and cut heads as signals on the UI thread.
#pragma once

#include "core/analysis/logit_difference.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>

namespace headscope::ui {

/// Where logit differences are read.
struct LogitDifferenceEngine {
    /// Stops what runs before it.
    std::function<void(LogitDifferenceRequest, std::shared_ptr<LogitDifferenceListener>)> submit;
    std::function<void()> cancel; ///< stops what runs
};

/// One request at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class LogitDifferenceBridge : public QObject {
    Q_OBJECT
public:
    explicit LogitDifferenceBridge(LogitDifferenceEngine engine, QObject* parent = nullptr);

    void start(LogitDifferenceRequest request);
    void cancel(); ///< emits cancelled() at once when a request is in progress; else does nothing
    bool isBusy() const { return busy_; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void progressed(double share); ///< 0 to 1
    void finished(std::shared_ptr<const headscope::LogitDifferenceResult> result);
    void failed(const QString& message);
    void cancelled(); ///< also when something else was started instead

private:
    class Listener;
    template <class Effect> auto ifCurrent(Effect effect);
    void setBusy(bool busy);

    LogitDifferenceEngine engine_;
    std::uint64_t number_ = 0; ///< of the request that is listened to
    bool busy_ = false;
};

} // namespace headscope::ui
