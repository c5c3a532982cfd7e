// SPDX-License-Identifier: GPL-3.0-or-later
// The models `WordPiece` and `WordLevel` of tokenizer.json.
#pragma once

#include "core/text/vocabulary.h"
#include "core/text/word_model.h"

namespace headscope {

/// The longest piece first, then the longest that continues it; a word that does not work out is one unknown token.
class WordPiece : public WordModel {
public:
    /// \throws Error(BadModelFile) with `where`.
    WordPiece(const nlohmann::json& model, const std::string& where);

    std::vector<WordToken> encode(std::string_view word) const override;
    std::optional<std::int64_t> find(std::string_view piece) const override { return vocabulary_.find(piece); }
    const std::string& piece(std::int64_t id) const override { return vocabulary_.piece(id); }
    std::size_t size() const override { return vocabulary_.size(); }

private:
    std::vector<WordToken> unknownWord(std::string_view word) const;

    Vocabulary vocabulary_;
    std::string unknown_, prefix_;
    std::optional<std::int64_t> unknownId_;
    std::uint64_t longestWord_; ///< characters; a longer word is unknown
};

/// Whole words, or unknown.
class WordLevel : public WordModel {
public:
    /// \throws Error(BadModelFile) with `where`.
    WordLevel(const nlohmann::json& model, const std::string& where);

    std::vector<WordToken> encode(std::string_view word) const override;
    std::optional<std::int64_t> find(std::string_view piece) const override { return vocabulary_.find(piece); }
    const std::string& piece(std::int64_t id) const override { return vocabulary_.piece(id); }
    std::size_t size() const override { return vocabulary_.size(); }

private:
    Vocabulary vocabulary_;
    std::string unknown_;
    std::optional<std::int64_t> unknownId_;
};

} // namespace headscope
