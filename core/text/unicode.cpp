// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/unicode.h"

#include "core/text/code_point_ranges.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace headscope {
namespace {

#include "core/text/library_unicode.inc"

} // namespace

std::size_t firstInvalidUtf8(std::string_view text)
{
    const auto size = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < size;) {
        const std::int64_t start = at;
        UChar32 c = 0;
        U8_NEXT(text.data(), at, size, c);
        if (c < 0)
            return static_cast<std::size_t>(start);
    }
    return std::string_view::npos;
}

std::size_t utf8Length(char lead) noexcept
{
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

char32_t codePointAt(std::string_view text, std::size_t at) noexcept
{
    UChar32 c = 0;
    U8_NEXT(text.data(), at, text.size(), c);
    return static_cast<char32_t>(c < 0 ? 0xFFFD : c);
}

char32_t lastCodePoint(std::string_view text) noexcept
{
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return codePointAt(text, at);
}

void appendUtf8(std::string& text, char32_t codePoint)
{
    char buffer[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, static_cast<UChar32>(codePoint));
    text.append(buffer, static_cast<std::size_t>(length));
}

std::string validUtf8(std::string_view bytes)
{
    std::string result;
    const auto size = static_cast<std::int64_t>(bytes.size());
    for (std::int64_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(bytes.data(), at, size, c);
        appendUtf8(result, static_cast<char32_t>(c < 0 ? 0xFFFD : c));
    }
    return result;
}

bool isWhiteSpace(char32_t c) noexcept { return u_isUWhiteSpace(static_cast<UChar32>(c)); }
bool isNumeric(char32_t c) noexcept
{
    const auto category = u_charType(static_cast<UChar32>(c));
    return (U_MASK(category) & U_GC_N_MASK) != 0 || (category == U_UNASSIGNED && isIn(newerDigits, c));
}

bool isWordCharacter(char32_t c) noexcept { return isIn(libraryWords, c); }
bool isPunctuation(char32_t c) noexcept { return isIn(libraryPunctuation, c); }
bool isCleanedAway(char32_t c) noexcept { return isIn(libraryControls, c); }
bool isBertMark(char32_t c) noexcept { return c >= 0x300 && isIn(libraryBertMarks, c); }
bool isMark(char32_t c) noexcept { return c >= 0x300 && isIn(libraryMarks, c); }

bool isChinese(char32_t c) noexcept
{
    // The gap before U+2B920 is the library's own.
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
}

void appendLowercase(std::vector<RewrittenCharacter>& result, char32_t c)
{
    if (c < 0x80) {
        result.push_back({c >= 'A' && c <= 'Z' ? c + 32 : c, 0});
        return;
    }
    if (c == 0x130) { // the only one that Unicode gives two characters
        result.push_back({'i', 0});
        result.push_back({0x307, 1});
        return;
    }
    const auto* newer = rangeAt(newerLowercase, c);
    result.push_back(
        {newer && newer->first == c ? newer->second : static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))), 0});
}

} // namespace headscope
