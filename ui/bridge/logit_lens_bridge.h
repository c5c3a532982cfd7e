// SPDX-License-Identifier: GPL-3.0-or-later
// A pass through the layers as signals on the UI thread.
#pragma once

#include "core/analysis/logit_lens.h"
#include "ui/bridge/job_bridge.h"

namespace headscope::ui {

/// Where layers are looked through.
using LogitLensEngine = JobEngine<LogitLensRequest, LogitLensListener>;

/// One pass at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class LogitLensBridge : public JobBridge {
    Q_OBJECT
public:
    explicit LogitLensBridge(LogitLensEngine engine, QObject* parent = nullptr);

    void start(LogitLensRequest request);

Q_SIGNALS:
    void progressed(std::size_t layers, std::size_t total);
    void finished(headscope::LogitLensPtr lens);

private:
    class Listener;

    decltype(LogitLensEngine::submit) submit_;
};

} // namespace headscope::ui
