// SPDX-License-Identifier: GPL-3.0-or-later
// What makes a window a good citizen of a desktop: sessions, undo, recent files, dropped files, layouts, preferences.
#pragma once

#include "core/run/inspection_request.h"
#include "ui/models/head_ref.h"
#include "ui/models/preferences.h"

#include <QList>
#include <QObject>
#include <QUrl>

#include <functional>

class QMainWindow;
class QMenu;
class QTabWidget;

namespace headscope::ui {

class AttentionFiles;
class EngineBridge;
class InspectorView;
class LayoutMenu;
class ParityController;
class RecentFiles;
class RunPanel;
class SessionController;
class ViewHistory;

/// Owns the controllers and puts their actions into the window's menus.
class Desktop : public QObject {
    Q_OBJECT
public:
    struct Views {
        EngineBridge& bridge;
        RunPanel& run;
        InspectorView& inspector;
        ParityController& parity;
        QTabWidget& centre;
        AttentionFiles& attention;
        std::function<void(const InspectionRequest&, HeadRef)> open; ///< shows a request and runs it
    };
    /// \param window outlives this, and so do the views.
    Desktop(QMainWindow& window, Views views);

    void fillFileMenu(QMenu& menu); ///< what is opened and saved
    void fillEditMenu(QMenu& menu);
    void fillViewMenu(QMenu& menu);
    void fillHelpMenu(QMenu& menu);
    void take(const QList<QUrl>& files); ///< that were dropped; what they are not good for is told

    SessionController& sessions() { return *sessions_; }
    ViewHistory& history() { return *history_; }
    LayoutMenu& layouts() { return *layouts_; }
    RecentFiles& recent() { return *recent_; }

Q_SIGNALS:
    void told(const QString& message); ///< for the status bar

private:
    void apply(const Preferences& preferences);
    void takePrompts(const QString& file);
    void askSettings();
    void showShortcuts();

    QMainWindow& window_;
    Views views_;
    Preferences applied_;
    ViewHistory* history_;
    SessionController* sessions_;
    RecentFiles* recent_;
    LayoutMenu* layouts_;
};

} // namespace headscope::ui
