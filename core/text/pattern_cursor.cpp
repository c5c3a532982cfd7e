// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pattern_cursor.h"

#include "core/error.h"
#include "core/text/unicode.h"

namespace headscope {

bool PatternCursor::takes(std::string_view text)
{
    const bool there = sees(text);
    at += there ? text.size() : 0;
    return there;
}

char32_t PatternCursor::takeCharacter()
{
    if (atEnd())
        fail("its end");
    const char32_t c = codePointAt(pattern_, at);
    at += utf8Length(pattern_[at]);
    return c;
}

std::string PatternCursor::takeUntil(std::string_view end)
{
    const std::size_t found = pattern_.find(end, at);
    if (found == std::string_view::npos)
        fail("no " + std::string(end));
    const auto result = pattern_.substr(at, found - at);
    at = found + end.size();
    return std::string(result);
}

char32_t PatternCursor::takeDigits(int most, unsigned base)
{
    const std::size_t start = at;
    char32_t value = 0;
    for (; most > 0 && !atEnd(); --most, ++at) {
        const char c = next();
        const int digit = c >= '0' && c <= '9' ? c - '0'
            : c >= 'a' && c <= 'f'             ? c - 'a' + 10
            : c >= 'A' && c <= 'F'             ? c - 'A' + 10
                                               : 16;
        if (static_cast<unsigned>(digit) >= base)
            break;
        value = value * base + static_cast<char32_t>(digit);
    }
    if (at == start)
        fail("no number");
    return value;
}

void PatternCursor::enter()
{
    constexpr int deepest = 200;
    if (++depth_ > deepest)
        fail("groups and brackets more than " + std::to_string(deepest) + " deep");
}

void PatternCursor::fail(const std::string& found) const
{
    throw Error(Fault::BadModelFile,
        label_ + ": the regular expression '" + std::string(pattern_) + "' is not understood at byte "
            + std::to_string(at) + ": found " + found + " (token ids still work)");
}

} // namespace headscope
