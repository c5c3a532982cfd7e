// SPDX-License-Identifier: GPL-3.0-or-later
// The window in other languages than English.
#pragma once

#include <QString>

namespace headscope::ui {

/// Installs the translation for everything that is made from now on. English needs none.
/// \param language "de", "en"; empty: the first of the system's that there is
/// \return the language that the window has
QString installTranslation(const QString& language);

} // namespace headscope::ui
