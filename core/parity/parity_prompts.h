// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt set as a comparison of runs takes it.
#pragma once

#include "core/parity/parity_request.h"

#include <string>
#include <vector>

namespace headscope {

struct ParityPrompts {
    std::vector<std::string> prompts{}; ///< UTF-8
    std::vector<AnswerTokens> answers{}; ///< of every prompt, or none
    std::vector<std::string> notes{}; ///< for people: answers of which only the first token counts, and so on
};

/// Reads a set and tokenises its answers literally. Opens the model's tokenizer, not its weights; any thread.
/// \param name a file, or a built-in set (see readPromptSet()); \param model as InspectionRequest::model.
/// \throws Error(BadInput) also for prompts given as token ids, and for answers that only some prompts have.
ParityPrompts readParityPrompts(const std::string& name, const std::string& model);

} // namespace headscope
