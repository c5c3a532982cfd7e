// SPDX-License-Identifier: GPL-3.0-or-later
// What tells the backends apart: a handful of small, named choices that the one forward pass reads.
#pragma once

#include "core/model/model_config.h"
#include "core/run/inspection_request.h"

#include <string>

namespace headscope {

/// How permission becomes part of the scores.
enum class MaskStep {
    AddNumbers, ///< scores + (0 or finfo.min), a user's own numbers in their own dtype: transformers eager
    Fill, ///< where(allowed, scores, sentinel): the same sentinel however many masks forbid a cell
};
enum class Sentinel { FinfoMin, NegativeInfinity };
/// What a row becomes that may attend to nothing.
enum class EmptyRow {
    AsComputed, ///< uniform, as the softmax of equal finite numbers is
    Zeros, ///< NaN from a row of -inf becomes 0
    ForcedUniform, ///< 1 / keys, whatever the sentinel: for aligning with a run that computes that
    ForcedZeros, ///< 0, likewise
};
enum class ScaleStep { Multiply, DivideByReciprocal };
enum class SoftmaxStep {
    Architecture, ///< as the family's transformers code does
    Scores, ///< in the scores' dtype
};
enum class NormStep {
    Architecture, ///< the kernels that transformers calls
    Spelled, ///< x / sqrt(mean(x²) + eps) step by step, in float32 for 16-bit runs, cast, then times the weight
    SpelledWide, ///< likewise, but cast after the weight and bias
};
/// Where an encoder's hook_embed, hook_attn_out and hook_resid_mid are.
enum class PostNormHooks {
    Before, ///< before the norm that follows: word embeddings, the projection's output, its sum with the residual
    After, ///< after it, as TransformerBridge's modules are cut: hook_resid_mid is what the block's last norm reads
};
/// What an edit at hook_resid_mid changes.
enum class ResidMidEdit {
    Residual, ///< the residual stream
    MlpOnly, ///< what the MLP reads, not the residual: TransformerBridge's point is the input of its norm
};
/// How a model that asks for float32 scores (reorder_and_upcast_attn) gets them.
enum class Upcast {
    Fused, ///< one product with the scale in it, as transformers
    Plain, ///< q and k to float32, then as always
    Ignored,
};
/// What a score hook shows.
enum class ScoreHook {
    Scores,
    Probabilities, ///< the pattern, observed only: what TransformerBridge tells of an encoder
};
/// Where position ids come from when nobody says.
enum class PositionRule {
    Arange,
    RowsWithLeadingPads, ///< a row in which a masked token precedes a real one counts real tokens, other rows arange
    RealTokens, ///< with a 2-D mask every row counts real tokens
};
enum class PadEmbedding { AsLearned, Zero }; ///< the position embedding of a masked token
enum class HookVocabulary {
    HuggingFace, ///< what transformers returns: logits, block outputs, attentions
    Decoder, ///< TransformerLens's names
    Encoder, ///< HookedEncoder's names, with block outputs before their norm
};

/// One backend on one model. Built by policiesFor() only.
struct BackendPolicies {
    MaskStep mask = MaskStep::AddNumbers;
    Sentinel sentinel = Sentinel::FinfoMin;
    EmptyRow emptyRow = EmptyRow::AsComputed;
    ScaleStep scale = ScaleStep::Multiply;
    SoftmaxStep softmax = SoftmaxStep::Architecture;
    NormStep norm = NormStep::Architecture;
    PositionRule positions = PositionRule::Arange;
    PadEmbedding padEmbedding = PadEmbedding::AsLearned;
    HookVocabulary hooks = HookVocabulary::HuggingFace;
    ScoreHook scoreHook = ScoreHook::Scores;
    PostNormHooks postNormHooks = PostNormHooks::Before;
    ResidMidEdit residMidEdit = ResidMidEdit::Residual;
    bool ignoresUnscaled = false; ///< multiplies by headWidth^-0.5 even where scale_attn_weights is false
    Upcast upcast = Upcast::Fused;
    bool splitProjections = false; ///< q, k and v of a joint projection are computed by three products
    bool processed = false; ///< weights go through float32 and `processing`
    bool plainNorms = false; ///< a norm's weight has its offset (Gemma's 1 +) built in
    Processing processing{false, false, false, false};
    std::string emulates; ///< "TransformerBridge 4.3.0 (plain)"
    std::string noReference; ///< why the original cannot run this; empty when it can
};

/// Whether the original puts a BOS token in front when nobody says (`--prepend-bos auto`).
bool originalPrependsBos(Backend backend, const ModelConfig& config);

/// \throws Error(BadInput) for a combination that makes no sense, such as --sentinel with native.
BackendPolicies policiesFor(const InspectionRequest& request, const ModelConfig& config);

} // namespace headscope
