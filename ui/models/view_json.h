// SPDX-License-Identifier: GPL-3.0-or-later
// What is looked at, as a session file keeps it.
#pragma once

#include "ui/models/json_part.h"
#include "ui/models/view_state.h"

class QJsonObject;

namespace headscope::ui {

QJsonObject viewToJson(const ViewState& view);

/// What is missing has its default. \param file names it in messages
/// \throws Error(BadInput), one line naming the file and the key of what is not as it should be
ViewState viewFromJson(const JsonPart& part, const QString& file);

} // namespace headscope::ui
