// SPDX-License-Identifier: GPL-3.0-or-later
// Help > About Headscope.
#pragma once

#include <QDialog>

namespace headscope::ui {

/// What Headscope is, with versions; what it is made of, with licences; the models that come with it; and the text of
/// its licence.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent = nullptr);
};

} // namespace headscope::ui
