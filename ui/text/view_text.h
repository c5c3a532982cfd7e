// SPDX-License-Identifier: GPL-3.0-or-later
// How stages, scales, palettes and special tokens are called in boxes, menus and legends.
#pragma once

#include "ui/models/view_options.h"

#include <QString>

#include <utility>
#include <vector>

namespace headscope::ui {

/// One choice in a box or menu.
template <class Value> struct NamedChoice {
    Value value{};
    QString name, explanation;
};

/// In the order in which they are offered.
std::vector<NamedChoice<Stage>> stageChoices();
std::vector<NamedChoice<ScaleMode>> scaleChoices();
std::vector<NamedChoice<SequentialPalette>> paletteChoices();
std::vector<NamedChoice<DivergingPalette>> divergingChoices();
std::vector<NamedChoice<SpecialTokens>> specialChoices();

/// Where options are chosen and drawn.
enum class OptionScope {
    Run, ///< one run: all of them
    Comparison, ///< A, B and A − B: always of probabilities, with one scale for A and B
};
/// The options as they are drawn there.
ViewOptions drawnIn(OptionScope scope, ViewOptions options);

/// Whether a scale mode means anything for a stage: scores have signs, and a mask has no rows of its own.
bool isOffered(ScaleMode mode, Stage stage);
/// The mode that a stage is drawn with: the one asked for, or Auto.
ScaleMode effectiveMode(const ViewOptions& options);

/// What stands above a colour scale: "Probability", "Score", "‖α·v·W_O‖".
QString quantityText(Stage stage);
/// What a legend says beside its figures: "share of the row's largest · kept"; empty for a plain scale.
QString scaleNote(const ViewOptions& options, bool kept);
/// "renormalised without special tokens", "special tokens left out" or nothing.
QString specialsNote(const ViewOptions& options);
/// "A − B of values as shown: renormalised without special tokens, per row" or nothing.
QString comparedNote(const ViewOptions& options);
/// A stage of which a run kept nothing, and what to do about it.
QString missingStageText(Stage stage);
QString missingStageOfFileText(); ///< likewise of attention from a file

} // namespace headscope::ui
