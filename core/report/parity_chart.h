// SPDX-License-Identifier: GPL-3.0-or-later
// Where two runs part, as a small chart in a page.
#pragma once

#include "core/parity/parity_report.h"

#include <string>
#include <string_view>

namespace headscope {

/// The tolerance that each row of real tokens needs, in the order of the pass on a logarithmic scale, beside the one it
/// has: an <svg>, well-formed XML. Empty where fewer than two such rows were compared.
std::string toleranceChart(const ParityPair& pair);

/// The class that gives a verdict its colour and sign: resources/report/parity.css.
std::string_view verdictClass(VerdictKind kind);

} // namespace headscope
