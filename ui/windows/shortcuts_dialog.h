// SPDX-License-Identifier: GPL-3.0-or-later
// Help > Keyboard shortcuts.
#pragma once

#include <QDialog>
#include <QList>

class QMainWindow;

namespace headscope::ui {

/// Keys and what they do.
struct KeyHelp {
    QString place; ///< a menu, or the widget that has to have the focus
    QString keys; ///< in the words of this desktop
    QString effect;
};

/// Every action of the menus that has a shortcut, in their order, and after them the keys of the widgets.
QList<KeyHelp> keyHelp(const QMainWindow& window);

class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutsDialog(const QList<KeyHelp>& keys, QWidget* parent = nullptr);
};

} // namespace headscope::ui
