// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/aligned_text.h"

#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <algorithm>

namespace headscope {
namespace {

/// Text that a rewriting adds, with its places.
void countGrowth(std::size_t before, std::size_t after)
{
    if (after > before)
        WorkLimit::memory((after - before) * (1 + sizeof(ByteRange)), "rewritten text");
}

} // namespace

AlignedText AlignedText::of(std::string_view original, ByteRange range)
{
    AlignedText result{std::string(original.substr(range.begin, range.end - range.begin)), {}, range.begin};
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
    return {text.substr(range.begin, range.end - range.begin), {origin.begin() + from, origin.begin() + to},
        range.begin < range.end ? origin[range.begin].begin : base + range.begin};
}

ByteRange AlignedText::originOf(ByteRange range) const
{
    if (range.begin >= range.end || range.end > origin.size())
        return {base + range.begin, base + range.end};
    return {origin[range.begin].begin, origin[range.end - 1].end};
}

void AlignedText::rewrite(const std::vector<RewrittenCharacter>& characters)
{
    AlignedText result;
    result.base = base;
    result.text.reserve(text.size());
    result.origin.reserve(text.size());
    std::size_t at = 0; // in the old text
    const auto skip = [&] { at = std::min(at + (at < text.size() ? utf8Length(text[at]) : 0), text.size()); };
    for (const auto [character, change] : characters) {
        ByteRange place{base, base};
        if (change > 0 ? at > 0 : at < origin.size())
            place = origin[change > 0 ? at - 1 : at];
        for (int taken = change; taken <= 0; ++taken)
            skip();
        appendUtf8(result.text, character);
        result.origin.resize(result.text.size(), place);
    }
    countGrowth(text.size(), result.text.size());
    *this = std::move(result);
}

void AlignedText::replace(const std::vector<ByteRange>& matches, std::string_view content)
{
    if (matches.empty())
        return;
    std::size_t replaced = 0;
    for (const ByteRange match : matches)
        replaced += match.end - match.begin;
    countGrowth(replaced, matches.size() * content.size());
    AlignedText result;
    result.base = base;
    std::size_t done = 0;
    const auto copyUpTo = [&](std::size_t end) {
        result.text.append(text, done, end - done);
        result.origin.insert(result.origin.end(), origin.begin() + static_cast<std::ptrdiff_t>(done),
            origin.begin() + static_cast<std::ptrdiff_t>(end));
    };
    for (const ByteRange match : matches) {
        copyUpTo(match.begin);
        result.text += content;
        result.origin.resize(result.text.size(), match.end > 0 ? origin[match.end - 1] : ByteRange{base, base});
        done = match.end;
    }
    copyUpTo(text.size());
    *this = std::move(result);
}

void AlignedText::prepend(std::string_view content)
{
    if (text.empty())
        return;
    countGrowth(0, content.size());
    origin.insert(origin.begin(), content.size(), origin.front());
    text.insert(0, content);
}

std::size_t AlignedText::characterEnd(std::size_t at) const { return at + utf8Length(text[at]); }
char32_t AlignedText::characterAt(std::size_t at) const { return codePointAt(text, at); }

} // namespace headscope
