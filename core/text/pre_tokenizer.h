// SPDX-License-Identifier: GPL-3.0-or-later
// The pre_tokenizer part of tokenizer.json: cuts text into words.
#pragma once

#include "core/text/aligned_text.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// Cuts stretches of text into smaller ones, possibly rewriting them. Immutable; thread-safe.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual std::vector<AlignedText> apply(std::vector<AlignedText> parts) const = 0;

    /// Builds the tree that the JSON describes: ByteLevel, Split, Digits, Punctuation,
    /// Whitespace, WhitespaceSplit, BertPreTokenizer, Metaspace, Sequence. `null` changes nothing.
    /// \throws Error(BadModelFile) naming a component or option that is not supported.
    static std::unique_ptr<const PreTokenizer> parse(const nlohmann::json& json, const std::string& label);
};

} // namespace headscope
