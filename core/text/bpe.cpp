// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe.h"

#include "core/error.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <queue>

namespace headscope {
namespace {

/// A merge that may be made: of the symbol at `at` and the one after it.
struct Candidate {
    std::uint32_t rank;
    std::size_t at;
    std::int64_t id;

    friend bool operator<(const Candidate& a, const Candidate& b) // std::priority_queue pops the largest
    {
        return a.rank != b.rank ? a.rank > b.rank : a.at > b.at;
    }
};

constexpr std::size_t none = static_cast<std::size_t>(-1);

} // namespace

Bpe::Bpe(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges, Options options,
    const std::string& label)
    : vocabulary_(std::move(vocabulary))
    , options_(std::move(options))
    , unknown_(vocabulary_.find(options_.unknown))
{
    const auto need = [&](const std::string& piece) {
        const auto id = vocabulary_.find(piece);
        if (!id)
            throw Error(Fault::BadModelFile,
                label + ": model.merges: expected pieces of the vocabulary, found '" + piece + "'");
        return *id;
    };
    merges_.reserve(merges.size());
    for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        if (right.size() < options_.prefix.size())
            throw Error(Fault::BadModelFile,
                label + ": model.merges: expected continuing_subword_prefix in front of '" + right + "'");
        merges_[key(need(left), need(right))] = {rank, need(left + right.substr(options_.prefix.size()))};
    }
    if (options_.byteFallback)
        for (std::size_t byte = 0; byte < bytes_.size(); ++byte)
            bytes_[byte] = vocabulary_.find(bytePiece(static_cast<unsigned char>(byte)));
}

std::optional<std::int64_t> Bpe::symbolId(std::string_view character, bool first, bool last) const
{
    if ((first || options_.prefix.empty()) && (!last || options_.suffix.empty()))
        return vocabulary_.find(character);
    WorkLimit::steps((options_.prefix.size() + options_.suffix.size()) / 8, "model"); // made anew for each character
    return vocabulary_.find(
        (first ? "" : options_.prefix) + std::string(character) + (last ? options_.suffix : std::string()));
}

/// As the library does it, the bytes of a prefix or suffix count as well.
bool Bpe::appendBytes(std::vector<WordToken>& result, std::string_view character, bool first, bool last) const
{
    const std::string whole
        = (first ? "" : options_.prefix) + std::string(character) + (last ? options_.suffix : std::string());
    for (const char byte : whole)
        if (!bytes_[static_cast<unsigned char>(byte)])
            return false;
    WorkLimit::memory(whole.size() * sizeof(WordToken), "model");
    for (const char byte : whole)
        result.push_back({*bytes_[static_cast<unsigned char>(byte)], 0, 1});
    return true;
}

std::vector<WordToken> Bpe::symbols(std::string_view word) const
{
    // A symbol has a length only; what it covers is counted from those before it that are kept. Characters that vanish
    // do not count: the tokenizers library shifts the offsets after them, too.
    std::vector<WordToken> result;
    std::optional<WordToken> unknown; // waits for its end; bytes go in front of it, as in the library
    const auto flush = [&] {
        if (unknown)
            result.push_back(*unknown);
        unknown.reset();
    };
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t length = utf8Length(word[at]);
        const bool first = at == 0, last = at + length == word.size();
        const auto character = word.substr(at, length);
        at += length;
        if (const auto id = symbolId(character, first, last)) {
            flush();
            result.push_back({*id, 0, length});
            continue;
        }
        if ((options_.byteFallback && appendBytes(result, character, first, last)) || options_.unknown.empty())
            continue;
        if (unknown && options_.fuseUnknown) {
            unknown->end += length;
            continue;
        }
        flush();
        if (!unknown_)
            refuseUnknownWord(character, options_.unknown);
        unknown = {*unknown_, 0, length};
    }
    flush();
    std::size_t done = 0;
    for (WordToken& token : result) {
        token.begin += done;
        token.end += done;
        done = token.end;
    }
    return result;
}

std::vector<WordToken> Bpe::encode(std::string_view word) const
{
    if (options_.ignoreMerges)
        if (const auto whole = vocabulary_.find(word))
            return {{*whole, 0, word.size()}};

    std::vector<WordToken> tokens = symbols(word);
    std::vector<std::size_t> next(tokens.size()), previous(tokens.size());
    std::vector<bool> gone(tokens.size(), false);
    std::priority_queue<Candidate> queue;
    const auto mergeAt = [&](std::size_t left) -> const Merge* {
        if (left == none || next[left] == none)
            return nullptr;
        const auto it = merges_.find(key(tokens[left].id, tokens[next[left]].id));
        return it == merges_.end() ? nullptr : &it->second;
    };
    const auto offer = [&](std::size_t left) {
        if (const Merge* merge = mergeAt(left))
            queue.push({merge->rank, left, merge->id});
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        previous[i] = i == 0 ? none : i - 1;
        next[i] = i + 1 < tokens.size() ? i + 1 : none;
    }
    for (std::size_t i = 0; i < tokens.size(); ++i)
        offer(i);
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        if (gone[best.at])
            continue;
        const Merge* merge = mergeAt(best.at);
        if (!merge || merge->id != best.id)
            continue; // one side has been merged since; into the same piece is good enough for the library
        const std::size_t right = next[best.at];
        tokens[best.at].id = best.id;
        tokens[best.at].end = tokens[right].end;
        gone[right] = true;
        next[best.at] = next[right];
        if (next[best.at] != none)
            previous[next[best.at]] = best.at;
        offer(previous[best.at]);
        offer(best.at);
    }
    std::vector<WordToken> result;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (!gone[i])
            result.push_back(tokens[i]);
    return result;
}

} // namespace headscope
