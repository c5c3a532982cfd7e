// SPDX-License-Identifier: GPL-3.0-or-later
// Added tokens of tokenizer.json: literals that are cut out of the text before anything else.
#pragma once

#include "core/text/aligned_text.h"
#include "core/text/normalizer.h"
#include "core/text/word_model.h"

#include <map>

namespace headscope {

struct AddedToken {
    std::int64_t id = 0;
    std::string content;
    std::string piece; ///< the content as normalised, when the token is looked for in normalised text
    bool singleWord = false, leftStrip = false, rightStrip = false, normalized = false, special = false;
};

/// A stretch of text: an added token, or what lies between them.
struct TextPart {
    AlignedText text;
    std::optional<std::int64_t> addedToken;
};

/// The added tokens of a file. Immutable; thread-safe.
class AddedTokens {
public:
    /// Ids are given as the tokenizers library gives them: the model's, or the next free one, whatever the file says.
    /// \throws Error(BadModelFile) with `label`.
    AddedTokens(
        const nlohmann::json& list, const WordModel& model, const Normalizer* normalizer, const std::string& label);

    /// Appends `text` cut at the tokens of one kind (`normalized` or not), leftmost-longest. No part is empty.
    void split(const AlignedText& text, bool normalized, std::vector<TextPart>& parts) const;

    const AddedToken* find(std::int64_t id) const; ///< nullptr when there is none
    std::optional<std::int64_t> find(std::string_view content) const;
    const std::map<std::int64_t, AddedToken>& all() const noexcept { return byId_; }

private:
    struct Literal {
        std::string text;
        const AddedToken* token;
    };
    struct Matcher { ///< the literals by first byte, sorted, each once
        std::vector<Literal> literals[256];
    };
    std::int64_t nextId(const std::string& content, const WordModel& model) const;
    const Literal* literalAt(const Matcher& matcher, std::string_view text, std::size_t at) const;

    std::map<std::int64_t, AddedToken> byId_;
    std::map<std::string, std::int64_t, std::less<>> ids_;
    Matcher raw_, normalized_;
};

} // namespace headscope
