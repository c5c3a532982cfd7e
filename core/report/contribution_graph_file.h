// SPDX-License-Identifier: GPL-3.0-or-later
// Contribution graphs as CSV and JSON files.
#pragma once

#include "core/analysis/contribution_graph.h"

#include <filesystem>
#include <optional>

namespace headscope {

/// Which edges a file holds.
struct GraphFileRule {
    GraphRule rule{};
    std::optional<std::size_t> from{}; ///< only what this token's stream behind the last layer leads down to
};

/// Writes the edges as CSV: a `#` line with the provenance and the rule, a header row, then a row per edge of each
/// sequence, from the last layer to the first. Columns: sequence, layer, node (resid_mid or resid_post: which residual
/// stream of the layer it leads to), target and source (tokens, counted without padding, and their labels), kind
/// (residual, attention or mlp), contribution (nine significant digits), top_head (attention only).
/// \throws Error(BadInput) for a `from` beyond a sequence, Error(Output)
void writeGraphCsv(const ContributionGraphs& graphs, const GraphFileRule& rule, const std::filesystem::path& output);

/// The same as a JSON object: `provenance`, `threshold`, `renormalised`, `from`, and `sequences`, an array of objects
/// with `tokens` and `edges`, whose keys are the CSV columns. \throws as writeGraphCsv()
void writeGraphJson(const ContributionGraphs& graphs, const GraphFileRule& rule, const std::filesystem::path& output);

} // namespace headscope
