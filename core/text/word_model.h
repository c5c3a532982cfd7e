// SPDX-License-Identifier: GPL-3.0-or-later
// The model part of tokenizer.json: words to tokens.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// One token of a word: its id and the bytes of the word that it covers.
struct WordToken {
    std::int64_t id = 0;
    std::size_t begin = 0, end = 0;
    bool literal = false; ///< shown as the text it covers, not as the piece of its id
};

/// Immutable; thread-safe.
class WordModel {
public:
    virtual ~WordModel() = default;

    /// Tokens of one pre-tokenised word, valid UTF-8 and not empty.
    /// \throws Error(BadInput) for text outside the vocabulary when the file names no token for it.
    virtual std::vector<WordToken> encode(std::string_view word) const = 0;

    virtual std::optional<std::int64_t> find(std::string_view piece) const = 0;
    virtual const std::string& piece(std::int64_t id) const = 0; ///< empty for an id that is not in the vocabulary
    virtual std::size_t size() const = 0; ///< number of pieces

    /// BPE, WordPiece, WordLevel, Unigram. \param label how messages call the file.
    /// \throws Error(BadModelFile) naming a model or option that is not supported.
    static std::unique_ptr<const WordModel> parse(const nlohmann::json& json, const std::string& label);
};

/// What encode() throws when a word has no token. \param token the unk_token that is missing
[[noreturn]] void refuseUnknownWord(std::string_view word, const std::string& token);

} // namespace headscope
