// SPDX-License-Identifier: GPL-3.0-or-later
// What stages are called in command lines, session files and messages.
#pragma once

#include "core/cache/pattern_source.h"

#include <array>
#include <string_view>
#include <utility>

namespace headscope {

/// Every stage, in the order in which attention passes through them.
inline constexpr std::array<std::pair<Stage, std::string_view>, 5> stageNames{
    {{Stage::Scores, "scores"}, {Stage::Mask, "mask"}, {Stage::Pattern, "pattern"},
        {Stage::ValueWeighted, "value-weighted"}, {Stage::ValueNorm, "value-norm"}}};

constexpr std::string_view spell(Stage stage)
{
    for (const auto& [each, name] : stageNames)
        if (each == stage)
            return name;
    return {};
}

} // namespace headscope
