// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt as people are told of it.
#pragma once

#include "core/run/run_header.h"

namespace headscope {

/// What stands between the two texts of a pair where they are told as one line.
inline constexpr const char* pairSeparator = " ||| ";

/// The second text of a prompt; empty where it stands alone. \param row any
inline std::string secondPrompt(const InspectionRequest& request, std::size_t row)
{
    return row < request.secondPrompts.size() ? request.secondPrompts[row] : std::string();
}

/// "first" or, of a pair, "first ||| second". \pre the request has the prompt
inline std::string promptText(const InspectionRequest& request, std::size_t row)
{
    const std::string second = secondPrompt(request, row);
    std::string text = request.prompts[row];
    return second.empty() ? text : text.append(pairSeparator).append(second);
}

/// Whether a model has token types, which tell the two texts of a pair apart.
bool takesPairs(const ModelInfo& model);

} // namespace headscope
