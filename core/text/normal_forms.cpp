// SPDX-License-Identifier: GPL-3.0-or-later
// Unicode normalisation that keeps count of which old characters each new one stands for. ICU has the tables.
#include "core/text/unicode.h"

#include "core/error.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>

namespace headscope {
namespace {

using Characters = std::vector<RewrittenCharacter>;

/// The library's tables end with Unicode 9.0: what came later neither decomposes nor composes, and has no class.
bool isKnown(char32_t c)
{
    UVersionInfo since;
    u_charAge(static_cast<UChar32>(c), since);
    return since[0] <= 9;
}

int combiningClass(char32_t c)
{
    const int result = c < 0x300 ? 0 : u_getCombiningClass(static_cast<UChar32>(c));
    return result != 0 && isKnown(c) ? result : 0;
}

const icu::Normalizer2& tables(bool compatibility)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto* result
        = compatibility ? icu::Normalizer2::getNFKCInstance(status) : icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status))
        throw Error(Fault::BadInput, std::string("ICU has no normalisation data: ") + u_errorName(status));
    return *result;
}

std::optional<char32_t> composed(char32_t first, char32_t second)
{
    if (second < 0x300)
        return std::nullopt;
    const UChar32 c = tables(false).composePair(static_cast<UChar32>(first), static_cast<UChar32>(second));
    if (c < 0 || !isKnown(static_cast<char32_t>(c)))
        return std::nullopt;
    return static_cast<char32_t>(c);
}

/// Decomposed, marks sorted by class. What a character decomposes into beyond its first counts as inserted.
Characters decomposed(std::string_view text, bool compatibility)
{
    const icu::Normalizer2& table = tables(compatibility);
    Characters result;
    result.reserve(text.size());
    std::size_t marks = 0; // how many characters at the end of the result wait to be sorted
    icu::UnicodeString parts;
    const auto sortMarks = [&] {
        if (marks > 1)
            std::stable_sort(result.end() - static_cast<std::ptrdiff_t>(marks), result.end(),
                [](const RewrittenCharacter& a, const RewrittenCharacter& b) {
                    return combiningClass(a.character) < combiningClass(b.character);
                });
        marks = 0;
    };
    const auto append = [&](char32_t c, int change) {
        const bool isSorted = combiningClass(c) == 0;
        if (isSorted)
            sortMarks();
        result.push_back({c, change});
        marks += !isSorted;
    };
    for (std::size_t at = 0; at < text.size(); at += utf8Length(text[at])) {
        const char32_t c = codePointAt(text, at);
        if (c < 0xA0 || !table.getDecomposition(static_cast<UChar32>(c), parts) || !isKnown(c)) {
            append(c, 0);
            continue;
        }
        for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1))
            append(static_cast<char32_t>(parts.char32At(i)), i == 0 ? 0 : 1);
    }
    sortMarks();
    return result;
}

/// Composes a starter with the marks after it that nothing blocks. What is composed swallows its parts.
Characters recomposed(const Characters& characters)
{
    Characters result;
    result.reserve(characters.size());
    std::optional<std::size_t> starter; // its place in the result
    int lastClass = -1; // of what stands between the starter and the next character; -1: nothing
    for (const auto& each : characters) {
        const int own = combiningClass(each.character);
        if (starter && lastClass < own) {
            RewrittenCharacter& into = result[*starter];
            if (const auto whole = composed(into.character, each.character)) {
                into = {*whole, into.change + each.change - 1};
                continue;
            }
        }
        result.push_back(each);
        if (own == 0) {
            starter = result.size() - 1;
            lastClass = -1;
        } else if (starter) {
            lastClass = own;
        }
    }
    return result;
}

} // namespace

std::vector<RewrittenCharacter> normalized(std::string_view text, NormalForm form)
{
    const bool compatibility = form == NormalForm::Nfkc || form == NormalForm::Nfkd;
    const Characters apart = decomposed(text, compatibility);
    return form == NormalForm::Nfc || form == NormalForm::Nfkc ? recomposed(apart) : apart;
}

} // namespace headscope
