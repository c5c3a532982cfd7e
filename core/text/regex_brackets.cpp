// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/regex_brackets.h"

#include "core/text/character_class.h"

#include <cstdio>
#include <vector>

namespace headscope {
namespace {

std::string spelled(char32_t c)
{
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "\\x{%X}", static_cast<unsigned>(c));
    return buffer;
}

std::string inverted(const std::string& set)
{
    std::string result = "[^";
    return result.append(set).append("]");
}

/// \p{name}, \P{name} or \p{^name}, after the backslash.
std::string takeProperty(PatternCursor& cursor)
{
    const bool capital = cursor.takeCharacter() == 'P';
    cursor.takes("{");
    const bool caret = cursor.takes("^");
    const std::string name = cursor.takeUntil("}");
    const auto set = propertySet(name);
    if (!set)
        cursor.fail("the property " + name + ", which is not supported");
    return capital != caret ? inverted(*set) : *set;
}

std::optional<std::string> takeShortClass(PatternCursor& cursor, bool outside)
{
    struct Short {
        char letter;
        const char* name;
    };
    constexpr Short all[] = {{'d', "digit"}, {'s', "space"}, {'w', "word"}, {'h', "xdigit"}};
    if (cursor.sees("p{") || cursor.sees("P{"))
        return takeProperty(cursor);
    for (const auto& [letter, name] : all) {
        const char lower[] = {letter, 0}, upper[] = {static_cast<char>(letter - 'a' + 'A'), 0};
        const bool without = cursor.takes(upper);
        if (!without && !cursor.takes(lower))
            continue;
        const std::string set = letter == 'w' && outside ? wordOutsideBrackets() : propertySet(name).value();
        return without ? inverted(set) : set;
    }
    return std::nullopt;
}

/// [:name:] or [:^name:], or nothing when it is not of that kind.
std::optional<std::string> takeNamed(PatternCursor& cursor)
{
    constexpr std::size_t longest = 20;
    const std::size_t start = cursor.at;
    if (!cursor.takes("[:"))
        return std::nullopt;
    const bool without = cursor.takes("^");
    std::string name;
    while (!cursor.atEnd() && !cursor.sees(":]") && name.size() < longest)
        name += static_cast<char>(cursor.takeCharacter());
    const auto set = bracketSet(name);
    if (!set || !cursor.takes(":]")) {
        cursor.at = start;
        return std::nullopt;
    }
    return without ? inverted(*set) : *set;
}

std::optional<std::string> takeMemberClass(PatternCursor& cursor)
{
    if (auto set = takeNamed(cursor))
        return set;
    if (cursor.takes("["))
        return takeBracket(cursor);
    if (!cursor.takes("\\"))
        return std::nullopt;
    auto set = takeShortClass(cursor, false);
    cursor.at -= set ? 0 : 1;
    return set;
}

char32_t takeMemberCharacter(PatternCursor& cursor)
{
    if (!cursor.takes("\\"))
        return cursor.takeCharacter();
    if (cursor.takes("b"))
        return '\b';
    if (cursor.sees("R") || cursor.sees("X"))
        cursor.fail("\\R or \\X in brackets, which is not supported");
    return takeEscaped(cursor);
}

/// One thing within brackets: a class, a character, or a range of them.
std::string takeMember(PatternCursor& cursor)
{
    if (auto set = takeMemberClass(cursor))
        return *set;
    const char32_t low = takeMemberCharacter(cursor);
    const std::size_t here = cursor.at;
    if (!cursor.takes("-") || cursor.atEnd() || cursor.sees("]") || cursor.sees("&&")) {
        cursor.at = here;
        return spelled(low);
    }
    if (const auto set = takeMemberClass(cursor)) // a-\w: the hyphen is itself
        return spelled(low) + spelled('-') + *set;
    const char32_t high = takeMemberCharacter(cursor);
    if (high < low)
        cursor.fail("an empty range");
    return spelled(low) + "-" + spelled(high);
}

} // namespace

std::string wordOutsideBrackets()
{
    std::string set = "[";
    return set.append(propertySet("word").value()).append(R"(\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE}])");
}

std::string takeBracket(PatternCursor& cursor)
{
    cursor.enter();
    std::string result = cursor.takes("^") ? "[^" : "[";
    std::vector<std::string> operands(1);
    for (bool first = true; first || !cursor.sees("]"); first = false)
        if (cursor.takes("&&"))
            operands.emplace_back();
        else if (cursor.atEnd())
            cursor.fail("no ]");
        else
            operands.back() += takeMember(cursor);
    cursor.takes("]");
    cursor.leave();
    if (operands.size() == 1)
        return result + operands.front() + "]";
    result += "[";
    for (std::size_t i = 0; i < operands.size(); ++i)
        result.append(i > 0 ? "&&[" : "[")
            .append(operands[i].empty() ? "^\\x{0}-\\x{10FFFF}" : operands[i])
            .append("]");
    return result + "]]";
}

std::optional<std::string> takeClass(PatternCursor& cursor) { return takeShortClass(cursor, true); }

char32_t takeEscaped(PatternCursor& cursor)
{
    if (!cursor.atEnd() && cursor.next() >= '0' && cursor.next() <= '7') {
        const char32_t octal = cursor.takeDigits(3, 8);
        if (octal > 0x7F)
            cursor.fail("a byte that is no character");
        return octal;
    }
    char32_t c = cursor.takeCharacter();
    bool byte = false;
    switch (c) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'f':
        return '\f';
    case 'v':
        return '\v';
    case 'a':
        return '\a';
    case 'e':
        return 0x1B;
    case 'c':
        return cursor.takeCharacter() & 0x9F;
    case 'C':
        if (!cursor.takes("-"))
            cursor.fail("\\C without -");
        return cursor.takeCharacter() & 0x9F;
    case 'M':
        cursor.fail("\\M, which is not supported");
    case 'u':
        c = cursor.takeDigits(4, 16);
        break;
    case 'x':
        byte = !cursor.takes("{");
        c = cursor.takeDigits(byte ? 2 : 8, 16);
        if (!byte && !cursor.takes("}"))
            cursor.fail("no }");
        break;
    default:
        return c;
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) || (byte && c > 0x7F))
        cursor.fail("a number that stands for no character");
    return c;
}

} // namespace headscope
