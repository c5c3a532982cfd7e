// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/explain_panel.h"

#include "core/cache/attention_file.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/run_panel.h"

#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

ExplainPanel::ExplainPanel(InspectorView& inspector, RunPanel& runPanel, QWidget* parent)
    : QWidget(parent)
    , inspector_(inspector)
    , runPanel_(runPanel)
    , words_(new QLabel)
{
    words_->setObjectName(u"explanation"_s);
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    words_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words_->setContentsMargins(12, 8, 12, 8);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(words_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(area);

    connect(&inspector_, &InspectorView::contentChanged, this, &ExplainPanel::follow);
    connect(&inspector_, &InspectorView::optionsChanged, this, &ExplainPanel::follow);
    connect(&inspector_, &InspectorView::combinedChanged, this, &ExplainPanel::follow);
    connect(&inspector_.selection(), &HeadSelection::shownChanged, this, &ExplainPanel::follow);
    connect(&inspector_.selection(), &HeadSelection::pickedChanged, this, &ExplainPanel::follow);
    connect(&inspector_.heatmap(), &AttentionHeatmap::shownCellChanged, this, &ExplainPanel::follow);
    connect(&runPanel_, &RunPanel::edited, this, &ExplainPanel::follow);
    connect(&feed_, &StripFeed::arrived, this, &ExplainPanel::explain);
}

QString ExplainPanel::words() const { return words_->text(); }

Strip ExplainPanel::row() const
{
    const auto cell = inspector_.heatmap().chosenCell();
    const std::size_t query = cell ? cell->query : inspector_.position().value;
    const auto& keys = inspector_.capture()->header().keysOf(inspector_.sequence().value);
    return {shown().head, {query, query + 1}, {0, keys.size()}};
}

/// What the page in front draws: lines are of single heads.
ShownHeads ExplainPanel::shown() const
{
    if (inspector_.options().page == CentrePage::Heatmap)
        return inspector_.shownHeads();
    const HeadRef head = inspector_.selection().shown();
    return {inspector_.capture()->patterns(inspector_.sequence()), head, {}, {}};
}

void ExplainPanel::addView(QWidget& view, std::function<QStringList()> words)
{
    view.installEventFilter(this);
    views_.emplace_back(&view, std::move(words));
}

bool ExplainPanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Show || event->type() == QEvent::Hide)
        explain();
    return QWidget::eventFilter(object, event);
}

void ExplainPanel::follow()
{
    const auto& capture = inspector_.capture();
    if (!isVisible()) {
        feed_.setSource(nullptr); // a rollout would go on for it
        combined_.reset();
        return;
    }
    if (capture) {
        const ShownHeads now = shown();
        const bool same = feed_.source() && run_ == inspector_.run() && sequence_ == inspector_.sequence().value;
        readFrom(feed_, now, combined_, same);
        combined_ = now.combined;
        run_ = inspector_.run();
        sequence_ = inspector_.sequence().value;
        if (row().rows.end <= capture->header().length())
            feed_.look({row()});
    }
    explain();
}

SeenState ExplainPanel::state() const
{
    SeenState state;
    const auto& capture = inspector_.capture();
    const InspectionRequest next = runPanel_.request();
    state.ready = {!next.model.empty(), !next.prompts.empty() || !next.inputs.empty()};
    if (!capture)
        return state;
    state.header = &capture->header();
    state.stale = !isFromFile(capture->header()) && !(capture->header().request == next);
    state.sequence = inspector_.sequence();
    state.head = inspector_.selection().shown();
    state.picked = inspector_.selection().picked();
    state.options = inspector_.options();
    state.cell = inspector_.heatmap().chosenCell();
    const ShownHeads now = shown();
    state.combined = now.combined;
    state.title = now.title;
    state.layerThere = feed_.source() && feed_.source()->has(now.head.layer, Stage::Pattern);
    if (const auto tile = feed_.find(row())) {
        state.origin = tile->origin;
        if (state.cell) {
            state.kind = tile->kind(0, state.cell->key);
            state.weight = tile->value(0, state.cell->key);
        }
    }
    return state;
}

void ExplainPanel::explain()
{
    if (!isVisible())
        return;
    for (const auto& [view, words] : views_)
        if (view->isVisible())
            return words_->setText(words().join(u"\n\n"_s));
    words_->setText(explanation(state()).join(u"\n\n"_s));
}

void ExplainPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    follow();
}

void ExplainPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    follow();
}

} // namespace headscope::ui
