// SPDX-License-Identifier: GPL-3.0-or-later
// A continuation's tokens as signals on the UI thread.
#pragma once

#include "core/run/generation.h"
#include "ui/bridge/job_bridge.h"

#include <vector>

namespace headscope::ui {

/// Where prompts are continued.
using GenerationEngine = JobEngine<GenerationRequest, GenerationListener>;

/// One continuation at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class GenerationBridge : public JobBridge {
    Q_OBJECT
public:
    explicit GenerationBridge(GenerationEngine engine, QObject* parent = nullptr);

    void start(GenerationRequest request);

Q_SIGNALS:
    void generated(std::size_t done, std::size_t total, const std::vector<headscope::GeneratedText>& texts);
    void finished(const std::vector<headscope::GeneratedText>& texts);

private:
    class Listener;

    decltype(GenerationEngine::submit) submit_;
};

} // namespace headscope::ui
