// SPDX-License-Identifier: GPL-3.0-or-later
// The choices a run is made with, and their spellings on the command line and in files.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace headscope {

enum class DType { Float32, Float16, BFloat16, Float64 };
enum class PaddingSide { Left, Right };
/// Which system's semantics a run follows (core/backend/policies.h).
enum class Backend {
    Native, ///< transformers, eager
    Tapped, ///< the same, observed and edited inside (NNsight over transformers)
    Bridge, ///< TransformerLens's TransformerBridge
    Hooked, ///< TransformerLens's HookedTransformer, and HookedEncoder on an encoder
};
enum class BridgeMode {
    Plain, ///< weights as stored
    Compat, ///< after enable_compatibility_mode(): processed weights, -inf where masked
};
/// What stands in the scores where a query may not attend.
enum class SentinelChoice {
    BackendDefault,
    FinfoMin, ///< the most negative finite number of the scores' dtype
    NegativeInfinity,
};
/// How attention is computed in the forward pass, and what becomes of the patterns.
enum class AttentionKind {
    Eager, ///< op by op as transformers' eager attention; every layer's pattern is kept
    Sdpa, ///< scaled-dot-product kernels; patterns are recomputed from q and k when somebody looks
    Auto, ///< Sdpa, and layers that the kernels cannot express in blocks of rows of eager attention
};
enum class PositionPolicy {
    BackendDefault, ///< what the backend's original does; arange for native
    Arange, ///< 0, 1, 2, … in every row, padded or not
    FromMask, ///< clamp(cumsum(mask) - 1, 0): counts real tokens only
};
/// What becomes of the 2-D mask that padding makes, or that the inputs bring.
enum class MaskForm {
    Given, ///< as it is
    None, ///< dropped: padding is content
    Ones, ///< all ones in its place, as a data collator makes one when the column was lost
    Ids, ///< made from the ids, as HookedTransformer does when it gets none: leading (or trailing) pads are masked, but
         ///< for the last leading one where BOS and pad are one token
    Boolean4D, ///< True = attend [B,1,T,T], with the causal plane in it
    Additive4D, ///< the same as 0 and finfo.min of the run's dtype
};
enum class PrependBos { Off, On, Auto }; ///< Auto does what the original system does (native: nothing)

/// The weight processing of HookedTransformer, each step a switch.
struct Processing {
    bool foldLn = true; ///< norm weights go into the matrices behind them
    bool centerWritingWeights = true; ///< what is written to the residual stream has mean 0
    bool centerUnembed = true; ///< logits of a position have mean 0
    bool foldValueBiases = true; ///< b_V goes into b_O
    friend bool operator==(const Processing&, const Processing&) = default;
};
/// "all", "none", or "fold_ln,center_unembed".
std::string spell(const Processing& processing);
/// \throws Error(BadInput) naming `option` and the word that is not known.
Processing readProcessing(const std::string& text, const std::string& option);

/// One spelling of an enumerator.
template <class Enum> struct Spelling {
    Enum value;
    std::string_view text;
};

/// All spellings of an enumeration, in the order they are shown to people.
template <class Enum> std::span<const Spelling<Enum>> spellings();
template <> std::span<const Spelling<DType>> spellings();
template <> std::span<const Spelling<PaddingSide>> spellings();
template <> std::span<const Spelling<Backend>> spellings();
template <> std::span<const Spelling<BridgeMode>> spellings();
template <> std::span<const Spelling<SentinelChoice>> spellings();
template <> std::span<const Spelling<AttentionKind>> spellings();
template <> std::span<const Spelling<PositionPolicy>> spellings();
template <> std::span<const Spelling<MaskForm>> spellings();
template <> std::span<const Spelling<PrependBos>> spellings();

/// "float32" for DType::Float32, and so on.
template <class Enum> std::string_view spell(Enum value)
{
    for (const auto& spelling : spellings<Enum>())
        if (spelling.value == value)
            return spelling.text;
    return {};
}

/// The enumerator spelled `text`, if any.
template <class Enum> std::optional<Enum> unspell(std::string_view text)
{
    for (const auto& spelling : spellings<Enum>())
        if (spelling.text == text)
            return spelling.value;
    return std::nullopt;
}

/// Bytes of one element: 4, 2, 2, 8.
std::size_t bytesOf(DType dtype) noexcept;

} // namespace headscope
