// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/unicode.h"

#include "core/error.h"

#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <iterator>

namespace headscope {
namespace {

#include "core/text/newer_unicode.inc"

template <std::size_t Count> bool isIn(const std::pair<char32_t, char32_t> (&ranges)[Count], char32_t c)
{
    const auto after = std::upper_bound(std::begin(ranges), std::end(ranges), c,
        [](char32_t value, const std::pair<char32_t, char32_t>& range) { return value < range.first; });
    return after != std::begin(ranges) && c <= std::prev(after)->second;
}

bool isUnassigned(char32_t c) { return u_charType(static_cast<UChar32>(c)) == U_UNASSIGNED; }

/// The tokenizers library knows a newer Unicode than ICU. What matters to a pattern is the class, so a letter or number
/// that ICU does not know is matched as one that it knows.
char32_t knownAlike(char32_t c)
{
    if (!isUnassigned(c))
        return c;
    constexpr char32_t someLetter = 0xA000, someNumber = 0x0660;
    return isIn(newerLetters, c) ? someLetter : isIn(newerNumbers, c) ? someNumber : c;
}

} // namespace

AlignedText AlignedText::of(std::string_view original, ByteRange range)
{
    AlignedText result{std::string(original.substr(range.begin, range.end - range.begin)), {}};
    result.origin.reserve(result.text.size());
    for (std::size_t at = 0; at < result.text.size();) {
        const std::size_t length = utf8Length(result.text[at]);
        result.origin.insert(result.origin.end(), length, {range.begin + at, range.begin + at + length});
        at += length;
    }
    return result;
}

AlignedText AlignedText::slice(ByteRange range) const
{
    const auto from = static_cast<std::ptrdiff_t>(range.begin), to = static_cast<std::ptrdiff_t>(range.end);
    return {text.substr(range.begin, range.end - range.begin), {origin.begin() + from, origin.begin() + to}};
}

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

void appendUtf8(std::string& text, char32_t codePoint)
{
    char buffer[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, static_cast<UChar32>(codePoint));
    text.append(buffer, static_cast<std::size_t>(length));
}

struct Regex::Compiled {
    std::unique_ptr<icu::RegexPattern> pattern;
};

Regex::Regex(const std::string& pattern, const std::string& label)
    : compiled_(std::make_unique<Compiled>())
{
    UErrorCode status = U_ZERO_ERROR;
    UParseError where = {};
    compiled_->pattern.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(pattern), 0, where, status));
    if (U_FAILURE(status))
        throw Error(Fault::BadModelFile,
            label + ": the regular expression '" + pattern + "' is not understood at character "
                + std::to_string(where.offset) + " (" + u_errorName(status) + ")");
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;

std::vector<ByteRange> Regex::matches(std::string_view text) const
{
    // ICU counts UTF-16 units; `byteOf` leads back to bytes.
    icu::UnicodeString wide;
    std::vector<std::size_t> byteOf;
    byteOf.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = knownAlike(codePointAt(text, at));
        wide.append(static_cast<UChar32>(c));
        byteOf.insert(byteOf.end(), c > 0xFFFF ? 2 : 1, at);
        at += utf8Length(text[at]);
    }
    byteOf.push_back(text.size());

    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->pattern->matcher(wide, status));
    std::vector<ByteRange> result;
    while (U_SUCCESS(status) && matcher->find(status))
        result.push_back({byteOf[static_cast<std::size_t>(matcher->start(status))],
            byteOf[static_cast<std::size_t>(matcher->end(status))]});
    if (U_FAILURE(status))
        throw Error(Fault::BadInput,
            std::string("the text is too complex for the tokenizer's regular expression (") + u_errorName(status)
                + ")");
    return result;
}

bool isWhiteSpace(char32_t c) noexcept { return u_isUWhiteSpace(static_cast<UChar32>(c)); }

bool isNumeric(char32_t c) noexcept
{
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_N_MASK) != 0 || (isUnassigned(c) && isIn(newerDigits, c));
}

bool isWordCharacter(char32_t c) noexcept
{
    const auto wide = static_cast<UChar32>(c);
    return u_hasBinaryProperty(wide, UCHAR_ALPHABETIC)
        || (U_GET_GC_MASK(wide) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)) != 0
        || u_hasBinaryProperty(wide, UCHAR_JOIN_CONTROL);
}

} // namespace headscope
