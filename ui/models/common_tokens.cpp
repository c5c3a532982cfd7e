// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/common_tokens.h"

#include <algorithm>

namespace headscope::ui {

namespace {

Range realTokens(const std::vector<Token>& tokens)
{
    Range real{0, tokens.size()};
    while (real.begin < real.end && tokens[real.begin].padding)
        ++real.begin;
    while (real.end > real.begin && tokens[real.end - 1].padding)
        --real.end;
    return real;
}

} // namespace

CommonTokens commonTokens(const std::vector<Token>& reference, const std::vector<Token>& candidate)
{
    const auto padAlike = [](const Token& a, const Token& b) { return a.padding == b.padding; };
    if (std::equal(reference.begin(), reference.end(), candidate.begin(), candidate.end(), padAlike))
        return {{0, reference.size()}, {0, candidate.size()}};
    const Range a = realTokens(reference), b = realTokens(candidate);
    const std::size_t count = std::min(a.size(), b.size());
    return {{a.end - count, a.end}, {b.end - count, b.end}};
}

} // namespace headscope::ui
