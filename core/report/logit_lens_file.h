// SPDX-License-Identifier: GPL-3.0-or-later
// What a logit lens found, as CSV and JSON files.
#pragma once

#include "core/analysis/logit_lens.h"

#include <filesystem>

namespace headscope {

/// Writes a table: CSV (a `#` line with the provenance, a header row, then the rows; numbers with nine significant
/// digits) where the name ends in .csv, else JSON (an object with `provenance`, `what`, `norm` where there is one, and
/// `rows`, an array of objects with the keys of the columns). `depth` 0 is what the first layer reads and has no
/// `layer`. \throws Error(Output)
void writeLens(const LensGrid& grid, const RunHeader& header, const std::filesystem::path& output);
void writeLens(const LensPosition& position, const RunHeader& header, const std::filesystem::path& output);
void writeLens(
    const PartTokens& tokens, SequenceId sequence, const RunHeader& header, const std::filesystem::path& output);

} // namespace headscope
