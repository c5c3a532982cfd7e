// SPDX-License-Identifier: GPL-3.0-or-later
// tokenizer.json: text to token ids and back, with offsets.
#pragma once

#include "core/model/model_files.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// One encoded text. All vectors are equally long.
struct Encoding {
    std::vector<std::int64_t> ids;
    std::vector<std::string> pieces; ///< as in the vocabulary
    std::vector<std::pair<std::size_t, std::size_t>>
        offsets; ///< code points of the original text; (0, 0) for tokens without text
    std::vector<bool> special; ///< added by the post-processor
};

/// A tokenizer read from tokenizer.json and tokenizer_config.json.
///
/// Threads  immutable; const members may be called from any thread.
/// Source   exact equality with the `tokenizers` library is tested in tests/core and tests/oracle.
class Tokenizer {
public:
    /// \return nullptr when the model has no tokenizer.json (token ids still work).
    /// \throws Error(BadModelFile) naming the file and the component that is not supported.
    static std::shared_ptr<const Tokenizer> load(const ModelFiles& files);
    virtual ~Tokenizer() = default;

    /// \param addSpecial whether the post-processor may add its special tokens.
    /// \throws Error(BadInput) when `text` is not valid UTF-8.
    virtual Encoding encode(std::string_view text, bool addSpecial = true) const = 0;

    virtual std::string piece(std::int64_t id) const = 0; ///< empty for an id that is not in the vocabulary
    virtual std::string bytes(std::int64_t id) const = 0; ///< what the token decodes to; may be part of a character
    virtual bool isSpecial(std::int64_t id) const = 0; ///< an added token marked special
    virtual std::optional<std::int64_t> find(std::string_view piece) const = 0;

    virtual std::optional<std::int64_t> padId() const = 0; ///< pad_token of tokenizer_config.json
    virtual std::optional<std::int64_t> bosId() const = 0;
    virtual std::optional<std::int64_t> eosId() const = 0;
    virtual bool hasChatTemplate() const = 0;
};

} // namespace headscope
