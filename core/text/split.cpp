// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/split.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/unicode.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

struct Piece {
    ByteRange range;
    bool matched = false;
};

/// Matches and what lies between them; covers [0, size). A match may be empty.
std::vector<Piece> withGaps(const std::vector<ByteRange>& matches, std::size_t size, bool invert)
{
    std::vector<Piece> result;
    result.reserve(matches.size() + 1);
    std::size_t done = 0;
    for (const ByteRange match : matches) {
        if (match.begin > done)
            result.push_back({{done, match.begin}, invert});
        result.push_back({match, !invert});
        done = match.end;
    }
    if (done < size)
        result.push_back({{done, size}, invert});
    return result;
}

/// Joins every match to the piece before it, unless that is a match, too.
std::vector<Piece> mergedWithPrevious(const std::vector<Piece>& pieces)
{
    std::vector<Piece> result;
    bool afterMatch = false;
    for (const Piece& piece : pieces) {
        if (piece.matched && !afterMatch && !result.empty())
            result.back().range.end = piece.range.end;
        else
            result.push_back(piece);
        afterMatch = piece.matched;
    }
    return result;
}

std::vector<Piece> mergedWithNext(const std::vector<Piece>& pieces)
{
    std::vector<Piece> result; // from the end
    bool beforeMatch = false;
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
        if (piece->matched && !beforeMatch && !result.empty())
            result.back().range.begin = piece->range.begin;
        else
            result.push_back(*piece);
        beforeMatch = piece->matched;
    }
    std::reverse(result.begin(), result.end());
    return result;
}

std::vector<Piece> contiguous(const std::vector<Piece>& pieces)
{
    std::vector<Piece> result;
    bool previous = false;
    for (const Piece& piece : pieces) {
        if (piece.matched == previous && !result.empty())
            result.back().range.end = piece.range.end;
        else
            result.push_back(piece);
        previous = piece.matched;
    }
    return result;
}

} // namespace

SplitBehavior parseBehavior(const nlohmann::json& json, const std::string& where)
{
    constexpr std::pair<std::string_view, SplitBehavior> all[] = {{"Removed", SplitBehavior::Removed},
        {"Isolated", SplitBehavior::Isolated}, {"MergedWithPrevious", SplitBehavior::MergedWithPrevious},
        {"MergedWithNext", SplitBehavior::MergedWithNext}, {"Contiguous", SplitBehavior::Contiguous}};
    for (const auto& [name, behavior] : all)
        if (json == name)
            return behavior;
    throw Error(
        Fault::BadModelFile, where + ": behavior " + excerpt(json) + " is not supported (token ids still work)");
}

void appendSplit(std::vector<AlignedText>& parts, const AlignedText& text, const std::vector<ByteRange>& matches,
    SplitBehavior behavior, bool invert)
{
    std::vector<Piece> pieces = withGaps(matches, text.text.size(), invert);
    if (behavior == SplitBehavior::MergedWithPrevious)
        pieces = mergedWithPrevious(pieces);
    else if (behavior == SplitBehavior::MergedWithNext)
        pieces = mergedWithNext(pieces);
    else if (behavior == SplitBehavior::Contiguous)
        pieces = contiguous(pieces);
    for (const Piece& piece : pieces)
        if (piece.range.begin < piece.range.end && !(behavior == SplitBehavior::Removed && piece.matched))
            parts.push_back(text.slice(piece.range));
}

std::vector<ByteRange> charactersOf(const std::string& text, bool (*wanted)(char32_t))
{
    std::vector<ByteRange> result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = at + utf8Length(text[at]);
        if (wanted(codePointAt(text, at)))
            result.push_back({at, end});
        at = end;
    }
    return result;
}

} // namespace headscope
