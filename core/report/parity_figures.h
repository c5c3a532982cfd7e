// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of a parity report have in common: the figures of a row, and how numbers are written.
#pragma once

#include "core/parity/parity_report.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace headscope {

/// A figure of a report; monostate: it does not apply.
using Figure = std::variant<std::monostate, bool, std::uint64_t, double, std::string>;

/// One figure of a Difference, under its name in JSON and CSV.
struct DifferenceFigure {
    std::string_view name; ///< "max_absolute"
    Figure (*of)(const Difference& difference);
};
/// All of them, in the order they are written.
std::span<const DifferenceFigure> differenceFigures();

/// The shortest text that reads back as the same number; "nan", "inf", "-inf".
std::string exactNumber(double value);
/// Three significant digits, for people: "1.27", "8.3e-07", "0".
std::string shortNumber(double value);
/// "98.4 %"; never rounded up to 100 % or down to 0 %.
std::string percentage(double share);

/// Where a cell is, in words: "sequence 0, H7, query 5, key 3".
std::string placeText(const std::string& hook, const CellPlace& place);
/// "NaN at L3 blocks.3.attn.hook_z, sequence 0, H7, position 5, feature 3"
std::string describe(const NonFinite& found);

/// Whether a row is beyond its tolerance as asked for, explained or not.
bool isBeyondTolerance(const Verdict& verdict);
std::size_t countOf(const ParityPair& pair, VerdictKind kind); ///< rows of that verdict

/// Text of unknown origin on one line: valid UTF-8 without controls and invisible characters.
std::string plainLine(std::string_view text);
/// The same, cut to about so many characters, with "…" at the end.
std::string plainLine(std::string_view text, std::size_t most);

} // namespace headscope
