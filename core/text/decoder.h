// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder part of tokenizer.json: pieces back to text.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// Immutable; thread-safe.
class Decoder {
public:
    virtual ~Decoder() = default;

    /// The pieces of a text, rewritten; joined they are the text.
    virtual std::vector<std::string> apply(std::vector<std::string> pieces) const = 0;

    /// What one piece alone stands for, wherever it is in a text; may be part of a character.
    virtual std::string bytes(std::string_view piece) const { return std::string(piece); }

    /// ByteLevel, WordPiece, ByteFallback, Fuse, Strip, Replace, Metaspace, BPEDecoder, Sequence.
    /// \return nullptr for `null`: pieces are joined with spaces.
    /// \throws Error(BadModelFile) naming a component that is not supported.
    static std::unique_ptr<const Decoder> parse(const nlohmann::json& json, const std::string& label);
};

} // namespace headscope
