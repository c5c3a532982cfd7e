// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe.h"

#include "core/error.h"
#include "core/text/unicode.h"

#include <queue>

namespace headscope {
namespace {

/// A merge that may be made: of the symbol at `left` and the one after it, as they were when it was queued.
struct Candidate {
    std::uint32_t rank;
    std::size_t left, right;
    std::int64_t leftId, rightId, id;

    friend bool operator<(const Candidate& a, const Candidate& b) // std::priority_queue pops the largest
    {
        return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
    }
};

constexpr std::size_t none = static_cast<std::size_t>(-1);

} // namespace

Bpe::Bpe(std::unordered_map<std::string, std::int64_t> vocabulary,
    const std::vector<std::pair<std::string, std::string>>& merges, Options options, const std::string& label)
    : vocabulary_(std::move(vocabulary))
    , options_(std::move(options))
{
    const auto need = [&](const std::string& piece) {
        const auto it = vocabulary_.find(piece);
        if (it == vocabulary_.end())
            throw Error(Fault::BadModelFile,
                label + ": model.merges: expected pieces of the vocabulary, found '" + piece + "'");
        return it->second;
    };
    merges_.reserve(merges.size());
    for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        merges_[key(need(left), need(right))] = {rank, need(left + right)};
    }
    if (!options_.unknown.empty())
        unknown_ = need(options_.unknown);
}

std::optional<std::int64_t> Bpe::find(std::string_view piece) const
{
    const auto it = vocabulary_.find(std::string(piece));
    return it == vocabulary_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<BpeToken> Bpe::symbols(std::string_view word) const
{
    std::vector<BpeToken> result;
    bool afterUnknown = false;
    std::size_t kept
        = 0; // characters that vanish do not count: the tokenizers library shifts the offsets after them, too
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t length = utf8Length(word[at]);
        const auto id = find(word.substr(at, length));
        at += length;
        if (!id && !unknown_)
            continue;
        if (!id && afterUnknown && options_.fuseUnknown)
            result.back().end += length;
        else
            result.push_back({id.value_or(unknown_.value_or(0)), kept, kept + length});
        kept += length;
        afterUnknown = !id;
    }
    return result;
}

std::vector<BpeToken> Bpe::encode(std::string_view word) const
{
    if (options_.ignoreMerges)
        if (const auto whole = find(word))
            return {{*whole, 0, word.size()}};

    std::vector<BpeToken> tokens = symbols(word);
    std::vector<std::size_t> next(tokens.size()), previous(tokens.size());
    std::vector<bool> gone(tokens.size(), false);
    std::priority_queue<Candidate> queue;
    const auto offer = [&](std::size_t left, std::size_t right) {
        if (left == none || right == none)
            return;
        const auto it = merges_.find(key(tokens[left].id, tokens[right].id));
        if (it != merges_.end())
            queue.push({it->second.rank, left, right, tokens[left].id, tokens[right].id, it->second.id});
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        previous[i] = i == 0 ? none : i - 1;
        next[i] = i + 1 < tokens.size() ? i + 1 : none;
        offer(previous[i], i);
    }
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        if (gone[best.left] || gone[best.right] || next[best.left] != best.right || tokens[best.left].id != best.leftId
            || tokens[best.right].id != best.rightId)
            continue; // one side has been merged since
        tokens[best.left].id = best.id;
        tokens[best.left].end = tokens[best.right].end;
        gone[best.right] = true;
        next[best.left] = next[best.right];
        if (next[best.left] != none)
            previous[next[best.left]] = best.left;
        offer(previous[best.left], best.left);
        offer(best.left, next[best.left]);
    }
    std::vector<BpeToken> result;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (!gone[i])
            result.push_back(tokens[i]);
    return result;
}

} // namespace headscope
