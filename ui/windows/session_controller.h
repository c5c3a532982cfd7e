// SPDX-License-Identifier: GPL-3.0-or-later
// Opens, saves and autosaves what a window shows, and brings it back after a crash.
#pragma once

#include "ui/models/autosave.h"
#include "ui/models/session.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QAction;
class QMainWindow;
class QTabWidget;

namespace headscope::ui {

class AttentionFiles;
class EngineBridge;
class InspectorView;
class MessageBar;
class RunPanel;
class ViewHistory;

/// The File menu's session actions and what they do. A session file holds settings and views; its run is done again.
class SessionController : public QObject {
    Q_OBJECT
public:
    struct Views {
        EngineBridge& bridge;
        RunPanel& run;
        InspectorView& inspector;
        QTabWidget& centre; ///< in a layout, above which a lost session is offered
        ViewHistory& history;
        AttentionFiles& attention;
        /// Shows a request in the left dock and runs it; the head is chosen when it is there.
        std::function<void(const InspectionRequest&, HeadRef)> open;
    };
    /// \param window outlives this, and so do the views.
    SessionController(QMainWindow& window, Views views);

    QAction* openAction() { return openAction_; }
    QAction* saveAction() { return saveAction_; }
    QAction* saveAsAction() { return saveAsAction_; }

    Session current() const;
    QString file() const { return file_; } ///< of the session; empty when it was never saved
    bool open(const QString& file); ///< false: it was told why, and nothing has changed
    bool save(const QString& file);

    /// Keeps what is shown in `folder` from now on, and offers what a crashed window left there.
    void startAutosave(const QString& folder);
    Autosave* autosave() { return autosave_.get(); }
    bool offers() const { return lost_.has_value(); }
    void restoreLost(); ///< what is offered; without an offer nothing
    void discardLost();

Q_SIGNALS:
    void told(const QString& message); ///< for the status bar
    void used(const QString& file); ///< a session file was opened or saved

private:
    void askOpen();
    void askSave(bool elsewhere);
    void show(const Session& session);
    void bringToFront(const QString& tab);
    void showPending();
    void watch();
    void touch(); ///< something may be worth saving
    void autosaveNow();
    void offer();
    bool isUsers() const; ///< the user changed something since the window opened

    QMainWindow& window_;
    Views views_;
    QAction* openAction_;
    QAction* saveAction_;
    QAction* saveAsAction_;
    QString file_;
    std::optional<Session> pending_; ///< its view is shown with the first capture of its run
    std::unique_ptr<Autosave> autosave_;
    InspectionRequest first_; ///< what the window opened with
    Session saved_; ///< last
    QElapsedTimer sinceSaved_;
    QTimer saveSoon_;
    MessageBar* offer_;
    std::optional<LostSession> lost_;
};

} // namespace headscope::ui
