// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of a prompt set, contributions and cut heads as signals on the UI thread.
#pragma once

#include "core/analysis/logit_difference.h"
#include "ui/bridge/job_bridge.h"

#include <memory>

namespace headscope::ui {

/// Where logit differences are read.
using LogitDifferenceEngine = JobEngine<LogitDifferenceRequest, LogitDifferenceListener>;

/// One request at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class LogitDifferenceBridge : public JobBridge {
    Q_OBJECT
public:
    explicit LogitDifferenceBridge(LogitDifferenceEngine engine, QObject* parent = nullptr);

    void start(LogitDifferenceRequest request);

Q_SIGNALS:
    void progressed(double share); ///< 0 to 1
    void finished(std::shared_ptr<const headscope::LogitDifferenceResult> result);

private:
    class Listener;

    decltype(LogitDifferenceEngine::submit) submit_;
};

} // namespace headscope::ui
