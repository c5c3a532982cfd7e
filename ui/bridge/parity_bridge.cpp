// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/parity_bridge.h"

#include "ui/text/labels.h"

namespace headscope::ui {

/// Hands every call over to functions that hop. Outlives the bridge where the engine still holds it.
class ParityBridge::Listener : public ParityListener {
public:
    std::function<void(Progress)> progress;
    std::function<void(std::size_t, std::shared_ptr<const std::vector<ParityRow>>)> rows;
    std::function<void(std::size_t, std::shared_ptr<const ParityPair>)> pair;
    std::function<void(std::shared_ptr<const ParityReport>)> finished;
    std::function<void(std::exception_ptr)> failed;
    std::function<void()> cancelled;

    void onParityProgress(RunId, const Progress& each) override { progress(each); }
    void onParityRows(RunId, std::size_t index, std::vector<ParityRow> each) override
    {
        rows(index, std::make_shared<const std::vector<ParityRow>>(std::move(each)));
    }
    void onParityPair(RunId, std::size_t index, std::shared_ptr<const ParityPair> result) override
    {
        pair(index, std::move(result));
    }
    void onParityFinished(RunId, std::shared_ptr<const ParityReport> report) override { finished(std::move(report)); }
    void onParityFailed(RunId, std::exception_ptr why) override { failed(std::move(why)); }
    void onParityCancelled(RunId) override { cancelled(); }
};

ParityBridge::ParityBridge(ParityEngine engine, QObject* parent)
    : JobBridge(engine.cancel, parent)
    , submit_(std::move(engine.submit))
{
}

void ParityBridge::start(ParityRequest request)
{
    supersede();
    const auto listener = std::make_shared<Listener>();
    listener->progress
        = ifCurrent([this](const ParityListener::Progress& each) { Q_EMIT progressed(text(each.what), each.share); });
    listener->rows = ifCurrent([this](std::size_t pair, const auto& rows) { Q_EMIT rowsReady(pair, *rows); });
    listener->pair = ifCurrent([this](std::size_t pair, const auto& result) { Q_EMIT pairReady(pair, result); });
    listener->finished = ifCurrent([this](const auto& report) {
        end();
        Q_EMIT finished(report);
    });
    listener->failed = whenFailed();
    listener->cancelled = whenCancelled();
    submit_(std::move(request), listener);
    setBusy(true);
}

} // namespace headscope::ui
