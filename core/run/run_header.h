// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a run before its first layer is done.
#pragma once

#include "core/ids.h"
#include "core/run/inspection_request.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// A model as people see it in a list.
struct ModelInfo {
    std::string name; ///< last part of the directory, or the embedded name
    std::string location; ///< as given in the request
    std::string family; ///< "gpt2", "llama"
    std::size_t layers = 0, heads = 0, keyValueHeads = 0, headWidth = 0, width = 0, vocabulary = 0, maxPositions = 0;
    std::uint64_t parameters = 0; ///< elements of the tensors used, shared ones once
    std::uint64_t storedBytes = 0; ///< bytes of the weight files
    std::string storedDtype; ///< dtype of most weights in the file, "float16"
    bool causal = true;
    bool hasChatTemplate = false;
};

/// One token of a padded sequence.
struct Token {
    std::int64_t id = 0;
    std::string piece{}; ///< as in the vocabulary, such as "Ġstore"; empty when the model has no tokenizer
    std::string label{}; ///< for people: "·store"; one visible glyph a character; part of one is "😀¹⁄₃"
    bool joinsNext = false; ///< the token's last character goes on in the next token
    std::size_t begin = 0, end = 0; ///< code points of the original text; equal when the token has no text
    bool special = false; ///< an added token marked special
    bool padding = false; ///< masked out by the attention mask
    std::int64_t position = 0; ///< the position id the model saw
    std::int64_t segment = 0; ///< the token type id the model saw: 1 for the second text of a pair
};

/// Everything that made a run, and its tokens.
struct RunHeader {
    InspectionRequest request;
    ModelInfo model;
    std::vector<std::vector<Token>> tokens; ///< [sequence][position], all rows equally long
    /// Likewise of the keys, where queries look at another text (cross-attention). Empty: they look at their own.
    std::vector<std::vector<Token>> keyTokens{};
    std::string device; ///< resolved, "cpu" or "cuda:0"
    std::string emulates; ///< the system whose semantics the run follows, "TransformerBridge 4.3.0 (plain)"
    std::string noReference; ///< why that system itself cannot do this run; empty when it can
    std::string maskForm; ///< "none", "2-D", "3-D boolean", "4-D additive", …
    std::string positionsUsed; ///< "arange", "mask" or "given"
    std::size_t reusedTokens = 0; ///< first tokens taken over from the run before, not computed again
    std::uint64_t estimatedBytes = 0; ///< memory the run was estimated to need beyond what is loaded
    std::vector<std::pair<std::string, std::string>> versions; ///< Headscope, LibTorch, ICU
    std::uint64_t promptHash = 0; ///< FNV-1a of the token ids and masks, for provenance lines

    std::size_t sequences() const { return tokens.size(); }
    std::size_t length() const { return tokens.empty() ? 0 : tokens.front().size(); }
    /// The tokens that those of a sequence look at. \pre the sequence is there
    const std::vector<Token>& keysOf(std::size_t sequence) const
    {
        return keyTokens.empty() ? tokens[sequence] : keyTokens[sequence];
    }
    bool isCross() const { return !keyTokens.empty(); } ///< queries look at another text
};

/// "demo-rotary · native eager · cpu float32 · left padding · positions arange · Headscope 0.1.0, LibTorch 2.13.0 ·
/// prompt 1a2b3c4d"
std::string provenance(const RunHeader& header);

} // namespace headscope
