// SPDX-License-Identifier: GPL-3.0-or-later
// Logit differences and attributions as CSV and JSON files.
#pragma once

#include "core/analysis/logit_difference.h"

#include <filesystem>

namespace headscope {

/// Writes one row per prompt and run, the runs of a prompt next to each other.
///
/// CSV: `#` lines first: the prompt set and its source, then for each run its provenance and its summary; a header row
/// whose columns prompt, correct, incorrect and corrupt are spelled as readPromptSet() reads them (a prompt given as
/// ids is `[5, 6]`), so that the file is a prompt set again. `right` is 1 where correct is above incorrect. Columns
/// that begin with `ablated_` are there when heads were cut. Numbers have nine significant digits. JSON: an object with
/// `model`, `prompts`, `answer_index`, `ablation`, `runs` (what made each run), `rows`, and last `summary`, an object
/// per run. Other numbers than finite ones are null. \throws Error(Output)
void writeCsv(const LogitDifferenceResult& result, const std::filesystem::path& output);
void writeJson(const LogitDifferenceResult& result, const std::filesystem::path& output);

/// Writes every part's share of every logit difference, and the mean over the examples (example `mean`).
///
/// CSV: columns backend, example, component, layer, head, contribution; after the components of an example come `sum`,
/// `logit difference` (before a soft cap) and `remainder`, the one less the other.
/// JSON: `runs`, each with `mean` and `examples`: the same by name, heads as [layer][head].
/// \pre the request asked for attribution \throws Error(Output)
void writeAttributionCsv(const LogitDifferenceResult& result, const std::filesystem::path& output);
void writeAttributionJson(const LogitDifferenceResult& result, const std::filesystem::path& output);

/// "examples 20, mean_logit_difference 3.21, accuracy 0.95, mean_loss 0.53", and the same of the run with heads cut.
std::string describeSummary(const LogitDifferenceRun& run);

} // namespace headscope
