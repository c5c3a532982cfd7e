// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/added_tokens.h"

#include <algorithm>

namespace headscope {
namespace {

char32_t lastCodePoint(std::string_view text)
{
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return codePointAt(text, at);
}

bool standsAlone(std::string_view text, ByteRange match)
{
    const bool wordBefore = match.begin > 0 && isWordCharacter(lastCodePoint(text.substr(0, match.begin)));
    const bool wordAfter = match.end < text.size() && isWordCharacter(codePointAt(text, match.end));
    return !wordBefore && !wordAfter;
}

/// Grows a match over the white space its token swallows, but not into the match before it.
ByteRange withStrippedSpace(std::string_view text, ByteRange match, const AddedToken& token, std::size_t floor)
{
    while (token.leftStrip && match.begin > floor && isWhiteSpace(lastCodePoint(text.substr(0, match.begin)))) {
        do
            --match.begin;
        while ((static_cast<unsigned char>(text[match.begin]) & 0xC0) == 0x80);
    }
    while (token.rightStrip && match.end < text.size() && isWhiteSpace(codePointAt(text, match.end)))
        match.end += utf8Length(text[match.end]);
    return match;
}

} // namespace

std::vector<TextPart> splitAtAddedTokens(std::string_view text, const std::vector<AddedToken>& tokens, bool normalized)
{
    std::vector<const AddedToken*> candidates;
    bool starts[256] = {};
    for (const AddedToken& token : tokens) {
        if (token.normalized != normalized || token.content.empty())
            continue;
        candidates.push_back(&token);
        starts[static_cast<unsigned char>(token.content.front())] = true;
    }
    std::stable_sort(candidates.begin(), candidates.end(),
        [](const AddedToken* a, const AddedToken* b) { return a->content.size() > b->content.size(); });

    std::vector<TextPart> parts;
    std::size_t done = 0; // everything before is in a part
    for (std::size_t at = 0; at < text.size();) {
        const AddedToken* found = nullptr;
        if (starts[static_cast<unsigned char>(text[at])])
            for (const AddedToken* token : candidates)
                if (text.substr(at).starts_with(token->content)) {
                    found = token;
                    break;
                }
        if (!found) {
            ++at;
            continue;
        }
        ByteRange match{at, at + found->content.size()};
        at = match.end; // a rejected match is stepped over as a whole
        if (found->singleWord && !standsAlone(text, match))
            continue;
        match = withStrippedSpace(text, match, *found, done);
        if (match.begin > done)
            parts.push_back({{done, match.begin}, std::nullopt});
        parts.push_back({match, found->id});
        done = match.end;
        at = std::max(at, done);
    }
    if (done < text.size())
        parts.push_back({{done, text.size()}, std::nullopt});
    return parts;
}

} // namespace headscope
