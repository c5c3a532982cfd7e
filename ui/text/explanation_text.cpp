// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/explanation_text.h"

#include "core/cache/attention_file.h"
#include "core/run/settings.h"
#include "ui/text/labels.h"
#include "ui/text/view_text.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("ExplanationText", source); }

QStringList beginning(Readiness ready)
{
    return {tr("Nothing has been run yet, so there is no attention to look at."),
        ready.model ? tr("A model is chosen in the Run panel.")
                    : tr("Choose a model in the Run panel: an embedded demo, one of this machine, or a folder."),
        ready.prompt ? tr("There is a prompt for it.") : tr("Type a prompt there, one a line for several at once."),
        ready.model && ready.prompt
            ? tr("Press F5 to run it, or open one of the three examples of the File menu.")
            : tr("Then press F5, or let one of the three examples of the File menu do all that.")};
}

/// What the colour of a cell is.
QString stageText(Stage stage)
{
    switch (stage) {
    case Stage::Scores:
        return tr("the score before the softmax, in logits.");
    case Stage::Mask:
        return tr("what the mask adds to the score, −∞ where the one may not look at the other.");
    case Stage::Pattern:
        return tr("the attention weight between them, a probability: a query's weights add up to 1.");
    case Stage::ValueWeighted:
        return tr("the length of what the key adds to the query's output, ‖α·v·W_O‖.");
    case Stage::ValueNorm:
        return tr("the attention weight times the length of the key's value, ‖α·v‖.");
    }
    return {};
}

/// What the colour of a cell of several heads as one is.
QString combinedText(const Combined& combined)
{
    if (!combined.aggregate)
        return tr("how much of the key's token has come to the query's position through all layers up to that one.");
    switch (*combined.aggregate) {
    case Aggregate::Mean:
        return tr("the mean of the heads' attention weights between them, a probability: a query's weights add up to "
                  "1.");
    case Aggregate::Maximum:
        return tr("the largest of the heads' attention weights between them, a probability.");
    case Aggregate::Deviation:
        return tr("the standard deviation of the heads' attention weights between them: 0 where all agree.");
    }
    return {};
}

QString whereIsWhat(const ViewOptions& options)
{
    return options.transposed
        ? tr("a column is a token that looks (query), a row one that is looked at (key), and the colour is ")
        : tr("a row is a token that looks (query), a column one that is looked at (key), and the colour is ");
}

QString combinedDrawn(const SeenState& state)
{
    const QString of = tr("the %1, of %2").arg(state.title, text(state.header->model.name));
    if (state.options.stage != Stage::Pattern)
        return tr("Of several heads only probabilities are combined, so nothing is drawn of %1: choose that stage.")
            .arg(of);
    if (!state.layerThere)
        return tr("Nothing is drawn of %1, because layers of it have not been computed or the prompt is too long for "
                  "it.")
            .arg(of);
    return tr("You see %1 as a heatmap: ").arg(of) + whereIsWhat(state.options) + combinedText(*state.combined);
}

QString whatIsDrawn(const SeenState& state)
{
    if (state.combined)
        return combinedDrawn(state);
    const auto& model = state.header->model;
    QStringList names;
    for (const auto head : state.picked)
        names << headText(head);
    const bool lines = state.options.page == CentrePage::Lines;
    const QString heads = lines && names.size() > 1
        ? names.join(u", "_s)
        : headText(lines && !names.isEmpty() ? state.picked.front() : state.head);
    const QString of = tr("%1 of %2 (%3 layers of %4 heads)")
                           .arg(heads, text(model.name), QString::number(model.layers), QString::number(model.heads));
    if (!state.layerThere)
        return tr("The layer of head %1 has not been computed yet, so nothing is drawn of it.").arg(of);
    if (lines)
        return tr("You see %1 as lines, from a token that looks (query) on the left to one that is looked at (key) on "
                  "the right, more opaque and wider the larger the attention weight, a probability.")
            .arg(of);
    return tr("You see %1 as a heatmap: ").arg(of) + whereIsWhat(state.options) + stageText(state.options.stage);
}

/// What the file says of itself.
QString whereItIsFrom(const RunHeader& header)
{
    const QString file
        = tr("Its weights are read from the file") + u' ' + text(header.request.inputs.filename().string()) + u", "_s;
    return header.emulates.empty() ? file + tr("which does not say what computed them; no model is run here.")
                                   : file + tr("which says that they were computed by") + u' ' + text(header.emulates)
            + tr("; no model is run here.");
}

QString howItWasComputed(const SeenState& state)
{
    const auto& header = *state.header;
    if (isFromFile(header))
        return whereItIsFrom(header);
    const QString weights = state.combined && !state.combined->aggregate
        ? tr("the layers were multiplied in double precision when you looked")
        : state.combined       ? tr("the heads' weights were combined cell by cell in double precision when you looked")
        : state.origin.empty() ? tr("its weights are on their way")
        : state.origin.starts_with("recomputed")
        ? tr("its weights were recomputed from queries and keys when you looked")
        : state.origin.starts_with("eager") ? tr("its weights were kept as the forward pass made them (eager)")
                                            : tr("its weights come from: %1").arg(text(state.origin));
    const QString how = tr("It was computed on %1 in %2 as %3 does it (backend %4), and %5")
                            .arg(text(header.device), text(spell(header.request.dtype)), text(header.emulates),
                                text(spell(header.request.backend)), weights);
    return state.stale ? how + tr("; the settings were changed since, and F5 runs them.") : how + u'.';
}

/// How many tokens there are, of one text or of two.
QString whatTheFileHolds(const SeenState& state)
{
    const auto& queries = state.header->tokens[state.sequence.value];
    const auto& keys = state.header->keysOf(state.sequence.value);
    const QString counted = state.header->isCross()
        ? tr("%1 tokens look at %2 tokens of another text").arg(queries.size()).arg(keys.size())
        : tr("%1 tokens look at one another").arg(queries.size());
    return counted + u"; "_s
        + (state.header->model.causal
                ? tr("as the file says, a token sees only itself and those before it, and the rest is masked (grey).")
                : tr("only what the file calls padding takes no part, and is hatched; nothing else is taken for "
                     "masked."));
}

QString whatTakesPart(const SeenState& state)
{
    if (isFromFile(*state.header))
        return whatTheFileHolds(state);
    const auto& tokens = state.header->tokens[state.sequence.value];
    const auto padding = std::count_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.padding; });
    const QString counted = padding == 0
        ? tr("The prompt has %1 tokens and no padding").arg(tokens.size())
        : (state.header->request.padding == PaddingSide::Left
                ? tr("%1 of %2 positions are padding on the left, hatched, that takes no part")
                : tr("%1 of %2 positions are padding on the right, hatched, that takes no part"))
              .arg(padding)
              .arg(tokens.size());
    const QString seen = state.header->model.causal
        ? tr("; a token sees itself and those before it, and what it may not see is masked (grey)")
        : tr("; every token may see every other one");
    const bool heatmap = state.options.page == CentrePage::Heatmap;
    if (state.combined && !state.combined->aggregate)
        return counted + seen + tr("; special tokens always take part in a rollout") + u'.';
    const QString specials = !heatmap || state.options.specials == SpecialTokens::Show ? QString()
        : state.options.specials == SpecialTokens::Exclude
        ? tr("; special tokens are not shown")
        : tr("; special tokens are not shown, and the rest of each row is scaled up to 1");
    return counted + seen + specials + u'.';
}

QString whatTheCellSays(const SeenState& state)
{
    const bool lines = state.options.page == CentrePage::Lines;
    const QString scale
        = lines ? tr("opacity is the weight itself, so that heads compare") : scaleText(effectiveMode(state.options));
    if (!state.cell)
        return (lines ? tr("No token is chosen: click one to keep its lines alone")
                      : tr("No cell is chosen: click one to read it"))
            + u"; "_s + scale + u'.';
    const auto& queries = state.header->tokens[state.sequence.value];
    const auto& keys = state.header->keysOf(state.sequence.value);
    const QString query = tokenText(u'q', state.cell->query, queries[state.cell->query]);
    const QString key = tokenText(u'k', state.cell->key, keys[state.cell->key]);
    // Labels go in by concatenation: they may hold "%1" themselves.
    QString words = tr("The chosen cell says of") + u' ' + query + u' ' + tr("and") + u' ' + key + u": "_s;
    if (!state.kind)
        words += state.combined ? tr("its value is on its way") : tr("its weight is on its way");
    else if (*state.kind == CellKind::Masked)
        words += tr("the first may not look at the second");
    else if (*state.kind == CellKind::Padding)
        words += tr("one of them is padding and has no weight");
    else if (state.combined)
        words += tr("the value is %1").arg(probabilityText(static_cast<double>(state.weight)));
    else
        words
            += tr("the first gives the second a weight of %1").arg(probabilityText(static_cast<double>(state.weight)));
    return words + u"; "_s + scale + u'.';
}

} // namespace

QString scaleText(ScaleMode scale)
{
    switch (scale) {
    case ScaleMode::Fixed:
        return tr("colours run from 0 to 1, so that heads compare");
    case ScaleMode::Auto:
        return tr("colours run to the head's largest value, so heads do not compare");
    case ScaleMode::PerRow:
        return tr("the colours of each row run to its own largest value, so rows do not compare");
    case ScaleMode::Percentile:
        return tr("colours run to the 99th percentile, and what is larger has the last colour");
    case ScaleMode::Logarithmic:
        return tr("colours run over six powers of ten, so small values are seen");
    }
    return {};
}

QStringList explanation(const SeenState& state)
{
    if (!state.header)
        return beginning(state.ready);
    return {whatIsDrawn(state), howItWasComputed(state), whatTakesPart(state), whatTheCellSays(state)};
}

QString idleText(Readiness ready)
{
    return !ready.model ? tr("Choose a model in the Run panel, or open an example: File ▸ Examples")
        : !ready.prompt ? tr("Type a prompt in the Run panel, then press F5")
                        : tr("Press F5 to run");
}

} // namespace headscope::ui
