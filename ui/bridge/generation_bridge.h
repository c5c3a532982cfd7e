// SPDX-License-Identifier: GPL-3.0-or-later
// A continuation's tokens as signals on the UI thread.
#pragma once

#include "core/run/generation.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace headscope::ui {

/// Where prompts are continued.
struct GenerationEngine {
    std::function<void(GenerationRequest, std::shared_ptr<GenerationListener>)> submit; ///< stops what runs before it
    std::function<void()> cancel; ///< stops what runs
};

/// One continuation at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class GenerationBridge : public QObject {
    Q_OBJECT
public:
    explicit GenerationBridge(GenerationEngine engine, QObject* parent = nullptr);

    void start(GenerationRequest request);
    void cancel(); ///< emits cancelled() at once when prompts are being continued; else does nothing
    bool isBusy() const { return busy_; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void generated(std::size_t done, std::size_t total, const std::vector<headscope::GeneratedText>& texts);
    void finished(const std::vector<headscope::GeneratedText>& texts);
    void failed(const QString& message);
    void cancelled(); ///< also when a run was started instead

private:
    class Listener;
    void setBusy(bool busy);
    void end(); ///< listens no longer

    GenerationEngine engine_;
    std::uint64_t number_ = 0; ///< of the continuation that is listened to
    bool busy_ = false;
};

} // namespace headscope::ui
