// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backend/policies.h"

#include "core/error.h"

namespace headscope {
namespace {

BackendPolicies transformersPolicies(Backend backend)
{
    BackendPolicies result;
    result.hooks = backend == Backend::Native ? HookVocabulary::HuggingFace : HookVocabulary::Decoder;
    result.emulates = backend == Backend::Native ? "transformers 5.23.0" : "NNsight 0.8.1 over transformers 5.23.0";
    return result;
}

/// Source  TransformerLens 4.3.0: the model is transformers' own, but for attention and GPT-2's LayerNorm.
BackendPolicies bridgePolicies(const InspectionRequest& request, const ModelConfig& config)
{
    const Architecture& architecture = *config.architecture;
    const bool encoder = architecture.normPlace == NormPlace::After; // its attention is left to transformers
    const bool joint = architecture.qkv != QkvLayout::Separate;
    const bool compat = request.bridgeMode == BridgeMode::Compat;
    BackendPolicies result;
    result.mask = MaskStep::Fill;
    if (compat && !encoder) {
        result.sentinel = Sentinel::NegativeInfinity;
        result.emptyRow = EmptyRow::Zeros;
    }
    result.softmax = joint ? SoftmaxStep::Scores : SoftmaxStep::Architecture;
    result.norm = architecture.qkv == QkvLayout::Joint ? NormStep::SpelledWide : NormStep::Architecture;
    result.positions = PositionRule::RowsWithLeadingPads;
    result.hooks = HookVocabulary::Decoder;
    result.scoreHook = encoder ? ScoreHook::Probabilities : ScoreHook::Scores;
    result.postNormHooks = PostNormHooks::After;
    result.residMidEdit = ResidMidEdit::MlpOnly;
    result.ignoresUnscaled = true;
    result.upcast = Upcast::Plain;
    result.splitProjections = true;
    result.processed = compat;
    if (compat) {
        result.processing = request.processing;
        if (encoder)
            result.processing.foldLn = false;
    }
    result.emulates = std::string("TransformerBridge 4.3.0 (") + (compat ? "compat" : "plain") + ")";
    if (architecture.qkv == QkvLayout::JointByHead && !config.attentionBias)
        result.noReference = "TransformerBridge cannot load gpt_neox without attention biases";
    return result;
}

/// Source  TransformerLens 3.5.1.
BackendPolicies hookedPolicies(const InspectionRequest& request, const ModelConfig& config)
{
    const Architecture& architecture = *config.architecture;
    const bool encoder = architecture.normPlace == NormPlace::After;
    BackendPolicies result;
    result.mask = MaskStep::Fill;
    result.sentinel = Sentinel::NegativeInfinity;
    result.emptyRow = EmptyRow::Zeros;
    result.scale = ScaleStep::DivideByReciprocal;
    result.softmax = SoftmaxStep::Scores;
    result.norm = NormStep::Spelled;
    result.positions = encoder ? PositionRule::Arange : PositionRule::RealTokens;
    result.padEmbedding = encoder ? PadEmbedding::AsLearned : PadEmbedding::Zero;
    result.hooks = encoder ? HookVocabulary::Encoder : HookVocabulary::Decoder;
    result.upcast = Upcast::Ignored;
    result.splitProjections = true;
    result.processed = true;
    result.plainNorms = true;
    result.processing = encoder ? Processing{false, false, false, false} : request.processing;
    result.emulates
        = encoder ? "HookedEncoder 3.5.1" : "HookedTransformer 3.5.1 (processing " + spell(request.processing) + ")";
    if (architecture.mlp == MlpKind::Gated && config.mlpBias)
        result.noReference = "HookedTransformer has no bias in a gated MLP";
    else if (config.rope.kind == RopeConfig::Kind::Dynamic)
        result.noReference = "HookedTransformer has no dynamic rotary scaling";
    else if (encoder && (config.tokenTypes != 2 || config.activation != "gelu"))
        result.noReference = "HookedEncoder has two token types and a gelu head";
    return result;
}

} // namespace

bool originalPrependsBos(Backend backend, const ModelConfig& config)
{
    const std::string& family = config.architecture->family;
    switch (backend) {
    case Backend::Bridge:
        return family != "gpt_neox" && family != "qwen2" && family != "qwen3";
    case Backend::Hooked:
        return config.architecture->causal;
    default:
        return false;
    }
}

BackendPolicies policiesFor(const InspectionRequest& request, const ModelConfig& config)
{
    const bool lens = request.backend == Backend::Bridge || request.backend == Backend::Hooked;
    const auto refuse = [](const std::string& what) { throw Error(Fault::BadInput, what); };
    if (request.bridgeMode != BridgeMode::Plain && request.backend != Backend::Bridge)
        refuse("--bridge-mode: expected --backend bridge, found " + std::string(spell(request.backend)));
    if (request.sentinel != SentinelChoice::BackendDefault && !lens)
        refuse("--sentinel: expected --backend bridge or hooked, found " + std::string(spell(request.backend)));
    if (request.processing != Processing{}
        && !(request.backend == Backend::Hooked || request.bridgeMode == BridgeMode::Compat))
        refuse("--processing: expected --backend hooked, or bridge with --bridge-mode compat; found "
            + std::string(spell(request.backend)));
    if (request.backend == Backend::Native && !request.edits.empty())
        refuse("--edits: the native backend only observes; expected --backend tapped, bridge or hooked");

    BackendPolicies result = request.backend == Backend::Bridge ? bridgePolicies(request, config)
        : request.backend == Backend::Hooked                    ? hookedPolicies(request, config)
                                                                : transformersPolicies(request.backend);
    if (request.attention == AttentionKind::Sdpa && config.scoreCap > 0)
        refuse("--attention: sdpa has no attn_logit_softcapping, which this " + config.architecture->family
            + " model needs; expected eager or auto");
    if (request.attention == AttentionKind::Sdpa) {
        result.upcast = Upcast::Ignored; // transformers, too, upcasts only eager attention
        result.emulates += " with sdpa attention";
        if (request.backend == Backend::Hooked && result.noReference.empty())
            result.noReference = "HookedTransformer attends eagerly";
    }
    if (request.sentinel != SentinelChoice::BackendDefault) {
        const bool finite = request.sentinel == SentinelChoice::FinfoMin;
        result.sentinel = finite ? Sentinel::FinfoMin : Sentinel::NegativeInfinity;
        if (!finite)
            result.emptyRow = EmptyRow::Zeros; // a row of -inf would be NaN
    }
    return result;
}

} // namespace headscope
