// SPDX-License-Identifier: GPL-3.0-or-later
// How comparisons of runs are put into words.
#pragma once

#include "core/parity/parity_report.h"

#include <QString>

#include <utility>
#include <vector>

namespace headscope::ui {

/// A sign that tells verdicts apart without colour: "=", "≈", "!", "✕", "–".
QString verdictSign(VerdictKind kind);
QString verdictWord(VerdictKind kind); ///< "identical", as people read it
QString rowClassWord(RowClass rows);

/// "attn.hook_pattern" of "blocks.3.attn.hook_pattern".
QString shortHook(const std::string& hook);

/// "≈ 3.1e-06"; "= 0" where the bits are the same.
QString cellText(const ParityRow& row);

/// The largest |Δ| of a row, infinite where only one side is NaN or infinite somewhere.
double gapOf(const ParityRow& row);

/// Names and figures of one row, as many as it has: "largest |Δ|" and "1.27", …
using Figures = std::vector<std::pair<QString, QString>>;
Figures figuresOf(const ParityRow& row);
/// The same as lines of plain text, led by what was compared.
QString figuresText(const ParityRow& row);

/// "prompt 0, head 3, row 5, column 2"
QString placeText(const CellPlace& place);

} // namespace headscope::ui
