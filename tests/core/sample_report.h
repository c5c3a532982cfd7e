// SPDX-License-Identifier: GPL-3.0-or-later
// A made-up parity report with everything that one can hold: every verdict, NaN and infinities, hostile text, a pair of
// nothing.
#pragma once

#include "core/parity/parity_report.h"

#include <string>

namespace headscope {

/// Text that would run, break out or break off if a writer forgot to escape it.
inline const std::string hostileText = "<script>alert(\"1\")</script> & ' ]]> --> |`**x**`| @someone \x01\xff\xe2\x82 "
                                       "\"q\",\n=1+1 \xe2\x80\xae\xf0\x9f\x98\x80";

/// Pairs: 0 identical, 1 within tolerance, 2 known, 3 diverging with NaN and infinities, 4 without a row. \pre layers >
/// 0
ParityReport sampleReport(std::size_t layers = 12);

} // namespace headscope
