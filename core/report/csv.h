// SPDX-License-Identifier: GPL-3.0-or-later
// Rectangles of one head as CSV.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/io/atomic_file.h"
#include "core/run/run_header.h"

#include <filesystem>
#include <string>

namespace headscope {

/// A field of a CSV file, in quotes where RFC 4180 wants them.
std::string quotedField(const std::string& text);
/// A number with nine significant digits.
std::string numberField(double value);

/// Whose tokens label rows and, of the keys, columns; the header outlives the file.
struct CsvLabels {
    const RunHeader* header = nullptr;
    SequenceId sequence{};
};

/// A head as CSV, written piece by piece: a `#` line, a header row of key tokens (`pos:label`), then a row per query
/// led by its token. Masked and padded cells are written as they are, numbers with nine significant digits, so nothing
/// is lost. Quoting follows RFC 4180. \throws Error(Output) from everything.
class CsvFile {
public:
    CsvFile(const std::filesystem::path& target, const std::string& remark, CsvLabels labels);
    void add(const PatternTile& tile); ///< further rows; all tiles have the same columns
    void commit() { file_.commit(); } ///< \pre something was added

private:
    static std::string label(const std::vector<Token>& tokens, std::size_t position);

    AtomicFile file_;
    CsvLabels labels_;
    std::string text_;
    bool headed_ = false;
};

} // namespace headscope
