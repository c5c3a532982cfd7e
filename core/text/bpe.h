// SPDX-License-Identifier: GPL-3.0-or-later
// Byte pair encoding: the `BPE` model of tokenizer.json.
#pragma once

#include "core/text/vocabulary.h"
#include "core/text/word_model.h"

#include <array>
#include <unordered_map>
#include <utility>

namespace headscope {

/// A BPE vocabulary with its merges. Immutable; thread-safe.
class Bpe : public WordModel {
public:
    struct Options {
        std::string unknown; ///< unk_token; empty: unknown characters vanish, as in the tokenizers library
        std::string prefix; ///< continuing_subword_prefix: before every character of a word but the first
        std::string suffix; ///< end_of_word_suffix: after the last character
        bool fuseUnknown = false; ///< consecutive unknown characters become one token
        bool byteFallback = false; ///< unknown characters become their bytes' tokens, <0x0A>, where all are there
        bool ignoreMerges = false; ///< a word that is in the vocabulary as a whole is emitted directly
    };

    /// \param merges in order of rank. \throws Error(BadModelFile) with `label` when a merge is not in the vocabulary.
    Bpe(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges, Options options,
        const std::string& label);

    /// Lowest rank first, leftmost on ties.
    std::vector<WordToken> encode(std::string_view word) const override;
    std::optional<std::int64_t> find(std::string_view piece) const override { return vocabulary_.find(piece); }
    const std::string& piece(std::int64_t id) const override { return vocabulary_.piece(id); }
    std::size_t size() const override { return vocabulary_.size(); }

private:
    struct Merge {
        std::uint32_t rank;
        std::int64_t id;
    };
    static std::uint64_t key(std::int64_t left, std::int64_t right)
    {
        return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
    }
    std::vector<WordToken> symbols(std::string_view word) const;
    std::optional<std::int64_t> symbolId(std::string_view character, bool first, bool last) const;
    bool appendBytes(std::vector<WordToken>& result, std::string_view character, bool first, bool last) const;

    Vocabulary vocabulary_;
    std::unordered_map<std::uint64_t, Merge, IdHash> merges_;
    Options options_;
    std::optional<std::int64_t> unknown_; ///< of options_.unknown
    std::array<std::optional<std::int64_t>, 256> bytes_; ///< of byte_fallback
};

} // namespace headscope
