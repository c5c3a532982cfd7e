// SPDX-License-Identifier: GPL-3.0-or-later
// The post_processor part of tokenizer.json: special tokens around the text, and trimmed offsets.
#pragma once

#include "core/text/unicode.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// A token on its way out; `range` is in bytes of the original text, and in its code points from the post-processor on.
struct ProcessedToken {
    std::int64_t id = 0;
    std::string piece;
    ByteRange range;
    bool special = false; ///< added by a post-processor
};

/// Immutable; thread-safe.
class PostProcessor {
public:
    virtual ~PostProcessor() = default;
    virtual void apply(std::vector<ProcessedToken>& tokens, bool addSpecial) const = 0;

    /// ByteLevel, TemplateProcessing (single texts), Sequence; `null` changes nothing.
    /// \throws Error(BadModelFile) naming a component that is not supported.
    static std::unique_ptr<const PostProcessor> parse(const nlohmann::json& json, const std::string& label);
};

} // namespace headscope
