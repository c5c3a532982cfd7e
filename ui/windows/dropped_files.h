// SPDX-License-Identifier: GPL-3.0-or-later
// What files and folders that are dropped on the window are good for.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace headscope::ui {

struct Dropped {
    enum class Kind { Nothing, Model, Session, Prompts, PromptSet, Dump, Attention };
    Kind kind = Kind::Nothing;
    QString path{}; ///< of the directory of a model or of models, else of the file
    QString problem{}; ///< for nothing: what was expected and what was found, one line of plain text
};

/// Of the first that is good for something. Looks at names, and into the header of a .safetensors file and at the
/// beginning of a .json file that are no model's.
Dropped dropped(const QList<QUrl>& urls);

/// The lines of a text file of prompts, one a line; empty ones are left out.
/// \throws Error(BadInput) naming the file when it cannot be read, is no UTF-8 or is larger than a megabyte.
QStringList readPrompts(const QString& file);

} // namespace headscope::ui
