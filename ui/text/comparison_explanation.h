// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen in A | B | A − B, for somebody who sees it for the first time.
#pragma once

#include "ui/models/head_ref.h"
#include "ui/models/view_options.h"

#include <QStringList>

namespace headscope::ui {

/// What the panels show.
struct SeenComparison {
    bool prompts = false; ///< of one run on two prompts; else of one prompt in two runs
    HeadRef head;
    QString model; ///< its name
    QString a, b; ///< what A and B are
    bool both = true; ///< there are patterns of both
    ViewOptions options;
    QString tokens; ///< how the tokens of both go together, a sentence without its full stop
    QString readout; ///< of the cell looked at; empty: of none
};

/// Four sentences: what A and B are, what A − B is, how their tokens go together, and what the cell looked at says.
QStringList explanation(const SeenComparison& seen);

} // namespace headscope::ui
