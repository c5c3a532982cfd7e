// SPDX-License-Identifier: GPL-3.0-or-later
// View > Layouts: arrangements of the docks by name.
#pragma once

#include <QMenu>
#include <QStringList>

class QMainWindow;

namespace headscope::ui {

/// Layouts are kept in the user's settings. Saving under a name that is there replaces that layout.
class LayoutMenu : public QMenu {
    Q_OBJECT
public:
    /// \param window outlives this.
    explicit LayoutMenu(QMainWindow& window);

    static QStringList names(); ///< in alphabetical order
    void save(const QString& name); ///< as the docks are now; an empty name is ignored
    bool show(const QString& name); ///< false when there is none or it no longer fits
    void rename(const QString& before, const QString& after);
    void remove(const QString& name);

private:
    void refresh();
    void askName();
    void manage();

    QMainWindow& window_;
};

} // namespace headscope::ui
