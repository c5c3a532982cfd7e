// SPDX-License-Identifier: GPL-3.0-or-later
// What one run looks at.
#pragma once

#include "core/run/edit.h"
#include "core/run/settings.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace headscope {

/// What one inspection run looks at. Build with designated initialisers (hence the `{}`: GCC warns of fields left out
/// that have no initialiser of their own).
struct InspectionRequest {
    std::string model{}; ///< a Hugging Face model directory, or "demo-rotary" / "demo-gpt2" for the embedded ones
    std::vector<std::string> prompts{}; ///< UTF-8, one sequence of the batch each; empty when `inputs` is given
    /// The second texts of pairs, which the model's tokenizer joins with the prompts, for models with token types:
    /// empty, or one for each prompt, "" where it stands alone.
    std::vector<std::string> secondPrompts{};
    std::filesystem::path
        inputs{}; ///< IN.safetensors with input_ids (design.md §3) instead of prompts; empty when not used
    Backend backend = Backend::Native;
    BridgeMode bridgeMode = BridgeMode::Plain; ///< for Backend::Bridge
    SentinelChoice sentinel = SentinelChoice::BackendDefault; ///< for Backend::Bridge and Hooked
    Processing processing{}; ///< for Backend::Hooked, and Bridge in compat mode
    AttentionKind attention = AttentionKind::Eager;
    std::string device = "cpu"; ///< "cpu", "cuda", "cuda:N", or several with commas: the layers are spread over them
    std::string cacheDevice{}; ///< where captures are kept; empty: where they were computed
    DType dtype = DType::Float32;
    PaddingSide padding = PaddingSide::Left;
    PositionPolicy positions = PositionPolicy::BackendDefault;
    MaskForm mask = MaskForm::Given;
    PrependBos prependBos = PrependBos::Off;
    std::vector<std::string> hooks{}; ///< globs of hook names whose values the capture keeps besides the patterns
    std::vector<Edit> edits{}; ///< interventions, applied in order
    bool keepPatterns = true; ///< eager: keep every layer's pattern, so that Stage::Pattern can be read
    bool keepScores = false; ///< eager: also keep pre-softmax scores, so that Stage::Scores can be read
    bool keepLogits = true; ///< compute the logits of every position; else of those that somebody asks for
    std::uint64_t cacheBudget = 0; ///< bytes of q, k and v kept in memory, what is beyond them goes to a temporary
                                   ///< file; 0: half of what is free
    int threads = 0; ///< intra-op threads; 0: what OMP_NUM_THREADS says, else every core

    friend bool operator==(const InspectionRequest&, const InspectionRequest&) = default;
};

} // namespace headscope
