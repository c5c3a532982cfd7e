// SPDX-License-Identifier: GPL-3.0-or-later
// What a query's scores are made of, as CSV and JSON.
#pragma once

#include "core/cache/capture.h"

#include <filesystem>

namespace headscope {

/// One query of a head and some of its keys. Tiles have one row and the same keys; they outlive this.
struct QueryKeyRow {
    const QueryKeyVectors& vectors;
    const PatternTile& scores; ///< Stage::Scores
    const PatternTile& pattern; ///< Stage::Pattern
};

/// A `#` line, then a row for each key: position, token, kind (allowed, masked, padding), the masked score, the
/// probability, the score before the mask, then q_i * k_i of each dimension, before scale and cap. \throws
/// Error(Output)
void writeCsv(const QueryKeyRow& row, const RunHeader& header, const std::filesystem::path& output);
/// The same, with the query's vector and the keys'. Numbers that are not finite are null. \throws Error(Output)
void writeJson(const QueryKeyRow& row, const RunHeader& header, const std::filesystem::path& output);

} // namespace headscope
