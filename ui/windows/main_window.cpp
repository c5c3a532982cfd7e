// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/main_window.h"
#include "ui/windows/graph_dock.h"

#include "core/model/model_catalog.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/preferences.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/attention_files.h"
#include "ui/windows/comparison_panels.h"
#include "ui/windows/comparison_view.h"
#include "ui/windows/contributions_controller.h"
#include "ui/windows/desktop.h"
#include "ui/windows/explain_panel.h"
#include "ui/windows/export_controller.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lens_dock.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/next_token_panel.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/predictions_dock.h"
#include "ui/windows/prompt_comparison.h"
#include "ui/windows/query_key_dock.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/status_strip.h"
#include "ui/windows/token_panel.h"

#include <QAction>
#include <QCloseEvent>
#include <QDockWidget>
#include <QMimeData>
#include <QScrollArea>
#include <QSettings>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

MainWindow::MainWindow(EngineBridge& bridge, QWidget* parent)
    : QMainWindow(parent)
    , bridge_(bridge)
    , inspector_(new InspectorView(this))
    , exports_(new ExportController(*this, *inspector_))
    , status_(new StatusStrip(this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Headscope"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    makeCentre();
    makeActions();
    makeDocks();
    makeParity();
    makePredictions();
    makeLens();
    makeQueryKeys();
    makePromptComparison();
    makeContributions();
    makeGraph();
    makeDesktop();
    makeMenus();
    connect(exports_, &ExportController::told, this,
        [this](const QString& message) { statusBar()->showMessage(message, 6000); });
    connect(exports_, &ExportController::failed, &inspector_->messages(), &MessageBar::showError);
    statusBar()->addPermanentWidget(status_);
    connectEngine();
    resize(1440, 900);
    defaultLayout_ = saveState();
    restoreGeometry(QSettings().value("window/geometry"_L1).toByteArray());
    restoreState(QSettings().value("window/state"_L1).toByteArray());
    updateActions();
}

void MainWindow::makeCentre()
{
    centre_ = new QTabWidget(this);
    centre_->setObjectName(u"centreTabs"_s);
    inspector_->setObjectName(u"runView"_s);
    centre_->setAccessibleName(tr("Results"));
    centre_->setDocumentMode(true);
    centre_->setTabBarAutoHide(true);
    centre_->addTab(inspector_, tr("Run"));
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(&inspector_->messages()); // above whatever is in front
    layout->addWidget(centre_, 1);
    setCentralWidget(centre);
}

void MainWindow::makeParity()
{
    parity_ = new ParityController(*this, {bridge_, *runPanel_, *inspector_, *centre_});
    connect(parity_, &ParityController::busyChanged, this, &MainWindow::updateActions);
    connect(parity_, &ParityController::told, this,
        [this](const QString& message) { statusBar()->showMessage(message, 6000); });
    connect(&parity_->comparison().selection(), &HeadSelection::lockChanged, this, &MainWindow::updateActions);
    explanation_->addView(parity_->comparison(), [this] { return parity_->comparison().explanation(); });
    connect(&parity_->comparison(), &ComparisonView::seenChanged, explanation_, &ExplainPanel::follow);
    connect(centre_, &QTabWidget::currentChanged, this, &MainWindow::updateActions);
}

void MainWindow::makePredictions()
{
    predictions_ = new PredictionsDock({bridge_, *runPanel_, *inspector_}, this);
    addDockWidget(Qt::BottomDockWidgetArea, predictions_);
    tabifyDockWidget(&parity_->dock(), predictions_);
    predictions_->hide();
    connect(predictions_, &PredictionsDock::busyChanged, this, &MainWindow::updateActions);
    connect(predictions_, &PredictionsDock::runWanted, this, &MainWindow::run);
    connect(predictions_, &PredictionsDock::told, this,
        [this](const QString& message) { statusBar()->showMessage(message, 6000); });
}

void MainWindow::makeLens()
{
    lens_ = new LensDock({bridge_, *inspector_}, this);
    addDockWidget(Qt::BottomDockWidgetArea, lens_);
    tabifyDockWidget(predictions_, lens_);
    lens_->hide();
    connect(lens_, &LensDock::busyChanged, this, &MainWindow::updateActions);
}

void MainWindow::makeQueryKeys()
{
    queryKeys_ = new QueryKeyDock(*inspector_, this);
    addDockWidget(Qt::BottomDockWidgetArea, queryKeys_);
    tabifyDockWidget(predictions_, queryKeys_);
    queryKeys_->hide();
}

/// A tab of the centre while the run shown has two prompts or more.
void MainWindow::makePromptComparison()
{
    prompts_ = new PromptComparison(*inspector_, centre_);
    prompts_->hide();
    connect(prompts_, &PromptComparison::failed, &inspector_->messages(), &MessageBar::showError);
    explanation_->addView(*prompts_, [this] { return prompts_->explanation(); });
    connect(prompts_, &PromptComparison::seenChanged, explanation_, &ExplainPanel::follow);
    connect(prompts_, &PromptComparison::possibleChanged, this, [this](bool possible) {
        if (possible)
            centre_->insertTab(1, prompts_, tr("Two prompts"));
        else
            centre_->removeTab(centre_->indexOf(prompts_));
    });
}

void MainWindow::makeContributions()
{
    contributions_ = new ContributionsController(*this, {bridge_, *inspector_, *nextDock_});
    connect(contributions_, &ContributionsController::busyChanged, this, &MainWindow::updateActions);
}

void MainWindow::makeGraph()
{
    graph_ = new GraphDock({bridge_, *inspector_}, this);
    addDockWidget(Qt::BottomDockWidgetArea, graph_);
    tabifyDockWidget(&parity_->dock(), graph_);
    graph_->hide();
    connect(graph_, &GraphDock::busyChanged, this, &MainWindow::updateActions);
}

void MainWindow::makeDesktop()
{
    attentionFiles_
        = new AttentionFiles(*this, *inspector_, [this](const CapturePtr& capture) { showOpened(capture); });
    desktop_ = new Desktop(*this,
        {bridge_, *runPanel_, *inspector_, *parity_, *centre_, *attentionFiles_,
            [this](const InspectionRequest& request, HeadRef head) { open(request, head); }});
    connect(
        desktop_, &Desktop::told, this, [this](const QString& message) { statusBar()->showMessage(message, 6000); });
}

HeadSelection& MainWindow::selection()
{
    return parity_->isInFront() ? parity_->comparison().selection() : inspector_->selection();
}

void MainWindow::zoom(double factor)
{
    const auto apply = [factor](auto& view) { factor == 0 ? view.resetView() : view.zoom(factor); };
    if (parity_->isInFront())
        apply(parity_->comparison().panels());
    else if (centre_->currentWidget() == prompts_)
        apply(prompts_->panels());
    else
        apply(inspector_->heatmap());
}

void MainWindow::makeDocks()
{
    const auto dock = [this](const QString& title, const QString& name, QWidget* content, Qt::DockWidgetArea area) {
        auto* made = new QDockWidget(title, this);
        made->setObjectName(name);
        made->setWidget(content);
        addDockWidget(area, made);
        return made;
    };
    runPanel_ = new RunPanel(bridge_, runAction_, cancelAction_);
    auto* scroller = new QScrollArea;
    scroller->setWidgetResizable(true);
    scroller->setFrameShape(QFrame::NoFrame);
    scroller->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroller->setFocusPolicy(Qt::NoFocus);
    scroller->setWidget(runPanel_);
    scroller->setMinimumWidth(runPanel_->minimumSizeHint().width() + 16);
    nextTokens_ = new NextTokenPanel;
    runDock_ = dock(tr("Run"), u"runDock"_s, scroller, Qt::LeftDockWidgetArea);
    nextDock_ = dock(tr("Next token"), u"nextTokenDock"_s, nextTokens_, Qt::RightDockWidgetArea);
    tokens_ = new TokenPanel(*inspector_);
    tokensDock_ = dock(tr("Tokens"), u"tokensDock"_s, tokens_, Qt::RightDockWidgetArea);
    explanation_ = new ExplainPanel(*inspector_, *runPanel_);
    explainDock_ = dock(tr("What am I looking at?"), u"explainDock"_s, explanation_, Qt::BottomDockWidgetArea);
    explainDock_->hide();
    resizeDocks({runDock_, nextDock_}, {290, 310}, Qt::Horizontal);
    connect(runPanel_, &RunPanel::edited, this, [this] {
        updateStale();
        updateActions();
    });
    connect(inspector_, &InspectorView::positionChanged, this, &MainWindow::updateNextTokens);
    connect(&inspector_->selection(), &HeadSelection::lockChanged, this, &MainWindow::updateActions);
}

void MainWindow::connectEngine()
{
    connect(&bridge_, &EngineBridge::started, this, &MainWindow::onStarted);
    connect(&bridge_, &EngineBridge::layerReady, this, &MainWindow::onLayer);
    connect(&bridge_, &EngineBridge::progressed, this, &MainWindow::onProgress);
    connect(&bridge_, &EngineBridge::finished, this, &MainWindow::onFinished);
    connect(&bridge_, &EngineBridge::failed, this, &MainWindow::onFailed);
    connect(&bridge_, &EngineBridge::cancelled, this, [this] {
        onEnded();
        statusBar()->showMessage(tr("Cancelled"), 4000);
    });
    connect(&bridge_, &EngineBridge::busyChanged, this, &MainWindow::updateActions);
}

InspectionRequest MainWindow::defaultRequest()
{
    InspectionRequest request{.attention = AttentionKind::Auto, .keepLogits = false};
    Preferences::read().applyTo(request);
    if (!embeddedModels().empty()) {
        request.model = embeddedModels().front().name;
        request.prompts = {embeddedModels().front().prompt};
    }
    return request;
}

void MainWindow::open(const InspectionRequest& request, std::optional<HeadRef> head)
{
    firstHead_ = head;
    for (const auto& model : embeddedModels())
        if (!head && model.name == request.model)
            firstHead_ = HeadRef{model.layer, model.head};
    runPanel_->setRequest(request);
    run();
}

void MainWindow::openAttention(const QString& file, std::optional<AttentionPart> part, const InspectionRequest& request,
    std::optional<HeadRef> head)
{
    firstHead_ = head;
    runPanel_->setRequest(request);
    attentionFiles_->open(file, part);
}

void MainWindow::showOpened(const CapturePtr& capture)
{
    bridge_.cancel(); // a run in progress would take its place
    centre_->setCurrentWidget(inspector_);
    freshRun_ = true;
    present(capture);
    finished_ = capture;
    updateNextTokens();
}

void MainWindow::run()
{
    if (!runPanel_->isComplete())
        return;
    inspector_->messages().hide();
    freshRun_ = true;
    runPanel_->showProgress(0, 0);
    status_->startClock();
    statusBar()->showMessage(tr("Starting…"));
    InspectionRequest request = runPanel_->request();
    request.keepScores = inspector_->options().stage == Stage::Scores; // eager attention keeps them only when told to
    bridge_.start(request);
}

void MainWindow::onStarted(const CapturePtr& capture)
{
    if (!inspector_->capture())
        present(capture); // nothing to lose: show the tokens before the first layer is done
}

void MainWindow::onLayer(const CapturePtr& capture) { present(capture); }

void MainWindow::present(const CapturePtr& capture)
{
    if (freshRun_) {
        freshRun_ = false;
        nextTokens_->clear(tr("Shown when the run has finished"));
        inspector_->begin(capture);
        if (firstHead_) {
            inspector_->selection().choose(*std::exchange(firstHead_, std::nullopt));
            inspector_->selection().toggleLock(inspector_->selection().current());
        }
        status_->setRun(capture->header());
        setWindowTitle(tr("%1 – Headscope").arg(text(capture->header().model.name)));
    } else {
        inspector_->extend(capture);
    }
    updateStale();
    updateActions();
}

void MainWindow::onProgress(Progress progress)
{
    runPanel_->showProgress(static_cast<int>(progress.done), static_cast<int>(progress.total));
    status_->setProgress(progress);
    switch (progress.step) {
    case Progress::Step::Loading:
        statusBar()->showMessage(tr("Loading weights"));
        break;
    case Progress::Step::Layers:
        statusBar()->showMessage(tr("Layer %1 of %2").arg(progress.done).arg(progress.total));
        break;
    case Progress::Step::Unembedding:
        statusBar()->showMessage(tr("Next tokens"));
        break;
    }
}

void MainWindow::onFinished(const CapturePtr& capture)
{
    present(capture);
    finished_ = capture;
    onEnded();
    runPanel_->rememberModel(text(capture->header().request.model));
    statusBar()->showMessage(tr("Finished"), 4000);
    updateNextTokens();
}

void MainWindow::onFailed(const QString& message)
{
    onEnded();
    statusBar()->clearMessage();
    inspector_->messages().showError(message);
    if (finished_ && inspector_->capture() && !inspector_->capture()->finished()) {
        freshRun_ = true; // back to the last whole result
        present(finished_);
        freshRun_ = false;
        updateNextTokens();
    }
}

void MainWindow::onEnded()
{
    freshRun_ = false;
    runPanel_->hideProgress();
    status_->stopClock();
    updateActions();
}

void MainWindow::updateStale()
{
    const auto& shown = inspector_->capture();
    InspectionRequest wanted = runPanel_->request();
    if (shown)
        wanted.keepScores = shown->header().request.keepScores; // no setting: see run()
    const bool opened = shown && isFromFile(shown->header()); // no settings made it
    inspector_->setStale(shown && !opened && !bridge_.isBusy() && !(shown->header().request == wanted));
}

void MainWindow::updateActions()
{
    const bool busy = bridge_.isBusy() || parity_->isBusy() || predictions_->isBusy() || contributions_->isBusy()
        || lens_->isBusy() || graph_->isBusy();
    const CapturePtr shown = parity_->isInFront() ? CapturePtr() : inspector_->capture();
    runAction_->setEnabled(runPanel_->isComplete());
    cancelAction_->setEnabled(busy);
    unlockAction_->setEnabled(!busy && selection().isLocked());
    exportHeadAction_->setEnabled(shown && shown->layersDone() > 0);
    exportGridAction_->setEnabled(shown && shown->finished());
    const InspectionRequest next = runPanel_->request();
    inspector_->setIdle(idleText({!next.model.empty(), runPanel_->isComplete()}));
    updateStale();
}

void MainWindow::updateNextTokens()
{
    const auto& capture = inspector_->capture();
    if (capture && isFromFile(capture->header()))
        nextTokens_->clear(tr("Attention from a file: there is no model here that would predict anything"));
    else if (capture && capture->finished())
        nextTokens_->showAfter(capture, inspector_->sequence(), inspector_->position());
}

bool MainWindow::isSettled() const
{
    return !bridge_.isBusy() && inspector_->isSettled() && !nextTokens_->isWaiting() && !runPanel_->isWaiting()
        && parity_->isSettled() && predictions_->isSettled() && lens_->isSettled() && queryKeys_->isSettled()
        && prompts_->isSettled() && contributions_->isSettled() && !graph_->isBusy() && exports_->isSettled()
        && attentionFiles_->isSettled() && tokens_->isSettled() && explanation_->isSettled();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QSettings settings;
    settings.setValue("window/geometry"_L1, saveGeometry());
    settings.setValue("window/state"_L1, saveState());
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) // what is no model is told when it is dropped
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    desktop_->take(event->mimeData()->urls());
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && runPanel_)
        updateStale();
}

} // namespace headscope::ui
