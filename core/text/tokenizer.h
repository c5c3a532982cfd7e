// SPDX-License-Identifier: GPL-3.0-or-later
// tokenizer.json: text to token ids and back, with offsets.
#pragma once

#include "core/model/model_files.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// One encoded text. All vectors are equally long.
struct Encoding {
    std::vector<std::int64_t> ids;
    std::vector<std::string> pieces; ///< as in the vocabulary
    std::vector<std::pair<std::size_t, std::size_t>>
        offsets; ///< code points of the original text; (0, 0) for tokens without text
    std::vector<bool> special; ///< added by the post-processor
    std::vector<std::int64_t> typeIds; ///< token types: which of two texts, for models that ask
    std::vector<std::int64_t> words; ///< number of the pre-tokenised word in its text; -1 for tokens without text
    std::vector<int> texts; ///< 0 the first text, 1 the second; -1 for tokens without text
};

enum class TruncationSide { Right, Left }; ///< which end of the text is cut off
enum class TruncationStrategy { LongestFirst, OnlyFirst, OnlySecond }; ///< which of two texts is cut

struct Truncation {
    std::size_t maxLength = 0; ///< tokens, special ones included, which stay
    std::size_t stride = 0; ///< how many tokens a window of what overflows has in common with the one before
    TruncationStrategy strategy = TruncationStrategy::LongestFirst;
    TruncationSide side = TruncationSide::Right;
};

/// A tokenizer read from tokenizer.json and tokenizer_config.json. Truncation and padding that tokenizer.json asks for
/// are left to the caller, and add_bos_token and add_eos_token have no effect, as in transformers: the post-processor
/// says.
///
/// Errors   encode() throws Error(BadInput) when a text is not valid UTF-8, is larger than 1 GiB, takes the tokenizer's
/// regular expressions too long, or has no tokens in the vocabulary.
/// Threads  immutable; const members may be called from any thread.
/// Source   exact equality with the `tokenizers` library is tested in tests/core and tests/oracle.
class Tokenizer {
public:
    /// \return nullptr when the model has no tokenizer.json (token ids still work).
    /// \throws Error(BadModelFile) naming the file and the component that is not supported.
    static std::shared_ptr<const Tokenizer> load(const ModelFiles& files);
    virtual ~Tokenizer() = default;

    /// \param addSpecial whether the post-processor may add its special tokens.
    virtual Encoding encode(std::string_view text, bool addSpecial = true) const = 0;

    /// Two texts for one input. Offsets and words count in their own text; typeIds usually tell the texts apart.
    virtual Encoding encodePair(std::string_view first, std::string_view second, bool addSpecial = true) const = 0;

    /// One or two texts, no longer than they may be, and then the windows of what was cut off, in the library's order.
    /// \throws Error(BadInput) when the special tokens alone are more, when the stride is not less than what remains,
    /// and when the text that is to be cut is missing or too short.
    virtual std::vector<Encoding> encodeTruncated(std::string_view first, const std::optional<std::string_view>& second,
        const Truncation& truncation, bool addSpecial = true) const = 0;

    /// The text of token ids; unknown ids are left out, and added tokens marked special if `skipSpecial`.
    virtual std::string decode(const std::vector<std::int64_t>& ids, bool skipSpecial = true) const = 0;

    virtual std::string piece(std::int64_t id) const = 0; ///< empty for an id that is not in the vocabulary

    /// What the token alone decodes to, with the space it begins with; may be part of a character. A piece of WordPiece
    /// keeps its ##.
    virtual std::string bytes(std::int64_t id) const = 0;
    virtual bool isSpecial(std::int64_t id) const = 0; ///< an added token marked special
    virtual std::optional<std::int64_t> find(std::string_view piece) const = 0;

    virtual std::optional<std::int64_t> padId() const = 0; ///< see readSpecialTokens()
    virtual std::optional<std::int64_t> bosId() const = 0;
    virtual std::optional<std::int64_t> eosId() const = 0;
    virtual bool hasChatTemplate() const = 0;
};

} // namespace headscope
