// SPDX-License-Identifier: GPL-3.0-or-later
// Byte pair encoding: the `BPE` model of tokenizer.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headscope {

/// One token of a word: its id and the bytes of the word that it covers.
struct BpeToken {
    std::int64_t id = 0;
    std::size_t begin = 0, end = 0;
};

/// A BPE vocabulary with its merges. Immutable; thread-safe.
class Bpe {
public:
    struct Options {
        std::string
            unknown; ///< unk_token; empty: characters outside the vocabulary vanish, as in the tokenizers library
        bool fuseUnknown = false; ///< consecutive unknown characters become one token
        bool ignoreMerges = false; ///< a word that is in the vocabulary as a whole is emitted directly
    };

    /// \param merges in order of rank. \throws Error(BadModelFile) with `label` when a merge is not in the vocabulary.
    Bpe(std::unordered_map<std::string, std::int64_t> vocabulary,
        const std::vector<std::pair<std::string, std::string>>& merges, Options options, const std::string& label);

    /// Tokens of one pre-tokenised word, valid UTF-8. Lowest rank first, leftmost on ties.
    std::vector<BpeToken> encode(std::string_view word) const;

    std::optional<std::int64_t> find(std::string_view piece) const;
    const std::unordered_map<std::string, std::int64_t>& vocabulary() const noexcept { return vocabulary_; }

private:
    struct Merge {
        std::uint32_t rank;
        std::int64_t id;
    };
    static std::uint64_t key(std::int64_t left, std::int64_t right)
    {
        return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint64_t>(right);
    }
    std::vector<BpeToken> symbols(std::string_view word) const;

    std::unordered_map<std::string, std::int64_t> vocabulary_;
    std::unordered_map<std::uint64_t, Merge> merges_;
    Options options_;
    std::optional<std::int64_t> unknown_;
};

} // namespace headscope
