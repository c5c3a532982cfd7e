// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/parity_controller.h"

#include "ui/bridge/engine_bridge.h"
#include "ui/windows/comparison_view.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/run_panel.h"

#include <QAction>
#include <QMainWindow>
#include <QTabWidget>

#include <utility>

namespace headscope::ui {

ParityController::ParityController(QMainWindow& window, const Views& views)
    : QObject(&window)
    , window_(window)
    , views_(views)
    , bridge_({[&engine = views.engine](ParityRequest request, std::shared_ptr<ParityListener> listener) {
                   engine.submitParity(std::move(request), std::move(listener));
               },
          [&engine = views.engine] { engine.cancelAnalysis(); }})
    , dock_(new ParityDock(bridge_, &window))
    , comparison_(new ComparisonView)
    , compareAction_(new QAction(tr("Co&mpare"), this))
{
    comparison_->setObjectName(QStringLiteral("comparisonView"));
    comparison_->setParent(&views.centre);
    comparison_->hide(); // until it is a tab
    compareAction_->setObjectName(QStringLiteral("compareAction"));
    compareAction_->setShortcut(Qt::Key_F6);
    compareAction_->setToolTip(tr("Compare runs (F6)"));
    dock_->toggleViewAction()->setShortcut(QKeySequence(QStringLiteral("Ctrl+P")));
    window.addDockWidget(Qt::BottomDockWidgetArea, dock_);
    window.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    dock_->hide();
    connectAll();
    updateBase();
}

void ParityController::connectAll()
{
    connect(compareAction_, &QAction::triggered, this, [this] {
        dock_->show();
        dock_->compare();
    });
    connect(&views_.run, &RunPanel::edited, this, &ParityController::updateBase);
    connect(&bridge_, &ParityBridge::busyChanged, this, &ParityController::busyChanged);
    connect(dock_, &ParityDock::started, this, [this] {
        views_.inspector.messages().hide();
        makeRoom();
    });
    connect(dock_, &ParityDock::told, this, &ParityController::told);
    connect(dock_, &ParityDock::failed, &views_.inspector.messages(), &MessageBar::showError);
    connect(dock_, &ParityDock::noted, &views_.inspector.messages(), &MessageBar::showNote);
    connect(comparison_, &ComparisonView::failed, &views_.inspector.messages(), &MessageBar::showError);
    connect(dock_, &ParityDock::pairChanged, this, &ParityController::showPair);
    connect(dock_, &ParityDock::rowActivated, this, [this](const ParityRow& row) {
        open();
        if (dock_->pair() && comparison_->pair() == dock_->pair())
            comparison_->jumpTo(row);
    });
    connect(dock_, &ParityDock::answerActivated, this, [this](std::size_t sequence, std::size_t position) {
        open();
        comparison_->jumpTo(SequenceId{sequence}, TokenPos{position});
    });
    connect(comparison_, &ComparisonView::optionsChosen, &views_.inspector, &InspectorView::setOptions);
    connect(&views_.inspector, &InspectorView::optionsChanged, comparison_,
        [this] { comparison_->setOptions(views_.inspector.options()); });
    connect(comparison_, &ComparisonView::differencesChanged, this, &ParityController::colourHeads);
}

void ParityController::updateBase() { dock_->setBase(views_.run.request()); }

/// The patterns of the pair that is looked at, where some were kept.
void ParityController::showPair()
{
    const auto pair = dock_->pair();
    if (!pair || (!pair->reference.capture && !pair->candidate.capture))
        return;
    if (views_.centre.indexOf(comparison_) < 0)
        views_.centre.addTab(comparison_, tr("Comparison"));
    comparison_->setPair(pair);
}

void ParityController::open()
{
    const auto pair = dock_->pair();
    if (!pair)
        return Q_EMIT told(tr("The patterns can be looked at once this pair is finished"));
    if (!pair->reference.capture && !pair->candidate.capture)
        return Q_EMIT told(tr("No patterns of this pair were kept"));
    showPair();
    views_.centre.setCurrentWidget(comparison_);
}

/// Results need more than the empty dock.
void ParityController::makeRoom()
{
    const int wanted = window_.height() * 45 / 100;
    if (std::exchange(hasRoom_, true) || dock_->isFloating() || dock_->height() >= wanted)
        return;
    window_.resizeDocks({dock_}, {wanted}, Qt::Vertical);
}

void ParityController::colourHeads() { views_.inspector.setFigures(comparison_->differences()); }

bool ParityController::isInFront() const { return views_.centre.currentWidget() == comparison_; }

bool ParityController::isSettled() const
{
    return !bridge_.isBusy() && !dock_->isWaiting() && (!isInFront() || comparison_->isSettled());
}

} // namespace headscope::ui
