// SPDX-License-Identifier: GPL-3.0-or-later
// Files and folders that are dropped on the window.
#pragma once

#include <QList>
#include <QString>
#include <QUrl>

namespace headscope::ui {

struct DroppedModel {
    QString directory; ///< of a model, or of models; empty when nothing of it was dropped
    QString problem; ///< then: what was expected and what was found, one line of plain text
};

/// The first of what was dropped that is a model directory, its config.json or another .json or .safetensors file in
/// it, or a folder with models in it. Looks at names alone.
DroppedModel droppedModel(const QList<QUrl>& dropped);

} // namespace headscope::ui
