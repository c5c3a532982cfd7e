// SPDX-License-Identifier: GPL-3.0-or-later
// What the choices of ViewOptions are called in session files and on command lines.
#pragma once

#include "core/cache/stage_names.h"
#include "ui/models/view_options.h"

#include <array>
#include <string_view>
#include <utility>

namespace headscope::ui {

template <class Value, std::size_t count> using Names = std::array<std::pair<Value, std::string_view>, count>;

inline constexpr Names<ScaleMode, 5> scaleNames{{{ScaleMode::Fixed, "fixed"}, {ScaleMode::Auto, "auto"},
    {ScaleMode::PerRow, "per-row"}, {ScaleMode::Percentile, "percentile"}, {ScaleMode::Logarithmic, "log"}}};
inline constexpr Names<SequentialPalette, 4> paletteNames{{{SequentialPalette::Viridis, "viridis"},
    {SequentialPalette::Cividis, "cividis"}, {SequentialPalette::Magma, "magma"}, {SequentialPalette::Greys, "greys"}}};
inline constexpr Names<DivergingPalette, 2> divergingNames{
    {{DivergingPalette::BlueRed, "blue-red"}, {DivergingPalette::PurpleOrange, "purple-orange"}}};
inline constexpr Names<SpecialTokens, 3> specialNames{
    {{SpecialTokens::Show, "show"}, {SpecialTokens::Exclude, "exclude"}, {SpecialTokens::Renormalise, "renormalise"}}};
inline constexpr Names<CentrePage, 2> pageNames{{{CentrePage::Heatmap, "heatmap"}, {CentrePage::Lines, "lines"}}};
inline constexpr Names<SentencePart, 5> sentenceNames{{{SentencePart::All, "all"}, {SentencePart::FirstToFirst, "a-a"},
    {SentencePart::SecondToSecond, "b-b"}, {SentencePart::FirstToSecond, "a-b"}, {SentencePart::SecondToFirst, "b-a"}}};
inline constexpr Names<Pool, 3> poolNames{
    {{Pool::Maximum, "max"}, {Pool::MaximumMagnitude, "max-magnitude"}, {Pool::Mean, "mean"}}};

} // namespace headscope::ui
