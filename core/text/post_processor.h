// SPDX-License-Identifier: GPL-3.0-or-later
// The post_processor part of tokenizer.json: special tokens around the text, and trimmed offsets.
#pragma once

#include "core/text/aligned_text.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// A token on its way out; `range` is in bytes of the original text, and in its code points from the post-processor on.
struct ProcessedToken {
    std::int64_t id = 0;
    std::string piece;
    ByteRange range;
    bool special = false; ///< added by a post-processor
    std::int64_t type = 0; ///< token type id
    std::int64_t word = -1; ///< which pre-tokenised word; -1 for tokens without text
    int text = -1; ///< 0 the first, 1 the second; -1 for tokens without text
};
using ProcessedTokens = std::vector<ProcessedToken>;

/// The tokens of one text, or special ones between texts.
struct ProcessedPart {
    ProcessedTokens tokens;
    std::vector<ProcessedTokens> overflow; ///< further windows of the text, where it was truncated
};

/// Immutable; thread-safe.
class PostProcessor {
public:
    virtual ~PostProcessor() = default;

    /// \param parts the tokens of the one or two texts; afterwards what stands one after the other in the result.
    virtual void apply(std::vector<ProcessedPart>& parts, bool addSpecial) const = 0;

    /// How many special tokens a single text gets, or a pair.
    virtual std::size_t added(bool pair) const = 0;

    /// ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing, Sequence; `null` changes nothing.
    /// \throws Error(BadModelFile) naming a component that is not supported.
    static std::unique_ptr<const PostProcessor> parse(const nlohmann::json& json, const std::string& label);
};

} // namespace headscope
