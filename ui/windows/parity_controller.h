// SPDX-License-Identifier: GPL-3.0-or-later
// Ties the comparison of runs into the main window.
#pragma once

#include "ui/bridge/parity_bridge.h"

#include <QObject>

class QAction;
class QMainWindow;
class QTabWidget;

namespace headscope::ui {

class ComparisonView;
class EngineBridge;
class HeadSelection;
class InspectorView;
class ParityDock;
class RunPanel;

/// Owns the parity dock and the comparison view, and says what each event means for the other views.
class ParityController : public QObject {
    Q_OBJECT
public:
    struct Views {
        EngineBridge& engine;
        RunPanel& run;
        InspectorView& inspector;
        QTabWidget& centre; ///< a tab is added once there is something to compare
    };
    /// \param window gets the dock, hidden. It outlives this, and so do the views.
    ParityController(QMainWindow& window, const Views& views);

    ParityDock& dock() { return *dock_; }
    ComparisonView& comparison() { return *comparison_; }
    QAction* compareAction() { return compareAction_; }
    bool isBusy() const { return bridge_.isBusy(); }
    bool isSettled() const; ///< nothing is running, and nothing asked for is missing
    void cancel() { bridge_.cancel(); }
    bool isInFront() const; ///< the comparison is looked at, not the run

Q_SIGNALS:
    void busyChanged();
    void told(const QString& message); ///< for the status bar

private:
    void connectAll();
    void updateBase();
    void showPair();
    void open();
    void colourHeads();
    void makeRoom();

    QMainWindow& window_;
    Views views_;
    ParityBridge bridge_;
    ParityDock* dock_;
    ComparisonView* comparison_;
    QAction* compareAction_;
    bool hasRoom_ = false; ///< the dock was made higher once; from then on it is the user's
};

} // namespace headscope::ui
