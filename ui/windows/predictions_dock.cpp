// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/predictions_dock.h"

#include "core/cache/attention_file.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/prediction_model.h"
#include "ui/models/probability_delegate.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/quiet_table.h"
#include "ui/windows/run_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

PredictionsDock::PredictionsDock(const Views& views, QWidget* parent)
    : QDockWidget(tr("Predictions"), parent)
    , views_(views)
    , bridge_({[&engine = views.engine](GenerationRequest request, std::shared_ptr<GenerationListener> listener) {
                   engine.submitGeneration(std::move(request), std::move(listener));
               },
          [&engine = views.engine] { engine.cancelAnalysis(); }})
    , model_(new PredictionModel(this))
    , continueAction_(new QAction(tr("Con&tinue prompts"), this))
{
    setObjectName(u"predictionsDock"_s);
    continueAction_->setObjectName(u"continueAction"_s);
    continueAction_->setShortcut(Qt::Key_F7);
    continueAction_->setToolTip(tr("Append the most likely tokens to every prompt, then run (F7)"));
    setWidget(makeContent());
    connectAll();
    showRun();
    updateContinue();
}

QWidget* PredictionsDock::makeContent()
{
    auto* content = new QWidget(this);
    count_ = new QSpinBox(content);
    count_->setObjectName(u"continueCount"_s);
    count_->setRange(1, 1000);
    count_->setValue(20);
    count_->setToolTip(tr("Tokens to append to each prompt, at most; a prompt ends earlier at the end-of-text token"));
    auto* label = new QLabel(tr("&Length"), content);
    label->setBuddy(count_);
    auto* go = new QToolButton(content);
    go->setObjectName(u"continueButton"_s);
    go->setDefaultAction(continueAction_);
    go->setFocusPolicy(Qt::StrongFocus);
    progress_ = new ElidedLabel(200, content);
    progress_->setObjectName(u"continueProgress"_s);
    progress_->setForegroundRole(QPalette::PlaceholderText);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(go);
    bar->addWidget(label);
    bar->addWidget(count_);
    bar->addWidget(progress_, 1);

    table_ = new QTableView(content);
    table_->setObjectName(u"predictionsTable"_s);
    table_->setAccessibleName(tr("Predictions at every position"));
    table_->setModel(model_);
    for (const int column : {PredictionModel::ChoiceProbabilityColumn, PredictionModel::NextProbabilityColumn})
        table_->setItemDelegateForColumn(column, new ProbabilityDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAlternatingRowColors(true);
    quieten(*table_, fontMetrics().height() + 8);
    auto* columns = table_->horizontalHeader();
    const int letter = fontMetrics().averageCharWidth();
    const std::pair<int, int> widths[]{{PredictionModel::PositionColumn, 6},
        {PredictionModel::ChoiceProbabilityColumn, 12}, {PredictionModel::NextProbabilityColumn, 12},
        {PredictionModel::RankColumn, 8}, {PredictionModel::LossColumn, 9}};
    for (const auto& [column, letters] : widths)
        columns->resizeSection(column, letters * letter);
    for (const int column : {PredictionModel::TokenColumn, PredictionModel::ChoiceColumn, PredictionModel::NextColumn})
        columns->setSectionResizeMode(column, QHeaderView::Stretch);
    empty_ = new QLabel(content);
    empty_->setObjectName(u"predictionsEmpty"_s);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setForegroundRole(QPalette::PlaceholderText);

    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addLayout(bar);
    layout->addWidget(table_, 1);
    layout->addWidget(empty_, 1);
    return content;
}

void PredictionsDock::connectAll()
{
    connect(continueAction_, &QAction::triggered, this, &PredictionsDock::continuePrompts);
    connect(&views_.run, &RunPanel::edited, this, &PredictionsDock::updateContinue);
    connect(&views_.engine, &EngineBridge::finished, this, &PredictionsDock::showRun);
    connect(&views_.inspector, &InspectorView::contentChanged, this, &PredictionsDock::showRun);
    connect(&views_.inspector, &InspectorView::positionChanged, this, &PredictionsDock::showPosition);
    connect(&bridge_, &GenerationBridge::busyChanged, this, [this] {
        updateContinue();
        Q_EMIT busyChanged();
    });
    connect(&bridge_, &GenerationBridge::generated, this, &PredictionsDock::onGenerated);
    connect(&bridge_, &GenerationBridge::finished, this, &PredictionsDock::onFinished);
    connect(&bridge_, &GenerationBridge::cancelled, this, [this] { progress_->setText(tr("Cancelled")); });
    connect(&bridge_, &GenerationBridge::failed, this, [this](const QString& message) {
        progress_->clear();
        views_.inspector.messages().showError(message);
    });
    connect(model_, &PredictionModel::failed, this, [this](const QString& message) {
        empty_->setText(message);
        empty_->show();
        table_->hide();
    });
    connect(
        table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
            if (following_ || !current.isValid())
                return;
            const auto row = static_cast<std::size_t>(current.row());
            const auto cell = views_.inspector.heatmap().chosenCell();
            views_.inspector.heatmap().choose(Cell{row, cell ? std::min(cell->key, row) : row});
        });
}

void PredictionsDock::showRun()
{
    const auto& capture = views_.inspector.capture();
    const bool opened = capture && isFromFile(capture->header());
    const bool there = capture && capture->finished() && !opened;
    model_->setRun(there ? capture : CapturePtr(), views_.inspector.sequence());
    table_->setVisible(there);
    empty_->setVisible(!there);
    empty_->setText(opened ? tr("Attention from a file: there is no model here that would predict anything")
            : capture      ? tr("Shown when the run has finished")
                           : tr("Press F5 to run: then every position tells what the model would say next"));
    showPosition();
}

void PredictionsDock::showPosition()
{
    if (model_->rowCount() == 0)
        return;
    const QModelIndex row = model_->index(static_cast<int>(views_.inspector.position().value), 0);
    following_ = true;
    table_->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table_->scrollTo(row);
    following_ = false;
}

void PredictionsDock::updateContinue() { continueAction_->setEnabled(views_.run.isComplete() && !bridge_.isBusy()); }

void PredictionsDock::continuePrompts()
{
    views_.inspector.messages().hide();
    show();
    raise();
    progress_->setText(tr("Starting…"));
    views_.engine.cancel();
    bridge_.start({.run = views_.run.request(), .count = static_cast<std::size_t>(count_->value())});
}

void PredictionsDock::onGenerated(std::size_t done, std::size_t total, const std::vector<GeneratedText>& texts)
{
    QStringList said;
    for (const GeneratedText& each : texts)
        said << isolated(text(each.text).replace(u'\n', u'↵'));
    progress_->setText(tr("%1 of %2: ").arg(done).arg(total) + said.join(u"  ·  "_s));
}

void PredictionsDock::onFinished(const std::vector<GeneratedText>& texts)
{
    InspectionRequest request = views_.run.request();
    QStringList ended, otherTokens;
    std::size_t most = 0;
    for (std::size_t row = 0; row < texts.size() && row < request.prompts.size(); ++row) {
        request.prompts[row] = texts[row].prompt;
        most = std::max(most, texts[row].ids.size());
        if (texts[row].ended)
            ended << QString::number(row + 1);
        if (!texts[row].sameTokens)
            otherTokens << QString::number(row + 1);
    }
    QString summary = tr("Tokens appended: %1").arg(most);
    if (!ended.isEmpty())
        summary += tr("; end of text in prompt %1").arg(ended.join(u", "_s));
    progress_->setText(summary);
    Q_EMIT told(summary);
    views_.run.setRequest(request);
    Q_EMIT runWanted();
    if (!otherTokens.isEmpty())
        views_.inspector.messages().showNote(
            tr("Prompt %1: its text is cut into other tokens than the model said one by one")
                .arg(otherTokens.join(u", "_s)));
}

bool PredictionsDock::isSettled() const { return !bridge_.isBusy() && (!table_->isVisible() || !model_->isWaiting()); }

} // namespace headscope::ui
