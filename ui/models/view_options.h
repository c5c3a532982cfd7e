// SPDX-License-Identifier: GPL-3.0-or-later
// How heads are drawn: what a session keeps and undo brings back. Nothing here changes a value or an exported number.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/report/colour_maps.h"

#include <QJsonObject>
#include <QStringList>

namespace headscope::ui {

/// Where a colour scale ends and how values are spread over it.
enum class ScaleMode {
    Fixed, ///< probabilities from 0 to 1, so that heads compare; other stages as Auto
    Auto, ///< to the largest value of the head
    PerRow, ///< each row divided by its own largest value
    Percentile, ///< to the 99th percentile of what is seen; what is larger has the colour of the end
    Logarithmic, ///< decades from 1e-6 to 1 of the end
};

/// How the attention of the chosen head is shown.
enum class CentrePage {
    Heatmap,
    Lines, ///< from queries on the left to keys on the right
};

/// Of a pair of texts, A and B: whose tokens look, and which they look at.
enum class SentencePart { All, FirstToFirst, SecondToSecond, FirstToSecond, SecondToFirst };

/// What the centre of the window shows of whichever head is chosen. Heads, sequence and zoom are not part of it.
struct ViewOptions {
    Stage stage = Stage::Pattern;
    ScaleMode scale = ScaleMode::Fixed;
    bool sharedScale = false; ///< the end of the scale stays when another head is chosen
    SequentialPalette palette = SequentialPalette::Viridis;
    DivergingPalette diverging = DivergingPalette::BlueRed;
    SpecialTokens specials = SpecialTokens::Show; ///< BOS and its like take most of many heads
    bool transposed = false; ///< rows are keys, columns are queries
    CentrePage page = CentrePage::Heatmap;
    Pool pool = Pool::Maximum; ///< of cells smaller than pixels
    SentencePart sentences = SentencePart::All; ///< counts where the sequence shown is a pair

    friend bool operator==(const ViewOptions&, const ViewOptions&) = default;
};

/// Every option by a name that stays the same from version to version.
QJsonObject viewOptionsToJson(const ViewOptions& options);

/// What is missing has its default, as has what is not understood; of the latter each adds one line to `complaints`
/// that names the key, what was expected and what was found. Other keys are none of its business.
ViewOptions viewOptionsFromJson(const QJsonObject& json, QStringList* complaints = nullptr);

} // namespace headscope::ui
