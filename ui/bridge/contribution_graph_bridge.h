// SPDX-License-Identifier: GPL-3.0-or-later
// Contribution graphs as signals on the UI thread.
#pragma once

#include "core/analysis/contribution_graph.h"
#include "ui/bridge/job_bridge.h"

namespace headscope::ui {

/// Where residual streams are taken apart.
using ContributionGraphEngine = JobEngine<ContributionGraphRequest, ContributionGraphListener>;

/// One graph at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class ContributionGraphBridge : public JobBridge {
    Q_OBJECT
public:
    explicit ContributionGraphBridge(ContributionGraphEngine engine, QObject* parent = nullptr);

    void start(ContributionGraphRequest request);

Q_SIGNALS:
    void progressed(std::size_t layersDone, std::size_t layers);
    void finished(const std::shared_ptr<const headscope::ContributionGraphs>& result);

private:
    class Listener;

    decltype(ContributionGraphEngine::submit) submit_;
};

} // namespace headscope::ui
