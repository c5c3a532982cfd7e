// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting a text at matches, and what becomes of the matches.
#pragma once

#include "core/text/aligned_text.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace headscope {

enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// \throws Error(BadModelFile) with `where` when the JSON is none of the names above.
SplitBehavior parseBehavior(const nlohmann::json& json, const std::string& where);

/// Cuts `text` and appends what is left to `parts`; empty pieces are left out.
/// \param matches in order, not overlapping; `invert` takes what lies between them for the matches.
void appendSplit(std::vector<AlignedText>& parts, const AlignedText& text, const std::vector<ByteRange>& matches,
    SplitBehavior behavior, bool invert = false);

/// The characters for which `wanted` is true, each a match of its own.
std::vector<ByteRange> charactersOf(const std::string& text, bool (*wanted)(char32_t));

} // namespace headscope
