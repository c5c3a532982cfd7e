// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/generation_bridge.h"

namespace headscope::ui {

/// Hands every call over to functions that hop. Outlives the bridge where the engine still holds it.
class GenerationBridge::Listener : public GenerationListener {
public:
    std::function<void(std::size_t, std::size_t, std::vector<GeneratedText>)> generated;
    std::function<void(std::vector<GeneratedText>)> finished;
    std::function<void(std::exception_ptr)> failed;
    std::function<void()> cancelled;

    void onGenerated(RunId, std::size_t done, std::size_t total, std::vector<GeneratedText> texts) override
    {
        generated(done, total, std::move(texts));
    }
    void onGenerationFinished(RunId, std::vector<GeneratedText> texts) override { finished(std::move(texts)); }
    void onGenerationFailed(RunId, std::exception_ptr why) override { failed(std::move(why)); }
    void onGenerationCancelled(RunId) override { cancelled(); }
};

GenerationBridge::GenerationBridge(GenerationEngine engine, QObject* parent)
    : JobBridge(engine.cancel, parent)
    , submit_(std::move(engine.submit))
{
}

void GenerationBridge::start(GenerationRequest request)
{
    supersede();
    const auto listener = std::make_shared<Listener>();
    listener->generated = ifCurrent(
        [this](std::size_t done, std::size_t total, const auto& texts) { Q_EMIT generated(done, total, texts); });
    listener->finished = ifCurrent([this](const auto& texts) {
        end();
        Q_EMIT finished(texts);
    });
    listener->failed = whenFailed();
    listener->cancelled = whenCancelled();
    submit_(std::move(request), listener);
    setBusy(true);
}

} // namespace headscope::ui
