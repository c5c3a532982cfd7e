// SPDX-License-Identifier: GPL-3.0-or-later
// The colours of verdicts; signs and words say the same.
#pragma once

#include "core/parity/parity_report.h"

#include <QColor>
#include <QPalette>

namespace headscope::ui {

struct VerdictColours {
    QColor back, text; ///< legible on one another
};

/// For the lightness of `palette`. What was not compared has the palette's own.
VerdictColours verdictColours(VerdictKind kind, const QPalette& palette);

} // namespace headscope::ui
