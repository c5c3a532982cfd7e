// SPDX-License-Identifier: GPL-3.0-or-later
// What a model says next, token by token.
#pragma once

#include "core/ids.h"
#include "core/run/inspection_request.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// Continues every prompt with the most likely token, again and again.
struct GenerationRequest {
    InspectionRequest run{}; ///< whose prompts are continued, under its settings and edits
    std::size_t count = 20; ///< tokens to add to each prompt at most
};

/// What one prompt is continued with.
struct GeneratedText {
    std::vector<std::int64_t> ids{};
    std::string prompt{}; ///< the prompt and its continuation, as text
    std::string text{}; ///< the continuation
    bool ended = false; ///< the model's end-of-text token came; it is not among the ids
    bool full = false; ///< the model has no positions for more
    /// Whether `prompt` is cut into the very tokens of the run. Bytes that make no character, and pieces that the
    /// tokenizer joins in another way, are not.
    bool sameTokens = true;
};

/// Results as they come. Every call comes from the engine's runner thread; implementations must be quick and not throw.
class GenerationListener {
public:
    virtual ~GenerationListener() = default;
    /// \param texts what there is so far, one a prompt.
    virtual void onGenerated(RunId run, std::size_t done, std::size_t total, std::vector<GeneratedText> texts) = 0;
    virtual void onGenerationFinished(RunId run, std::vector<GeneratedText> texts) = 0;
    virtual void onGenerationFailed(RunId run, std::exception_ptr why) = 0; ///< always an Error
    virtual void onGenerationCancelled(RunId run) = 0;
};

} // namespace headscope
