// SPDX-License-Identifier: GPL-3.0-or-later
// Puts docks, menus and the centre together, and says what a run's events mean for them.
#pragma once

#include "core/cache/attention_file.h"
#include "core/run/engine_thread.h"
#include "ui/models/head_ref.h"
#include "ui/windows/theme.h"

#include <QMainWindow>

#include <optional>

class QTabWidget;

namespace headscope::ui {

class AttentionFiles;
class ContributionsController;
class Desktop;
class EngineBridge;
class ExportController;
class ExplainPanel;
class GraphDock;
class HeadSelection;
class InspectorView;
class LensDock;
class NextTokenPanel;
class ParityController;
class PredictionsDock;
class PromptComparison;
class QueryKeyDock;
class RunPanel;
class StatusStrip;
class TokenPanel;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// \param bridge must outlive this window.
    explicit MainWindow(EngineBridge& bridge, QWidget* parent = nullptr);

    /// Shows the request in the left dock and runs it.
    void open(const InspectionRequest& request, std::optional<HeadRef> head = {});

    /// Shows attention that another program computed, in the place of a run; the left dock gets the request.
    void openAttention(const QString& file, std::optional<AttentionPart> part, const InspectionRequest& request,
        std::optional<HeadRef> head = {});

    bool isSettled() const; ///< nothing is running and nothing asked for is missing
    RunPanel& runPanel() { return *runPanel_; }
    InspectorView& inspector() { return *inspector_; }
    ParityController& parity() { return *parity_; }
    PredictionsDock& predictions() { return *predictions_; }
    LensDock& lens() { return *lens_; }
    QueryKeyDock& queryKeys() { return *queryKeys_; }
    PromptComparison& prompts() { return *prompts_; }
    ContributionsController& contributions() { return *contributions_; }
    GraphDock& graph() { return *graph_; }
    Desktop& desktop() { return *desktop_; }
    AttentionFiles& attentionFiles() { return *attentionFiles_; }
    ExportController& exports() { return *exports_; }

    /// The request the window opens with: the first embedded model and the prompt that shows it best.
    static InspectionRequest defaultRequest();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeCentre();
    void makeActions();
    void makeDocks();
    void makeParity();
    void makePredictions();
    void makeLens();
    void makeQueryKeys();
    void makePromptComparison();
    void makeContributions();
    void makeGraph();
    void makeDesktop();
    void showOpened(const CapturePtr& capture); ///< from a file
    void makeMenus();
    void makeHeadMenu();
    void makeViewMenu();
    void makePageMenu(QMenu& menu);
    void makePoolMenu(QMenu& menu);
    void connectEngine();
    void run();
    void onStarted(const CapturePtr& capture);
    void onLayer(const CapturePtr& capture);
    void onProgress(Progress progress);
    void onFinished(const CapturePtr& capture);
    void onFailed(const QString& message);
    void onEnded(); ///< finished, failed or cancelled
    void present(const CapturePtr& capture);
    void updateStale();
    void updateActions();
    void updateNextTokens();
    void resetLayout();
    void setTheme(Theme theme);
    void exportHead();
    void exportGrid();
    HeadSelection& selection(); ///< of what is in front
    void zoom(double factor); ///< likewise; 0 shows the whole head

    EngineBridge& bridge_;
    QAction* runAction_;
    QAction* cancelAction_;
    QAction* unlockAction_;
    QAction* exportHeadAction_;
    QAction* exportGridAction_;
    RunPanel* runPanel_ = nullptr;
    InspectorView* inspector_;
    NextTokenPanel* nextTokens_ = nullptr;
    QTabWidget* centre_ = nullptr; ///< the run, and beside it a comparison once there is one
    ParityController* parity_ = nullptr;
    PredictionsDock* predictions_ = nullptr;
    LensDock* lens_ = nullptr;
    QueryKeyDock* queryKeys_ = nullptr;
    PromptComparison* prompts_ = nullptr;
    ContributionsController* contributions_ = nullptr;
    GraphDock* graph_ = nullptr;
    Desktop* desktop_ = nullptr;
    AttentionFiles* attentionFiles_ = nullptr;
    ExportController* exports_;
    StatusStrip* status_;
    QDockWidget* runDock_ = nullptr;
    QDockWidget* nextDock_ = nullptr;
    ExplainPanel* explanation_ = nullptr;
    QDockWidget* explainDock_ = nullptr;
    TokenPanel* tokens_ = nullptr;
    QDockWidget* tokensDock_ = nullptr;
    QByteArray defaultLayout_;
    CapturePtr finished_; ///< the last run that came to its end
    bool freshRun_ = false; ///< the run in progress has not been shown yet
    std::optional<HeadRef> firstHead_; ///< chosen when the first run is shown
};

} // namespace headscope::ui
