// SPDX-License-Identifier: GPL-3.0-or-later
// Rectangles of one head as CSV and NumPy files.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/run/run_header.h"

#include <filesystem>
#include <string>

namespace headscope {

/// A field of a CSV file, in quotes where RFC 4180 wants them.
std::string quotedField(const std::string& text);
/// A number with nine significant digits.
std::string numberField(double value);

/// Writes a tile as CSV: a `#` line with the provenance, a header row of key tokens (`pos:label`), then a row per query
/// led by its token. Masked and padded cells are written as they are, numbers with nine significant digits, so nothing
/// is lost. Quoting follows RFC 4180. \throws Error(Output)
void writeCsv(const PatternTile& tile, const RunHeader& header, const std::filesystem::path& output);

/// Writes a tile as a NumPy .npy file of float32 [height, width]. \throws Error(Output)
void writeNpy(const PatternTile& tile, const std::filesystem::path& output);

} // namespace headscope
