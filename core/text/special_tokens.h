// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens begin and end a text, and which one fills it up.
#pragma once

#include "core/model/model_files.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace headscope {

/// As in the vocabulary, where they need not be.
struct SpecialTokens {
    std::optional<std::string> bos, eos, pad;
};

/// What transformers takes them for: special_tokens_map.json (unless tokenizer_config.json has added_tokens_decoder)
/// before tokenizer_config.json before what the tokenizer's class has by default; for `pad` last what tokenizer.json
/// pads with. \param tokenizer, settings  tokenizer.json and tokenizer_config.json. \throws Error(BadModelFile) naming
/// the file that is not JSON.
SpecialTokens readSpecialTokens(
    const ModelFiles& files, const nlohmann::json& tokenizer, const nlohmann::json& settings);

} // namespace headscope
