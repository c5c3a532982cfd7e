// SPDX-License-Identifier: GPL-3.0-or-later
// Greedy continuation of prompts. Internal to core: includes ATen.
#pragma once

#include "core/engine/engine_room.h"
#include "core/run/generation.h"

#include <functional>

namespace headscope {

/// Appends the most likely token (of equal ones the first) after each prompt's last token, and runs again. Runs that
/// may take over a prefix compute only the new token. A prompt that has ended waits for the others.
/// \param told what there is, after every token.
/// \throws Error(BadInput) for a model that is no causal language model, for an inputs file, and what a run throws;
/// Cancelled
std::vector<GeneratedText> generate(RunId run, const GenerationRequest& request, EngineRoom& room,
    const std::stop_token& stop, const std::function<void(std::size_t, const std::vector<GeneratedText>&)>& told);

} // namespace headscope
