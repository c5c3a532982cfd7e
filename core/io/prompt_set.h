// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts with right and wrong answers, from JSONL and CSV files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headscope {

/// An answer as a file gives it.
struct Answer {
    std::string text{}; ///< to be tokenised literally: a space in front is part of it
    std::optional<std::int64_t> id{}; ///< instead of a text

    friend bool operator==(const Answer&, const Answer&) = default;
};

/// A text, or token ids that stand for one.
struct PromptText {
    std::string text{}; ///< UTF-8; empty when ids are given
    std::vector<std::int64_t> ids{};

    bool empty() const { return text.empty() && ids.empty(); }
    friend bool operator==(const PromptText&, const PromptText&) = default;
};

/// One prompt, and what should and what should not come next.
struct PromptExample {
    std::string prompt{}; ///< UTF-8; empty when `promptIds` is given
    std::vector<std::int64_t> promptIds{}; ///< token ids instead of text, special tokens and all
    std::vector<Answer> correct{},
        incorrect{}; ///< several are averaged; at least one each, unless answers are optional
    std::optional<PromptText> corrupt{}; ///< the same prompt spoilt: where cross-run ablation takes its values from
    std::string where{}; ///< "ioi.jsonl:3", for messages

    PromptText text() const { return {prompt, promptIds}; }
};

struct PromptSet {
    std::string name; ///< as asked for: "ioi", or the path
    std::string source; ///< what the file says of where it comes from; may be empty
    std::vector<PromptExample> examples; ///< at least one
};

/// Whether every example must have answers. Optional: one may have neither side; CSV files have both columns.
enum class AnswersAre { Required, Optional };

/// Reads a prompt set.
///
/// JSONL (any name that does not end in .csv): an object a line, {"prompt", "correct", "incorrect"} and optionally
/// "corrupt". `prompt` and `corrupt` are texts or arrays of token ids; an answer is a text, a token id, or an array of
/// both, which is averaged. The first line may be {"source": "…"} alone.
/// CSV (RFC 4180): a header row with the columns prompt, correct and incorrect, and optionally corrupt; `|` stands
/// between several answers, `id:123` is a token id, `\` takes away the meaning of what follows (`\|`, `\\`, `\id:1`).
/// Lines that begin with `#` before the header are remarks; `# source: …` is the source.
/// In both, other keys and columns are left alone, empty lines are skipped and texts are taken as they are, spaces
/// included.
/// \param nameOrPath a file, or one of embeddedPromptSets() where no file has that name.
/// \throws Error(BadInput) naming file, line and key, what was expected and what was found.
PromptSet readPromptSet(const std::string& nameOrPath, AnswersAre answers = AnswersAre::Required);

/// Names of the sets that are linked in: "entailment", "greater-than", "ioi", …
std::vector<std::string> embeddedPromptSets();

} // namespace headscope
