// SPDX-License-Identifier: GPL-3.0-or-later
// A parity report as a file, in the format that its name asks for.
#pragma once

#include "core/parity/parity_report.h"

#include <filesystem>

namespace headscope {

/// Finds out before the work whether a report could be written there: its ending names a format, its folder exists.
/// \throws Error(BadInput) "--report: expected a .json, .csv, .md or .html file, found '…'"; Error(Output)
void requireParityFormat(const std::filesystem::path& output);

/// Writes the report; the file appears whole or not at all. Every format is valid UTF-8 whatever the prompts hold.
///
/// .json  everything but captures; the schema is in core/report/README.md
/// .csv   a `#` line with the provenance, a header row, then a row per pair, hook and class of rows with every figure
/// .md    for an issue: verdicts, tested reasons, rows that are not identical, agreement of the logits
/// .html  one self-contained page for people, with pictures of the patterns that lie furthest apart
///
/// \throws as requireParityFormat()
void writeParityReport(const ParityReport& report, const std::filesystem::path& output);

} // namespace headscope
