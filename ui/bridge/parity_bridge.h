// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison's results as signals on the UI thread.
#pragma once

#include "core/parity/parity_request.h"
#include "ui/bridge/job_bridge.h"

#include <memory>
#include <vector>

namespace headscope::ui {

/// Where comparisons are run.
using ParityEngine = JobEngine<ParityRequest, ParityListener>;

/// One comparison at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class ParityBridge : public JobBridge {
    Q_OBJECT
public:
    explicit ParityBridge(ParityEngine engine, QObject* parent = nullptr);

    void start(ParityRequest request);

Q_SIGNALS:
    void progressed(const QString& what, double share);
    void rowsReady(std::size_t pair, const std::vector<headscope::ParityRow>& rows);
    void pairReady(std::size_t pair, std::shared_ptr<const headscope::ParityPair> result);
    void finished(std::shared_ptr<const headscope::ParityReport> report);

private:
    class Listener;

    decltype(ParityEngine::submit) submit_;
};

} // namespace headscope::ui
