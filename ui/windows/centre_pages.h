// SPDX-License-Identifier: GPL-3.0-or-later
// Several ways to look at the same heads, one at a time.
#pragma once

#include "ui/models/view_options.h"

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace headscope::ui {

/// A switch over the pages it chooses from.
class CentrePages : public QWidget {
    Q_OBJECT
public:
    explicit CentrePages(QWidget* parent = nullptr);

    /// In the order of CentrePage.
    void add(QWidget* page, const QString& name, const QString& toolTip);
    void show(CentrePage page); ///< says nothing

Q_SIGNALS:
    void chosen(headscope::ui::CentrePage page); ///< by the user

private:
    QTabBar* tabs_;
    QStackedWidget* pages_;
};

} // namespace headscope::ui
