// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens that could come after a position, in words. Internal to core.
#pragma once

#include "core/cache/capture.h"
#include "core/text/token_text.h"
#include "core/text/tokenizer.h"

namespace headscope {

/// Labels a next token as it would read after the tokens before it.
class TokensAfter {
public:
    /// \param tokenizer may be null; outlives this
    TokensAfter(const Tokenizer* tokenizer, const std::vector<Token>& tokens, std::size_t position);

    NextToken operator()(std::int64_t id, float logit, float probability);

private:
    const Tokenizer* tokenizer_;
    std::vector<TokenBytes> bytes_;
};

} // namespace headscope
