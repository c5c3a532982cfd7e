// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/generation_bridge.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

namespace headscope::ui {

/// Outlives the bridge where the engine still holds it.
class GenerationBridge::Listener : public GenerationListener {
public:
    /// What the engine tells, for the UI thread: progress, texts, a failure, or nothing of them when it was cancelled.
    struct Told {
        std::size_t done = 0, total = 0;
        std::vector<GeneratedText> texts{};
        bool finished = false, cancelled = false;
        std::exception_ptr why{};
    };
    explicit Listener(std::function<void(Told)> tell)
        : tell_(std::move(tell))
    {
    }

    void onGenerated(RunId, std::size_t done, std::size_t total, std::vector<GeneratedText> texts) override
    {
        tell_({.done = done, .total = total, .texts = std::move(texts)});
    }
    void onGenerationFinished(RunId, std::vector<GeneratedText> texts) override
    {
        tell_({.texts = std::move(texts), .finished = true});
    }
    void onGenerationFailed(RunId, std::exception_ptr why) override { tell_({.why = std::move(why)}); }
    void onGenerationCancelled(RunId) override { tell_({.cancelled = true}); }

private:
    std::function<void(Told)> tell_;
};

GenerationBridge::GenerationBridge(GenerationEngine engine, QObject* parent)
    : QObject(parent)
    , engine_(std::move(engine))
{
}

void GenerationBridge::start(GenerationRequest request)
{
    const auto number = ++number_;
    engine_.submit(
        std::move(request), std::make_shared<Listener>(hopTo(this, [this, number](const Listener::Told& told) {
            if (number != number_)
                return;
            if (!told.finished && !told.cancelled && !told.why) {
                Q_EMIT generated(told.done, told.total, told.texts);
                return;
            }
            end();
            if (told.why)
                Q_EMIT failed(messageOf(told.why));
            else if (told.cancelled)
                Q_EMIT cancelled();
            else
                Q_EMIT finished(told.texts);
        })));
    setBusy(true);
}

void GenerationBridge::cancel()
{
    if (!busy_)
        return;
    engine_.cancel();
    end();
    Q_EMIT cancelled();
}

void GenerationBridge::end()
{
    ++number_; // whatever is still on its way is stale
    setBusy(false);
}

void GenerationBridge::setBusy(bool busy)
{
    if (busy == busy_)
        return;
    busy_ = busy;
    Q_EMIT busyChanged(busy);
}

} // namespace headscope::ui
