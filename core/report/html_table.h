// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of a report that is read in a browser.
#pragma once

#include "core/report/parity_formats.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// Text of unknown origin, on one line, with nothing that HTML or XML would read as its own.
std::string htmlText(std::string_view text);
std::string htmlCode(std::string_view text); ///< likewise, as code

struct HtmlColumn {
    std::string_view title;
    bool numeric = false; ///< right-aligned, sorted by HtmlCell::key
    bool optional = false; ///< left out when all its cells are empty
};

struct HtmlCell {
    std::string html{}; ///< escaped
    std::optional<std::string> key{}; ///< what it is sorted by instead of its text
};
HtmlCell textCell(std::string_view text);
HtmlCell numberCell(double value); ///< three digits, sorted by all of them; NaN and infinity are the largest
HtmlCell countCell(std::size_t value);
/// Two counts that belong together: "0 · 3", sorted by their sum; empty when both are 0.
HtmlCell countsCell(std::uint64_t reference, std::uint64_t candidate);

struct HtmlRow {
    std::vector<HtmlCell> cells; ///< one per column; the first heads the row
    std::string_view verdict{}; ///< what a filter asks for; empty: always shown
};

struct HtmlTable {
    std::string label; ///< says what it is, for those who do not see it
    std::vector<HtmlColumn> columns;
    std::vector<HtmlRow> rows{};
};

/// Each column can be sorted by (resources/report/tables.js), rows with verdicts be filtered (parity.js).
void writeTable(const HtmlTable& table, const TextSink& out);

} // namespace headscope
