// SPDX-License-Identifier: GPL-3.0-or-later
// A run's settings as a session file keeps them.
#pragma once

#include "core/run/inspection_request.h"
#include "ui/models/json_part.h"

#include <QJsonObject>

namespace headscope::ui {

/// {"path"}, and {"absolute"} beside a path that is relative because it is inside `folder`.
QJsonObject pathToJson(const QString& path, const QString& folder);
/// Absolute: the relative one where it leads to something. \throws Error(BadInput) naming file and key
QString pathFromJson(const JsonPart& part, const QString& folder);

/// {"model", "prompts", "second_prompts", "inputs", "settings"}, with the spellings of the command line.
/// \param folder paths inside it are written relative to it
QJsonObject requestToJson(const InspectionRequest& request, const QString& folder);

/// \param folder what relative paths are of
/// \throws Error(BadInput) naming file and key
InspectionRequest requestFromJson(const JsonPart& part, const QString& folder);

} // namespace headscope::ui
