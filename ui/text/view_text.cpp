// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/view_text.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(headscope::ui::ViewText)
};

} // namespace

std::vector<NamedChoice<Stage>> stageChoices()
{
    return {
        {Stage::Scores, Words::tr("Scores"),
            Words::tr("What the softmax gets: q·k, scaled; masked cells are shown as masked")},
        {Stage::Mask, Words::tr("Mask"),
            Words::tr("What the mask adds to each score: 0 where a query may attend, a bias, or nothing allowed")},
        {Stage::Pattern, Words::tr("Probabilities"), Words::tr("What the softmax makes of the scores; rows sum to 1")},
        {Stage::ValueWeighted, Words::tr("‖α·v·W_O‖"),
            Words::tr("The length of what each key adds to the residual stream: probability times value, through the "
                      "head's output projection")},
        {Stage::ValueNorm, Words::tr("‖α·v‖"),
            Words::tr("The length of probability times value, before the output projection")},
    };
}

std::vector<NamedChoice<ScaleMode>> scaleChoices()
{
    return {
        {ScaleMode::Fixed, Words::tr("0 to 1"),
            Words::tr("Probabilities from 0 to 1, so that heads compare; other stages to their largest")},
        {ScaleMode::Auto, Words::tr("0 to largest"), Words::tr("The whole scale for each head")},
        {ScaleMode::PerRow, Words::tr("Per row"), Words::tr("Every row divided by its own largest value")},
        {ScaleMode::Percentile, Words::tr("99th percentile"),
            Words::tr("The scale ends where 99 of 100 values that are seen lie below")},
        {ScaleMode::Logarithmic, Words::tr("Logarithmic"),
            Words::tr("Six decades: from a millionth of the largest; what is less looks like 0")},
    };
}

std::vector<NamedChoice<SequentialPalette>> paletteChoices()
{
    return {
        {SequentialPalette::Viridis, Words::tr("Viridis"), Words::tr("Violet to yellow; safe for the colour-blind")},
        {SequentialPalette::Cividis, Words::tr("Cividis"),
            Words::tr("Blue to yellow; the same to nearly all of the colour-blind as to others")},
        {SequentialPalette::Magma, Words::tr("Magma"), Words::tr("Black over purple to pale yellow")},
        {SequentialPalette::Greys, Words::tr("Greys"), Words::tr("Black to white")},
    };
}

std::vector<NamedChoice<DivergingPalette>> divergingChoices()
{
    return {
        {DivergingPalette::BlueRed, Words::tr("Blue – red"), Words::tr("Blue below 0, red above it")},
        {DivergingPalette::PurpleOrange, Words::tr("Purple – orange"),
            Words::tr("Purple below 0, orange above it; safest for the colour-blind")},
    };
}

std::vector<NamedChoice<SpecialTokens>> specialChoices()
{
    return {
        {SpecialTokens::Show, Words::tr("Show"), Words::tr("Drawn like all other tokens")},
        {SpecialTokens::Exclude, Words::tr("Leave out"),
            Words::tr("Dotted, and without a part in the colour scale; the other values stay as they are")},
        {SpecialTokens::Renormalise, Words::tr("Leave out and renormalise"),
            Words::tr(
                "Dotted, and each row divided by the probability that is left; exports keep the run's own values")},
    };
}

ViewOptions drawnIn(OptionScope scope, ViewOptions options)
{
    if (scope == OptionScope::Comparison) {
        options.stage = Stage::Pattern;
        options.sharedScale = false;
    }
    return options;
}

bool isOffered(ScaleMode mode, Stage stage)
{
    switch (mode) {
    case ScaleMode::Fixed:
        return stage == Stage::Pattern;
    case ScaleMode::Auto:
        return true;
    case ScaleMode::PerRow:
    case ScaleMode::Percentile:
        return stage != Stage::Mask;
    case ScaleMode::Logarithmic:
        return stage != Stage::Mask && stage != Stage::Scores;
    }
    return false;
}

ScaleMode effectiveMode(const ViewOptions& options)
{
    return isOffered(options.scale, options.stage) ? options.scale : ScaleMode::Auto;
}

QString quantityText(Stage stage)
{
    switch (stage) {
    case Stage::Scores:
        return Words::tr("Score");
    case Stage::Mask:
        return Words::tr("Mask adds");
    case Stage::ValueWeighted:
        return Words::tr("‖α·v·W_O‖");
    case Stage::ValueNorm:
        return Words::tr("‖α·v‖");
    case Stage::Pattern:
        break;
    }
    return Words::tr("Probability");
}

QString scaleNote(const ViewOptions& options, bool kept)
{
    QStringList notes;
    const ScaleMode mode = effectiveMode(options);
    if (mode == ScaleMode::PerRow)
        notes.append(Words::tr("of row's max"));
    else if (mode == ScaleMode::Percentile)
        notes.append(Words::tr("99th percentile"));
    else if (mode == ScaleMode::Logarithmic)
        notes.append(Words::tr("logarithmic"));
    if (kept)
        notes.append(Words::tr("locked"));
    if (options.specials == SpecialTokens::Renormalise && options.stage != Stage::Scores && options.stage != Stage::Mask
        && mode != ScaleMode::PerRow)
        notes.append(Words::tr("renormalised"));
    return notes.join(u'\n');
}

QString specialsNote(const ViewOptions& options)
{
    if (options.specials == SpecialTokens::Show)
        return {};
    const bool renormalises = options.specials == SpecialTokens::Renormalise && options.stage != Stage::Scores
        && options.stage != Stage::Mask;
    return renormalises ? Words::tr("renormalised without special tokens") : Words::tr("special tokens left out");
}

QString comparedNote(const ViewOptions& options)
{
    const ViewOptions drawn = drawnIn(OptionScope::Comparison, options);
    QStringList notes;
    if (const QString specials = specialsNote(drawn); !specials.isEmpty())
        notes.append(specials);
    if (effectiveMode(drawn) == ScaleMode::PerRow)
        notes.append(Words::tr("shares of each row's largest"));
    return notes.isEmpty() ? QString() : Words::tr("A − B as shown: %1").arg(notes.join(u", "_s));
}

QString missingStageText(Stage stage)
{
    if (stage == Stage::Scores)
        return Words::tr("This run kept no scores. Press F5 to run again with them.");
    if (stage == Stage::Pattern)
        return Words::tr("This run kept no patterns");
    return Words::tr("This run kept no values to weigh");
}

QString missingStageOfFileText() { return Words::tr("An attention file holds probabilities alone; choose that stage"); }

} // namespace headscope::ui
