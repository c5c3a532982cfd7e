// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/added_tokens.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

AddedToken parseToken(const nlohmann::json& json, const std::string& where)
{
    if (!json.is_object())
        throw Error(Fault::BadModelFile, where + ": expected an object, found " + excerpt(json));
    const bool special = boolField(json, "special", false, where);
    return {tokenId(json.value("id", nlohmann::json()), where + ".id"), textField(json, "content", "", where), "",
        boolField(json, "single_word", false, where), boolField(json, "lstrip", false, where),
        boolField(json, "rstrip", false, where), boolField(json, "normalized", !special, where), special};
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
    if (token.leftStrip)
        match.begin = std::max(match.begin, floor); // the match before it may have swallowed its beginning
    while (token.rightStrip && match.end < text.size() && isWhiteSpace(codePointAt(text, match.end)))
        match.end += utf8Length(text[match.end]);
    return match;
}

} // namespace

AddedTokens::AddedTokens(
    const nlohmann::json& list, const WordModel& model, const Normalizer* normalizer, const std::string& label)
{
    std::size_t index = 0;
    for (const auto& each : list) {
        AddedToken token = parseToken(each, label + ": added_tokens[" + std::to_string(index++) + "]");
        if (token.content.empty())
            continue;
        token.id = nextId(token.content, model);
        ids_[token.content] = token.id;
        byId_[token.id] = std::move(token);
    }
    for (auto& [id, token] : byId_) {
        AlignedText content = AlignedText::of(token.content, {0, token.content.size()});
        if (token.normalized && normalizer)
            normalizer->apply(content);
        token.piece = content.text;
        if (content.text.empty())
            continue;
        Matcher& matcher = token.normalized ? normalized_ : raw_;
        matcher.literals[static_cast<unsigned char>(content.text.front())].push_back({content.text, &token});
    }
    for (Matcher* matcher : {&raw_, &normalized_})
        for (auto& literals : matcher->literals) {
            std::stable_sort(
                literals.begin(), literals.end(), [](const Literal& a, const Literal& b) { return a.text < b.text; });
            const auto same = [](const Literal& a, const Literal& b) { return a.text == b.text; };
            literals.erase(std::unique(literals.begin(), literals.end(), same), literals.end()); // the lowest id counts
        }
}

std::int64_t AddedTokens::nextId(const std::string& content, const WordModel& model) const
{
    if (const auto known = find(content))
        return *known;
    if (const auto known = model.find(content))
        return *known;
    const auto size = static_cast<std::int64_t>(model.size());
    return byId_.empty() ? size : std::max(byId_.rbegin()->first + 1, size);
}

const AddedTokens::Literal* AddedTokens::literalAt(const Matcher& matcher, std::string_view text, std::size_t at) const
{
    const auto& literals = matcher.literals[static_cast<unsigned char>(text[at])];
    auto first = literals.begin(), last = literals.end(); // those that begin like the text here
    const Literal* longest = nullptr;
    std::size_t length = 1;
    for (; first != last; ++length) {
        if (first->text.size() == length)
            longest = &*first++;
        if (at + length == text.size())
            break;
        const auto next = static_cast<unsigned char>(text[at + length]);
        const auto byteOf = [&](const Literal& literal) { return static_cast<unsigned char>(literal.text[length]); };
        first = std::partition_point(first, last, [&](const Literal& literal) { return byteOf(literal) < next; });
        last = std::partition_point(first, last, [&](const Literal& literal) { return byteOf(literal) == next; });
    }
    WorkLimit::steps(length, "added_tokens");
    return longest;
}

void AddedTokens::split(const AlignedText& stretch, bool normalized, std::vector<TextPart>& parts) const
{
    const std::string_view text = stretch.text;
    const auto push = [&](ByteRange range, std::optional<std::int64_t> id) {
        if (range.begin < range.end)
            parts.push_back({stretch.slice(range), id});
    };
    std::size_t done = 0; // everything before is in a part
    for (std::size_t at = 0; at < text.size();) {
        const Literal* found = literalAt(normalized ? normalized_ : raw_, text, at);
        if (!found) {
            ++at;
            continue;
        }
        ByteRange match{at, at + found->text.size()};
        at = match.end; // a rejected match is stepped over as a whole; white space is not, another may begin in it
        if (found->token->singleWord && !standsAlone(text, match))
            continue;
        match = withStrippedSpace(text, match, *found->token, done);
        push({done, match.begin}, std::nullopt);
        push(match, found->token->id);
        done = match.end;
    }
    push({done, text.size()}, std::nullopt);
}

const AddedToken* AddedTokens::find(std::int64_t id) const
{
    const auto it = byId_.find(id);
    return it == byId_.end() ? nullptr : &it->second;
}

std::optional<std::int64_t> AddedTokens::find(std::string_view content) const
{
    const auto it = ids_.find(content);
    return it == ids_.end() ? std::nullopt : std::optional(it->second);
}

} // namespace headscope
