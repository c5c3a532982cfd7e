// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/truncation.h"

#include "core/error.h"

#include <algorithm>
#include <string>

namespace headscope {
namespace {

/// Windows of `length` tokens, each with `stride` of the one before; the first one is what remains.
void cut(ProcessedPart& text, std::size_t length, const Truncation& truncation)
{
    const ProcessedTokens all = std::move(text.tokens);
    if (length >= all.size()) {
        text.tokens = all;
        return;
    }
    if (length == 0) {
        text.tokens.clear();
        text.overflow.push_back(all);
        return;
    }
    if (truncation.stride >= length)
        throw Error(Fault::BadInput,
            "expected a stride below the " + std::to_string(length) + " tokens that remain, found "
                + std::to_string(truncation.stride));
    const std::size_t step = length - truncation.stride;
    std::vector<ProcessedTokens> windows;
    for (std::size_t done = 0, end = 0; end < all.size(); done += step) {
        end = std::min(done + length, all.size());
        const auto from = static_cast<std::ptrdiff_t>(done), to = static_cast<std::ptrdiff_t>(end);
        if (truncation.side == TruncationSide::Right)
            windows.emplace_back(all.begin() + from, all.begin() + to);
        else
            windows.emplace_back(all.end() - to, all.end() - from);
    }
    text.tokens = std::move(windows.front());
    windows.erase(windows.begin());
    text.overflow = std::move(windows);
}

/// How many tokens of each text remain when the longer one is cut first.
std::pair<std::size_t, std::size_t> longestFirst(std::size_t first, std::size_t second, std::size_t most)
{
    std::size_t shorter = std::min(first, second), longer = std::max(first, second);
    longer = shorter > most ? shorter : std::max(shorter, most - shorter);
    if (shorter + longer > most) {
        shorter = most / 2;
        longer = shorter + most % 2;
    }
    return first > second ? std::pair(longer, shorter) : std::pair(shorter, longer);
}

ProcessedTokens together(const ProcessedTokens& first, const ProcessedTokens& second)
{
    ProcessedTokens result = first;
    result.insert(result.end(), second.begin(), second.end());
    return result;
}

void append(ProcessedPart& to, const ProcessedPart& part)
{
    std::vector<ProcessedTokens> overflow;
    for (const ProcessedTokens& own : to.overflow) {
        overflow.push_back(together(own, part.tokens));
        for (const ProcessedTokens& other : part.overflow)
            overflow.push_back(together(own, other));
    }
    for (const ProcessedTokens& other : part.overflow)
        overflow.push_back(together(to.tokens, other));
    to.tokens.insert(to.tokens.end(), part.tokens.begin(), part.tokens.end());
    to.overflow = std::move(overflow);
}

} // namespace

void truncate(std::vector<ProcessedPart>& texts, const Truncation& truncation)
{
    std::size_t total = 0;
    for (const ProcessedPart& text : texts)
        total += text.tokens.size();
    if (truncation.maxLength == 0) {
        for (ProcessedPart& text : texts)
            cut(text, 0, truncation);
        return;
    }
    if (total <= truncation.maxLength)
        return;
    if (truncation.strategy == TruncationStrategy::LongestFirst) {
        if (texts.size() == 1)
            return cut(texts.front(), truncation.maxLength, truncation);
        const auto [first, second] = longestFirst(texts[0].tokens.size(), texts[1].tokens.size(), truncation.maxLength);
        cut(texts[0], first, truncation);
        return cut(texts[1], second, truncation);
    }
    const std::size_t which = truncation.strategy == TruncationStrategy::OnlyFirst ? 0 : 1;
    if (which >= texts.size())
        throw Error(Fault::BadInput, "expected a second text to cut, found none");
    const std::size_t length = texts[which].tokens.size(), excess = total - truncation.maxLength;
    if (length <= excess)
        throw Error(Fault::BadInput,
            "expected a text of more than " + std::to_string(excess) + " tokens to cut, found one of "
                + std::to_string(length));
    cut(texts[which], length - excess, truncation);
}

std::vector<ProcessedTokens> joined(std::vector<ProcessedPart> parts)
{
    ProcessedPart all;
    if (!parts.empty())
        all = std::move(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i)
        append(all, parts[i]);
    std::vector<ProcessedTokens> result = std::move(all.overflow);
    result.insert(result.begin(), std::move(all.tokens));
    return result;
}

} // namespace headscope
