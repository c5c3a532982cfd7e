// SPDX-License-Identifier: GPL-3.0-or-later
// Head scores as CSV and JSON files.
#pragma once

#include "core/analysis/head_scores.h"
#include "core/run/run_header.h"

#include <filesystem>

namespace headscope {

/// Writes scores as CSV: a `#` line with the provenance, a header row, then a row per layer and head in the order
/// given; numbers with nine significant digits. The columns pads, bos and diagonal say `excluded` or `kept`. \throws
/// Error(Output)
void writeCsv(const std::vector<LayerScores>& layers, const RunHeader& header, const std::filesystem::path& output);

/// Writes scores as a JSON object: `provenance`, `pads`, `bos`, `diagonal`, `units`, and `heads`, an array of objects
/// with the keys of the CSV columns. NaN becomes null. \throws Error(Output)
void writeJson(const std::vector<LayerScores>& layers, const RunHeader& header, const std::filesystem::path& output);

} // namespace headscope
