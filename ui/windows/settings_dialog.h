// SPDX-License-Identifier: GPL-3.0-or-later
// Preferences of the user's.
#pragma once

#include "ui/models/preferences.h"
#include "ui/windows/theme.h"

#include <QDialog>

class QComboBox;
class QFormLayout;
class QLabel;
class QSpinBox;

namespace headscope::ui {

/// Every change is written and told at once; what takes effect only later says so.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    explicit SettingsDialog(QWidget* parent = nullptr);

    static Theme theme(); ///< as it was chosen last

Q_SIGNALS:
    void changed(const headscope::ui::Preferences& preferences);
    void themeChanged(headscope::ui::Theme theme);

private:
    void addRun(QFormLayout& form);
    void addLook(QFormLayout& form);
    void show(const Preferences& preferences);
    void take();
    void restore();

    bool showing_ = false;
    QString language_; ///< when the dialog was opened
    QSpinBox* threads_;
    QSpinBox* cache_;
    QSpinBox* labels_;
    QComboBox* palettes_;
    QComboBox* languages_;
    QComboBox* themes_;
    QLabel* restart_;
};

/// Sets the size of labels everywhere. \param points 0: as the application's font
void applyLabelSize(int points);

} // namespace headscope::ui
