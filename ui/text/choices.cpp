// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/choices.h"

#include <QCoreApplication>

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("Choices", source); }

} // namespace

Choice describe(PaddingSide side)
{
    const QString where = tr("Where shorter prompts of a batch are filled up");
    return {side == PaddingSide::Left ? tr("Left") : tr("Right"), where};
}

Choice describe(Backend backend)
{
    switch (backend) {
    case Backend::Native:
        return {tr("Native (transformers)"), tr("Computes what transformers computes with eager attention.")};
    case Backend::Tapped:
        return {tr("Tapped (NNsight)"),
            tr("The same numbers as transformers, observed inside every block as NNsight does.")};
    case Backend::Bridge:
        return {tr("Bridge (TransformerBridge)"),
            tr("Computes what TransformerLens's TransformerBridge computes, plain or in compatibility mode.")};
    case Backend::Hooked:
        return {tr("Hooked (HookedTransformer)"),
            tr("Computes what TransformerLens's HookedTransformer computes, with processed weights; HookedEncoder on "
               "an encoder.")};
    }
    return {};
}

Choice describe(PositionPolicy positions)
{
    switch (positions) {
    case PositionPolicy::BackendDefault:
        return {tr("As the original"),
            tr("What the emulated system does: transformers and NNsight count every token; TransformerBridge and "
               "HookedTransformer count real tokens where padding comes first.")};
    case PositionPolicy::Arange:
        return {tr("0, 1, 2, … (arange)"), tr("Every row counts from its first token, padded or not.")};
    case PositionPolicy::FromMask:
        return {tr("Real tokens (mask)"), tr("Padding is not counted: clamp(cumsum(mask) − 1, 0).")};
    }
    return {};
}

Choice describe(AttentionKind attention)
{
    switch (attention) {
    case AttentionKind::Eager:
        return {tr("Eager"), tr("Op by op; scores and patterns are what the run itself made.")};
    case AttentionKind::Sdpa:
        return {tr("SDPA"),
            tr("Scaled-dot-product kernels, which tell no scores or patterns; what follows from them is compared.")};
    case AttentionKind::Auto:
        break;
    }
    return {tr("Automatic"), tr("Scaled-dot-product kernels where they can express the layer, else eager.")};
}

Choice describe(BridgeMode mode)
{
    switch (mode) {
    case BridgeMode::Plain:
        return {tr("Plain"), tr("Weights as stored; finfo.min where masked.")};
    case BridgeMode::Compat:
        return {tr("Compat"), tr("After enable_compatibility_mode(): processed weights; −inf where masked.")};
    }
    return {};
}

Choice describe(SentinelChoice sentinel)
{
    switch (sentinel) {
    case SentinelChoice::BackendDefault:
        return {tr("As the original"), tr("Masked scores hold what the emulated system puts there.")};
    case SentinelChoice::FinfoMin:
        return {tr("finfo.min"),
            tr("Masked scores hold the most negative finite number of their dtype; a row that may attend to nothing "
               "becomes uniform.")};
    case SentinelChoice::NegativeInfinity:
        return {tr("−inf"), tr("Masked scores are −inf; a row that may attend to nothing becomes 0.")};
    }
    return {};
}

Choice describe(PrependBos prepend)
{
    switch (prepend) {
    case PrependBos::Off:
        return {tr("Off"), tr("Only what the tokenizer itself adds.")};
    case PrependBos::On:
        return {tr("On"), tr("The tokenizer's bos_token goes in front of every prompt that does not begin with it.")};
    case PrependBos::Auto:
        return {tr("As the original"),
            tr("What the emulated system does when nobody says: TransformerBridge and HookedTransformer put a BOS "
               "token in front for most families, transformers and NNsight do not.")};
    }
    return {};
}

} // namespace headscope::ui
