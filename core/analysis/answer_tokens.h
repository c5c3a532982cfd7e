// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of a prompt set as a model's tokens.
#pragma once

#include "core/io/prompt_set.h"

#include <cstdint>
#include <string>
#include <vector>

namespace headscope {

class Tokenizer;

/// One answer, tokenised literally: no space is added, no special tokens.
struct AnswerToken {
    std::string text{}; ///< as the file has it; empty for an answer given as an id
    std::vector<std::int64_t> ids{}; ///< every token of it; the first is the answer that is read
    std::vector<std::string> labels{}; ///< of ids, for people: "·Mary"

    std::int64_t id() const { return ids.front(); }
    bool isCut() const { return ids.size() > 1; }
};

/// The answers of one example, ready to be looked up.
struct ExampleAnswers {
    std::vector<AnswerToken> correct{}, incorrect{}; ///< at least one each, in the file's order
    /// The distinct first tokens, in that order: what is averaged.
    std::vector<std::int64_t> correctIds{}, incorrectIds{};
    /// What a reader of the results should know, a sentence each: answers of which only the first token counts, answers
    /// that are the same token, tokens that stand on both sides.
    std::vector<std::string> notes{};
};

/// \param tokenizer may be null where all answers are ids.
/// \param vocabulary number of logits
/// \throws Error(BadInput) naming file, line and key: an answer without tokens, an id beyond the vocabulary, a text
///         where there is no tokenizer.
ExampleAnswers answerTokens(const PromptExample& example, const Tokenizer* tokenizer, std::int64_t vocabulary);

/// The token that is read: "·Mary (517)".
std::string describe(const AnswerToken& answer);

} // namespace headscope
