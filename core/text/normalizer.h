// SPDX-License-Identifier: GPL-3.0-or-later
// The normalizer part of tokenizer.json: rewrites text before it is cut into words.
#pragma once

#include "core/text/aligned_text.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>

namespace headscope {

/// Rewrites text and keeps track of where it came from. Immutable; thread-safe.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void apply(AlignedText& text) const = 0;

    /// Builds the tree that the JSON describes: NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace, Prepend,
    /// ByteLevel, BertNormalizer, Sequence. \return nullptr for `null`, which changes nothing.
    /// \throws Error(BadModelFile) naming a component or option that is not supported.
    static std::unique_ptr<const Normalizer> parse(const nlohmann::json& json, const std::string& label);
};

} // namespace headscope
