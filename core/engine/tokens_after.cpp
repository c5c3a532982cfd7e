// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tokens_after.h"

#include <algorithm>

namespace headscope {

TokensAfter::TokensAfter(const Tokenizer* tokenizer, const std::vector<Token>& tokens, std::size_t position)
    : tokenizer_(tokenizer)
{
    // As many tokens as a character can have begun in before its last one.
    for (std::size_t at = position - std::min<std::size_t>(position, 2); at <= position; ++at)
        bytes_.push_back(bytesOf(tokens[at].id, tokenizer, tokens[at].special || tokens[at].padding));
}

NextToken TokensAfter::operator()(std::int64_t id, float logit, float probability)
{
    const bool special = tokenizer_ && tokenizer_->isSpecial(id);
    bytes_.push_back(bytesOf(id, tokenizer_, special));
    NextToken token{.id = id,
        .piece = tokenizer_ ? tokenizer_->piece(id) : std::string(),
        .label = labelsOf(bytes_).back().text,
        .logit = logit,
        .probability = probability,
        .special = special};
    bytes_.pop_back();
    return token;
}

} // namespace headscope
