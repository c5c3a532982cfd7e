// SPDX-License-Identifier: GPL-3.0-or-later
// Added tokens of tokenizer.json: literals that are cut out of the text before anything else.
#pragma once

#include "core/text/unicode.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headscope {

struct AddedToken {
    std::int64_t id = 0;
    std::string content;
    bool singleWord = false, leftStrip = false, rightStrip = false, normalized = false, special = false;
};

/// A stretch of text: an added token, or what lies between them.
struct TextPart {
    ByteRange range;
    std::optional<std::int64_t> addedToken;
};

/// Splits `text` at the added tokens of one kind (`normalized` or not), leftmost-longest. Never yields an empty part.
std::vector<TextPart> splitAtAddedTokens(std::string_view text, const std::vector<AddedToken>& tokens, bool normalized);

} // namespace headscope
