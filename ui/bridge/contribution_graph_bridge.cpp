// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/contribution_graph_bridge.h"

namespace headscope::ui {

/// Hands every call over to functions that hop. Outlives the bridge where the engine still holds it.
class ContributionGraphBridge::Listener : public ContributionGraphListener {
public:
    std::function<void(std::size_t, std::size_t)> progressed;
    std::function<void(std::shared_ptr<const ContributionGraphs>)> finished;
    std::function<void(std::exception_ptr)> failed;
    std::function<void()> cancelled;

    void onGraphProgress(RunId, std::size_t done, std::size_t layers) override { progressed(done, layers); }
    void onGraphFinished(RunId, std::shared_ptr<const ContributionGraphs> result) override
    {
        finished(std::move(result));
    }
    void onGraphFailed(RunId, std::exception_ptr why) override { failed(std::move(why)); }
    void onGraphCancelled(RunId) override { cancelled(); }
};

ContributionGraphBridge::ContributionGraphBridge(ContributionGraphEngine engine, QObject* parent)
    : JobBridge(engine.cancel, parent)
    , submit_(std::move(engine.submit))
{
}

void ContributionGraphBridge::start(ContributionGraphRequest request)
{
    supersede();
    const auto listener = std::make_shared<Listener>();
    listener->progressed = ifCurrent([this](std::size_t done, std::size_t layers) { Q_EMIT progressed(done, layers); });
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
