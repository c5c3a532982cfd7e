// SPDX-License-Identifier: GPL-3.0-or-later
// Token text made visible for people.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

class Tokenizer;

/// Text with one visible glyph a character: space `·`, newline `↵`, tab `⇥`, carriage return `␍`, no-break space `⍽`,
/// other controls and invisible characters `\x0b` or `\u{200b}`, bytes that are no valid UTF-8 `<0xE2>`. A combining
/// mark that begins the text stands on `◌`.
std::string visibleText(std::string_view utf8);

/// The same, but spaces stay: a piece as it is in the vocabulary.
std::string visiblePiece(std::string_view piece);

/// One token of a sequence, as labelsOf() needs it.
struct TokenBytes {
    std::string bytes{}; ///< what it decodes to alone; may be part of a character
    bool apart = false; ///< shares no character with its neighbours: special tokens, padding
};

/// The bytes of an id; its number, apart, where no tokenizer knows it; its piece where it decodes to nothing.
/// \param tokenizer may be null
TokenBytes bytesOf(std::int64_t id, const Tokenizer* tokenizer, bool apart);

struct TokenLabel {
    std::string text{};
    bool joinsNext = false; ///< the last character goes on in the next token
};

/// Labels of the tokens of one sequence: visibleText(), but a character whose bytes lie in several tokens is shown
/// whole in each, with the part and the number of parts: `😀¹⁄₃`, `😀²⁄₃`, `😀³⁄₃`. A token may end one character and
/// begin another. Bytes that make no character with their neighbours stay `<0xE2>`.
std::vector<TokenLabel> labelsOf(std::span<const TokenBytes> tokens);

} // namespace headscope
