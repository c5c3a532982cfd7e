// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8, and the classes and normal forms of characters as the `tokenizers` library has them.
#pragma once

#include "core/text/aligned_text.h"
#include "core/text/regex.h"

#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// \return the byte where `text` stops being valid UTF-8, or npos.
std::size_t firstInvalidUtf8(std::string_view text);

/// Bytes of the character that starts with `lead`. \pre the text is valid UTF-8
std::size_t utf8Length(char lead) noexcept;

/// The code point that starts at `at`. \pre the text is valid UTF-8
char32_t codePointAt(std::string_view text, std::size_t at) noexcept;

/// The code point that ends the text. \pre the text is valid UTF-8 and not empty
char32_t lastCodePoint(std::string_view text) noexcept;

/// Appends a code point as UTF-8.
void appendUtf8(std::string& text, char32_t codePoint);

/// Bytes made valid UTF-8: every longest piece of a broken character becomes U+FFFD.
std::string validUtf8(std::string_view bytes);

// The library's parts were built with different Unicode versions, so there are two kinds of mark. Each is tested per
// code point against the pinned wheel (tests/data/unicode_wheel.json).
bool isWhiteSpace(char32_t c) noexcept; ///< Unicode White_Space
bool isNumeric(char32_t c) noexcept; ///< general category N*
bool isWordCharacter(char32_t c) noexcept; ///< \w of added tokens and of the pre-tokenizer Whitespace
bool isPunctuation(char32_t c) noexcept; ///< of BertPreTokenizer and Punctuation: ASCII's, and category P*
bool isCleanedAway(char32_t c) noexcept; ///< what BertNormalizer's clean_text removes
bool isBertMark(char32_t c) noexcept; ///< what BertNormalizer's strip_accents removes
bool isMark(char32_t c) noexcept; ///< what StripAccents removes
bool isChinese(char32_t c) noexcept; ///< what BertNormalizer's handle_chinese_chars puts spaces around

/// One code point in lower case; U+0130 alone becomes two.
void appendLowercase(std::vector<RewrittenCharacter>& result, char32_t c);

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };

/// The text in a normal form of Unicode 9.0, which is what the library has.
std::vector<RewrittenCharacter> normalized(std::string_view text, NormalForm form);

} // namespace headscope
