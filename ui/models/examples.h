// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that show something at once.
#pragma once

#include "core/run/inspection_request.h"
#include "ui/models/head_ref.h"

#include <QString>

#include <vector>

namespace headscope::ui {

/// A run of a demo model and where to look in it.
struct Example {
    QString name; ///< in a menu
    QString note; ///< one sentence on what is to be seen
    InspectionRequest request;
    HeadRef head;
    Cell cell; ///< of the first prompt
};

/// Induction, the indirect object, and a left-padded batch.
std::vector<Example> builtInExamples();

} // namespace headscope::ui
