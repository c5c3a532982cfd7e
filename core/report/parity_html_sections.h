// SPDX-License-Identifier: GPL-3.0-or-later
// One pair of runs in the page of a parity report.
#pragma once

#include "core/report/html_table.h"

namespace headscope {

/// The verdict, why, logits, every row, pictures: report.pairs[index], under the anchor pair-(index + 1).
void writePairSection(const ParityReport& report, std::size_t index, const TextSink& out);

std::string verdictHtml(VerdictKind kind); ///< a word in its colour, with its sign
HtmlCell verdictCell(VerdictKind kind); ///< likewise, sorted by gravity

} // namespace headscope
