// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/character_class.h"

#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/uscript.h>

#include <cctype>
#include <cstdio>
#include <vector>

namespace headscope {
namespace {

/// Characters that the tokenizers library has in another category than Unicode 14, most often because they are newer.
struct NewerCharacters {
    char32_t first, last;
    UCharCategory category;
    std::string_view script; ///< Unicode's long name
    bool alphabetic, lowercase, uppercase;
};

#include "core/text/newer_unicode.inc"

std::string rangesOf(const icu::UnicodeSet& set)
{
    std::string text;
    for (int i = 0; i < set.getRangeCount(); ++i) {
        char range[32];
        std::snprintf(range, sizeof range, "\\x{%X}-\\x{%X}", static_cast<unsigned>(set.getRangeStart(i)),
            static_cast<unsigned>(set.getRangeEnd(i)));
        text += range;
    }
    return text;
}

/// The newer characters that this ICU classes otherwise: a later one knows them itself.
std::vector<NewerCharacters> unknownToIcu()
{
    std::vector<NewerCharacters> result;
    for (NewerCharacters newer : newerCharacters)
        for (char32_t c = newer.first; c <= newer.last; ++c) {
            if (u_charType(static_cast<UChar32>(c)) == newer.category)
                continue;
            if (!result.empty() && result.back().last == c - 1 && c > newer.first) {
                result.back().last = c;
                continue;
            }
            result.push_back(newer);
            result.back().first = result.back().last = c;
        }
    return result;
}

/// `set`, what stands in an ICU set, with the newer characters that are `wanted` and without the others.
template <typename Predicate> std::string withNewer(const std::string& set, Predicate wanted)
{
    static const std::vector<NewerCharacters> newerCharactersHere = unknownToIcu();
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeSet known(icu::UnicodeString::fromUTF8("[" + set + "]"), status), more, less;
    for (const NewerCharacters& newer : newerCharactersHere)
        (wanted(newer) ? more : less).add(static_cast<UChar32>(newer.first), static_cast<UChar32>(newer.last));
    more.removeAll(known);
    less.retainAll(known);
    std::string result = "[";
    result.append(set).append(rangesOf(more)).append("]");
    return less.isEmpty() ? result : "[" + result + "&&[^" + rangesOf(less) + "]]";
}

std::string categorySet(std::uint32_t mask)
{
    std::string names;
    for (int category = 0; category < U_CHAR_CATEGORY_COUNT; ++category)
        if (mask & U_MASK(category))
            names.append("\\p{")
                .append(u_getPropertyValueName(UCHAR_GENERAL_CATEGORY, category, U_SHORT_PROPERTY_NAME))
                .append("}");
    return withNewer(names, [mask](const NewerCharacters& newer) { return (mask & U_MASK(newer.category)) != 0; });
}

/// Lower case, without what Unicode's names may be strewn with.
std::string plainName(std::string_view name)
{
    std::string result;
    for (const char c : name)
        if (c != ' ' && c != '_' && c != '-')
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

/// A set of what the parts have together.
std::string setOf(std::initializer_list<std::string_view> parts)
{
    std::string result = "[";
    for (const std::string_view part : parts)
        result += part;
    return result += "]";
}

std::string alphabeticSet()
{
    // Marks that are letters above others became alphabetic with Unicode 16.
    return withNewer("\\p{Alphabetic}\\x{363}-\\x{36F}\\x{1DD3}-\\x{1DE6}",
        [](const NewerCharacters& newer) { return newer.alphabetic; });
}

/// The names that stand for more than a category.
std::optional<std::string> namedSet(const std::string& name)
{
    constexpr std::uint32_t hidden = U_GC_CC_MASK | U_GC_CN_MASK | U_GC_CS_MASK;
    if (name == "alpha" || name == "alphabetic")
        return alphabeticSet();
    if (name == "alnum")
        return setOf({alphabeticSet(), categorySet(U_GC_ND_MASK)});
    if (name == "word")
        return setOf({alphabeticSet(), categorySet(U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK)});
    if (name == "lower" || name == "lowercase")
        return withNewer("\\p{Lowercase}", [](const NewerCharacters& newer) { return newer.lowercase; });
    if (name == "upper" || name == "uppercase")
        return withNewer("\\p{Uppercase}", [](const NewerCharacters& newer) { return newer.uppercase; });
    if (name == "graph")
        return setOf({"^\\p{White_Space}", categorySet(hidden)});
    if (name == "print")
        return setOf({setOf({"^\\p{White_Space}", categorySet(hidden)}), "\\p{Zs}"});
    if (name == "space" || name == "whitespace")
        return "[\\p{White_Space}]";
    if (name == "blank")
        return "[\\t\\p{Zs}]";
    if (name == "ascii")
        return "[\\x{0}-\\x{7F}]";
    if (name == "xdigit")
        return "[0-9a-fA-F]";
    if (name == "any")
        return "[\\x{0}-\\x{10FFFF}]";
    return std::nullopt;
}

} // namespace

std::optional<std::string> propertySet(std::string_view name)
{
    const std::string plain = plainName(name);
    if (auto set = namedSet(plain))
        return set;
    const int mask = u_getPropertyValueEnum(UCHAR_GENERAL_CATEGORY_MASK, plain.c_str());
    if (mask != UCHAR_INVALID_CODE)
        return categorySet(static_cast<std::uint32_t>(mask));
    const int script = u_getPropertyValueEnum(UCHAR_SCRIPT, plain.c_str());
    if (script == UCHAR_INVALID_CODE)
        return std::nullopt;
    const std::string_view longName = uscript_getName(static_cast<UScriptCode>(script));
    return withNewer("\\p{Script=" + std::string(longName) + "}",
        [longName](const NewerCharacters& newer) { return newer.script == longName; });
}

std::optional<std::string> bracketSet(std::string_view name)
{
    constexpr std::string_view names[] = {"alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower",
        "print", "punct", "space", "upper", "word", "xdigit"};
    for (const std::string_view known : names)
        if (name == known)
            return name == "punct" ? categorySet(U_GC_P_MASK | U_GC_S_MASK) : propertySet(name);
    return std::nullopt;
}

} // namespace headscope
