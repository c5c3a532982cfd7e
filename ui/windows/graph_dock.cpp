// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/graph_dock.h"

#include "core/cache/attention_file.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/text/graph_text.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/graph_view.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/theme.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QLabel* plainLabel(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

/// The tokens of a graph, without padding.
TokenRow tokensOf(const ContributionGraphs& graphs, std::size_t sequence)
{
    auto tokens = std::make_shared<std::vector<Token>>();
    for (const std::size_t position : graphs.sequences[sequence].positions)
        tokens->push_back(graphs.header.tokens[sequence][position]);
    return tokens;
}

} // namespace

GraphDock::GraphDock(const Views& views, QWidget* parent)
    : QDockWidget(tr("Contribution graph"), parent)
    , views_(views)
    , bridge_(
          {[&engine = views.engine](ContributionGraphRequest request, std::shared_ptr<ContributionGraphListener> to) {
               engine.submitContributionGraph(std::move(request), std::move(to));
           },
              [&engine = views.engine] { engine.cancelAnalysis(); }})
    , computeAction_(new QAction(tr("Contribution graph"), this))
{
    setObjectName(u"graphDock"_s);
    computeAction_->setObjectName(u"graphAction"_s);
    computeAction_->setShortcut(Qt::SHIFT | Qt::Key_F8);
    setWidget(makeContent());
    connectAll();
    applyRule();
    refresh();
}

QWidget* GraphDock::makeContent()
{
    auto* content = new QWidget(this);
    view_ = new GraphView(content);
    view_->setObjectName(u"graphView"_s);
    stale_ = plainLabel(u"graphStale"_s, content);
    stale_->setText(tr("The graph is of an earlier run."));
    message_ = plainLabel(u"graphMessage"_s, content);
    message_->hide();
    empty_ = plainLabel(u"graphEmpty"_s, content);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    words_ = plainLabel(u"graphReadout"_s, content);
    words_->setMinimumWidth(80);
    words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    words_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    words_->setFixedHeight(2 * words_->fontMetrics().lineSpacing() + 2);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    layout->addWidget(makeControls(content));
    layout->addWidget(stale_);
    layout->addWidget(message_);
    layout->addWidget(view_, 1);
    layout->addWidget(empty_, 1);
    layout->addWidget(words_);
    return content;
}

QWidget* GraphDock::makeControls(QWidget* parent)
{
    auto* controls = new QWidget(parent);
    compute_ = new QPushButton(tr("Compute graph"), controls);
    compute_->setObjectName(u"graphButton"_s);
    cancel_ = new QPushButton(tr("Cancel"), controls);
    cancel_->setObjectName(u"cancelGraphButton"_s);
    cancel_->setToolTip(tr("Stop what is being computed (Esc)"));
    progress_ = new QProgressBar(controls);
    progress_->setObjectName(u"graphProgress"_s);
    progress_->setAccessibleName(tr("Progress of the contribution graph"));
    progress_->setTextVisible(false);
    progress_->setFixedSize(120, 6);
    threshold_ = new QSlider(Qt::Horizontal, controls);
    threshold_->setObjectName(u"graphThreshold"_s);
    threshold_->setRange(1, 10);
    threshold_->setValue(4);
    threshold_->setPageStep(1);
    threshold_->setFixedWidth(110);
    threshold_->setAccessibleName(tr("Smallest contribution"));
    threshold_->setToolTip(tr("Contributions above this share of a token's residual stream are drawn, 1 % to 10 %"));
    thresholdText_ = new QLabel(controls);
    thresholdText_->setObjectName(u"graphThresholdLabel"_s);
    thresholdText_->setMinimumWidth(thresholdText_->fontMetrics().horizontalAdvance(u"> 10 % "_s));
    renormalise_ = new QCheckBox(tr("Renormalise"), controls);
    renormalise_->setObjectName(u"graphRenormalise"_s);
    renormalise_->setChecked(true);
    renormalise_->setToolTip(
        tr("Leave out whatever is below the threshold, each head for itself, and scale the rest to "
           "100 %. Off: shares of the whole, heads summed before they are compared."));
    auto* label = new QLabel(tr("Smallest contribution"), controls);
    label->setBuddy(threshold_);
    auto* layout = new QHBoxLayout(controls);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(compute_);
    layout->addWidget(cancel_);
    layout->addWidget(progress_);
    layout->addStretch(1);
    layout->addWidget(label);
    layout->addWidget(threshold_);
    layout->addWidget(thresholdText_);
    layout->addWidget(renormalise_);
    return controls;
}

void GraphDock::connectAll()
{
    connect(computeAction_, &QAction::triggered, this, &GraphDock::compute);
    connect(compute_, &QPushButton::clicked, computeAction_, &QAction::trigger);
    connect(cancel_, &QPushButton::clicked, this, &GraphDock::cancel);
    connect(threshold_, &QSlider::valueChanged, this, &GraphDock::applyRule);
    connect(renormalise_, &QCheckBox::toggled, this, &GraphDock::applyRule);
    connect(view_, &GraphView::shownChanged, this, &GraphDock::showWords);
    connect(view_, &GraphView::edgeChosen, this, &GraphDock::chooseEdge);
    connect(&views_.inspector, &InspectorView::contentChanged, this, &GraphDock::refresh);
    connect(&views_.engine, &EngineBridge::finished, this, &GraphDock::refresh);
    connect(&bridge_, &JobBridge::busyChanged, this, [this] {
        refresh();
        Q_EMIT busyChanged();
    });
    connect(&bridge_, &ContributionGraphBridge::progressed, this, [this](std::size_t done, std::size_t layers) {
        progress_->setRange(0, static_cast<int>(layers));
        progress_->setValue(static_cast<int>(done));
    });
    connect(&bridge_, &ContributionGraphBridge::finished, this, [this](const auto& result) {
        result_ = result;
        of_ = running_;
        tell({});
        showGraph();
        refresh();
    });
    connect(&bridge_, &JobBridge::failed, this, [this](const QString& message) { tell(message, true); });
    connect(&bridge_, &JobBridge::cancelled, this, [this] { tell(tr("Cancelled")); });
}

bool GraphDock::isFresh() const
{
    const auto shown = of_.lock();
    return shown && shown == views_.inspector.capture();
}

void GraphDock::compute()
{
    show();
    raise();
    const CapturePtr& capture = views_.inspector.capture();
    if (!capture || !capture->finished() || isFromFile(capture->header()))
        return;
    tell({});
    running_ = capture;
    progress_->setRange(0, 0);
    bridge_.start({.run = capture->header().request});
}

void GraphDock::refresh()
{
    const CapturePtr& capture = views_.inspector.capture();
    const bool opened = capture && isFromFile(capture->header());
    const bool ready = capture && capture->finished() && !opened, decoder = !capture || capture->header().model.causal;
    const bool busy = bridge_.isBusy();
    compute_->setEnabled(ready && decoder && !busy);
    computeAction_->setEnabled(ready && decoder);
    const QString how = tr("Take every token's residual stream apart, layer by layer: one more pass of the run shown "
                           "(Shift+F8)");
    compute_->setToolTip(opened
            ? tr("Attention from a file: there is no model here whose parts could be weighed or cut")
            : !ready  ? tr("Shown when the run has finished")
            : decoder ? how
                      : tr("An encoder normalises what its blocks add up to, so it is no sum of their parts"));
    computeAction_->setToolTip(compute_->toolTip());
    cancel_->setVisible(busy);
    progress_->setVisible(busy);
    if (result_ && isFresh() && views_.inspector.sequence().value != sequence_)
        showGraph();
    stale_->setVisible(result_ && !isFresh());
    stale_->setPalette(cautious(palette()));
    message_->setPalette(error_ ? cautious(palette()) : palette());
    view_->setVisible(result_ != nullptr);
    words_->setVisible(result_ != nullptr);
    empty_->setVisible(!result_);
    empty_->setText(opened ? compute_->toolTip()
            : !ready       ? tr("Run a prompt, then ask where its tokens' residual streams come from.")
            : decoder      ? tr("Which tokens, heads and MLPs does the last token come from? Press Shift+F8.")
                           : tr("There is no such graph of an encoder: it normalises what its blocks add up to."));
}

void GraphDock::applyRule()
{
    thresholdText_->setText(tr("> %1 %").arg(threshold_->value()));
    view_->setRule(
        {.threshold = static_cast<float>(threshold_->value()) / 100, .renormalise = renormalise_->isChecked()});
}

void GraphDock::showGraph()
{
    sequence_ = isFresh() ? views_.inspector.sequence().value : 0;
    sequence_ = std::min(sequence_, result_->sequences.size() - 1);
    view_->setGraph(std::shared_ptr<const ContributionGraph>(result_, &result_->sequences[sequence_]),
        tokensOf(*result_, sequence_));
}

void GraphDock::showWords()
{
    const auto& graph = view_->graph();
    if (!graph)
        return;
    const auto& tokens = result_->header.tokens[sequence_];
    if (const auto edge = view_->shownEdge()) {
        words_->setText(edgeText(*graph, tokens, *edge, view_->rule()));
    } else {
        const std::size_t position = graph->positions[view_->start()];
        words_->setText(tr("Edges down from %1: %2. Uprights are the residual stream, slanted lines attention, squares "
                           "MLPs. A click on "
                           "one shows its head and cell; an arrow on top starts from another token.")
                            .arg(tokenText(u'q', position, tokens[position]))
                            .arg(view_->edges().size()));
    }
    view_->setAccessibleDescription(words_->text());
}

/// Its strongest head, and the cell of its tokens.
void GraphDock::chooseEdge(const GraphEdge& edge)
{
    if (!edge.head || !isFresh())
        return;
    views_.inspector.selection().choose({LayerId{edge.to.layer()}, HeadId{*edge.head}});
    const auto& positions = view_->graph()->positions;
    views_.inspector.heatmap().choose(Cell{positions[edge.to.token], positions[edge.from.token]});
}

void GraphDock::tell(const QString& message, bool error)
{
    error_ = error;
    message_->setText(message);
    message_->setAccessibleName(message);
    message_->setVisible(!message.isEmpty());
    message_->setPalette(error_ ? cautious(palette()) : palette());
}

} // namespace headscope::ui
