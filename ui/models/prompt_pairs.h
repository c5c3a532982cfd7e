// SPDX-License-Identifier: GPL-3.0-or-later
// Two texts in one line of a prompt box, and which tokens are of which.
#pragma once

#include "core/run/run_header.h"
#include "ui/models/view_options.h"

#include <QString>

#include <optional>
#include <utility>

namespace headscope::ui {

/// "first ||| second", with or without a space on either side of the bars; without bars the second is empty.
std::pair<QString, QString> splitPair(const QString& line);

/// The tokens of the two texts of a pair, special tokens between them included.
struct Segments {
    Range first, second;
};

/// By the token types that the model saw, padding left aside; nothing where there are not two runs of tokens, 0 and 1.
std::optional<Segments> segmentsOf(const std::vector<Token>& tokens);

/// Queries and keys that are looked at.
struct SentenceLimits {
    Range queries, keys;
    friend bool operator==(const SentenceLimits&, const SentenceLimits&) = default;
};

/// Nothing for SentencePart::All.
std::optional<SentenceLimits> limitsOf(SentencePart part, const Segments& segments);

} // namespace headscope::ui
