// SPDX-License-Identifier: GPL-3.0-or-later
// Finds tokens by what they say.
#pragma once

#include "core/run/run_header.h"

#include <QString>

#include <vector>

namespace headscope::ui {

/// Positions of tokens whose label, text or piece of the vocabulary holds `words`, whatever the case; in a label the
/// "·" may be typed as a space. Nothing for no words.
std::vector<std::size_t> findTokens(const std::vector<Token>& tokens, const QString& words);

} // namespace headscope::ui
