// SPDX-License-Identifier: GPL-3.0-or-later
// One input of a fuzz target through one reader. Shared with tests/core/tst_hostile_files.cpp.
#pragma once

#include <string>
#include <string_view>

namespace headscope {

/// What the readers made of an input.
struct Fed {
    bool read = false; ///< the files were read; what came after may still have been refused
    std::string refusal; ///< the last Error's message; empty when there was none
};

// Each throws what a reader throws that is no Error, and std::logic_error where a reader breaks a promise (an Error's
// message is one line of bounded length; the vectors of an Encoding are equally long).

/// \param input tokenizer.json, and after a NUL a text to encode and decode, and after another tokenizer_config.json.
Fed feedTokenizer(std::string_view input);

/// \param input config.json.
Fed feedConfig(std::string_view input);

/// \param input by its first character: `R` a safetensors file as it is; `S` an index, a NUL, a shard, a NUL, another
/// shard; `P` a config.json, a NUL and the weights. A shard is a number of bytes of data and a header: `8{"x":…}`. The
/// shards are called a.safetensors and b.safetensors.
Fed feedSafetensors(std::string_view input);

} // namespace headscope
