// SPDX-License-Identifier: GPL-3.0-or-later
// Export and copy in the window: their actions, what they take from the view, their progress.
#pragma once

#include "ui/windows/export_dialog.h"
#include "ui/windows/result_export.h"

#include <QObject>

#include <memory>

class QAction;
class QMenu;
class QProgressDialog;

namespace headscope::ui {

class InspectorView;

/// Exports what an inspector shows. One export at a time; what it writes does not change when the view does.
class ExportController : public QObject {
    Q_OBJECT
public:
    /// \param inspector outlives this. \param window of the actions and dialogs, the parent of this.
    ExportController(QWidget& window, InspectorView& inspector);
    ~ExportController() override;

    QAction* exportAction() { return exportAction_; }
    void fillEditMenu(QMenu& menu); ///< the actions that copy

    ExportOffer offer() const; ///< \pre there is a capture with a layer
    /// The head shown, or several as one, as the view shows it; without the dialog.
    ExportJob shownHead() const;
    /// How the grid of heads draws them.
    ViewOptions gridOptions() const;
    void start(ExportJob job); ///< tells how it went; ignored while one is in progress
    void copyPicture();
    void copyValues();
    bool isSettled() const { return !running_ && copying_ == 0; }

Q_SIGNALS:
    void told(const QString& message);
    void failed(const QString& message);

private:
    void ask();
    void finish(const QString& done, const QString& failure);
    void update();
    bool hasResult() const;
    void copyOrForward();

    QWidget& window_;
    InspectorView& inspector_;
    QAction* exportAction_;
    QAction* copyPictureAction_;
    QAction* copyValuesAction_;
    std::unique_ptr<RunningExport> running_;
    std::unique_ptr<QProgressDialog> progress_;
    int copying_ = 0; ///< copies in progress
};

} // namespace headscope::ui
