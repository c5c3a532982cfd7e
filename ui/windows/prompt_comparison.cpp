// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/prompt_comparison.h"

#include "core/cache/attention_file.h"
#include "ui/text/comparison_explanation.h"
#include "ui/text/labels.h"
#include "ui/windows/comparison_parts.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/next_token_panel.h"
#include "ui/windows/view_options_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

PromptComparison::PromptComparison(InspectorView& inspector, QWidget* parent)
    : QWidget(parent)
    , inspector_(inspector)
{
    setObjectName(u"promptComparison"_s);
    auto* header = makeHeader();
    shown_ = new PanelsWithReadout(u"promptReadout"_s,
        tr("Point at a cell to read both values and their difference; click to see what comes next after its "
           "query in either prompt."),
        this);
    panels_ = &shown_->panels();

    auto* next = new QWidget(this);
    nextA_ = new NextTokenPanel(next, u"promptNextA"_s);
    nextB_ = new NextTokenPanel(next, u"promptNextB"_s);
    auto* row = new QHBoxLayout(next);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(nextA_);
    row->addWidget(nextB_);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setObjectName(u"promptSplitter"_s);
    splitter->setHandleWidth(9);
    splitter->addWidget(shown_);
    splitter->addWidget(next);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(header);
    layout->addWidget(splitter, 1);
    connectAll();
}

QWidget* PromptComparison::makeHeader()
{
    header_ = new ComparisonHeader(u"prompt"_s, this);
    a_ = header_->addPrompts(u"promptA"_s, tr("A"));
    a_->setToolTip(tr("The prompt that is subtracted from"));
    b_ = header_->addPrompts(u"promptB"_s, tr("B"));
    b_->setToolTip(tr("The prompt that is subtracted"));
    return header_;
}

void PromptComparison::connectAll()
{
    connect(&inspector_, &InspectorView::contentChanged, this, &PromptComparison::follow);
    connect(&inspector_.selection(), &HeadSelection::shownChanged, this, &PromptComparison::showHead);
    for (QComboBox* box : {a_, b_})
        connect(box, &QComboBox::currentIndexChanged, this, &PromptComparison::align);
    connect(panels_, &ComparisonPanels::failed, this, &PromptComparison::failed);
    connect(panels_, &ComparisonPanels::readoutChanged, this, &PromptComparison::seenChanged);
    connect(&header_->options(), &ViewOptionsBar::chosen, &inspector_, &InspectorView::setOptions);
    connect(&inspector_, &InspectorView::optionsChanged, this, &PromptComparison::showOptions);
    for (const auto panel : {ComparisonPanels::Reference, ComparisonPanels::Candidate, ComparisonPanels::Change})
        connect(&panels_->heatmap(panel), &AttentionHeatmap::cellChosen, this, &PromptComparison::showNext);
}

void PromptComparison::showOptions()
{
    if (!isVisible())
        return;
    header_->options().setOptions(inspector_.options());
    shown_->setOptions(inspector_.options());
    Q_EMIT seenChanged();
}

bool PromptComparison::isPossible() const
{
    const auto& capture = inspector_.capture();
    if (!capture || capture->header().sequences() < 2 || capture->header().isCross())
        return false;
    return !isFromFile(capture->header()) || capture->header().tokens[0][0].id >= 0; // lined up by token ids
}

/// Work is left for when it is seen.
void PromptComparison::follow()
{
    if (const bool possible = isPossible(); std::exchange(possible_, possible) != possible)
        Q_EMIT possibleChanged(possible);
    if (!isVisible() || !possible_)
        return;
    const auto& capture = inspector_.capture();
    if (capture == capture_ && capture->layersDone() == layers_)
        return;
    const bool sameTokens = capture_ && &capture_->header() == &capture->header();
    capture_ = capture;
    layers_ = capture->layersDone();
    if (!sameTokens)
        fillBoxes();
    align();
}

void PromptComparison::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showOptions();
    follow();
    showHead();
}

void PromptComparison::fillBoxes()
{
    const auto& header = capture_->header();
    const auto count = static_cast<int>(header.sequences());
    const int before[]{a_->currentIndex(), b_->currentIndex()};
    for (QComboBox* box : {a_, b_})
        fillWithPrompts(*box, header);
    const QSignalBlocker quietA(a_), quietB(b_);
    a_->setCurrentIndex(before[0] >= 0 && before[0] < count ? before[0] : 0);
    b_->setCurrentIndex(before[1] >= 0 && before[1] < count ? before[1] : 1);
}

void PromptComparison::choose(SequenceId a, SequenceId b)
{
    a_->setCurrentIndex(static_cast<int>(a.value));
    b_->setCurrentIndex(static_cast<int>(b.value));
}

void PromptComparison::align()
{
    if (!capture_ || a_->currentIndex() < 0 || b_->currentIndex() < 0)
        return;
    const SequenceId a{static_cast<std::size_t>(a_->currentIndex())}, b{static_cast<std::size_t>(b_->currentIndex())};
    aligned_ = alignedPrompts(*capture_, a, b);
    panels_->setNames(a_->currentText(), b_->currentText());
    panels_->setSources(aligned_.sourcesOf(*capture_, a, b));
    showSummary();
    showHead();
    showNext();
}

QStringList PromptComparison::summary() const
{
    QStringList parts{tr("the same: %1").arg(aligned_.same)};
    if (aligned_.replaced > 0)
        parts << tr("replaced: %1").arg(aligned_.replaced);
    if (aligned_.onlyA > 0)
        parts << tr("only in A: %1").arg(aligned_.onlyA);
    if (aligned_.onlyB > 0)
        parts << tr("only in B: %1").arg(aligned_.onlyB);
    return parts;
}

void PromptComparison::showSummary()
{
    header_->setNote(summary().join(u"  ·  "_s),
        tr("Tokens of the two prompts, lined up with as few changes as can be; gaps are hatched"));
}

void PromptComparison::showHead()
{
    if (!isVisible() || !capture_ || inspector_.selection().isEmpty())
        return;
    header_->setTitle(headText(inspector_.selection().shown()));
    panels_->showHead(inspector_.selection().shown());
    Q_EMIT seenChanged();
}

/// After the chosen place, or after the last one.
void PromptComparison::showNext()
{
    if (!capture_ || aligned_.places.empty())
        return;
    const auto cell = panels_->heatmap(ComparisonPanels::Reference).chosenCell();
    const AlignedPlace& place = aligned_.places[cell ? cell->query : aligned_.places.size() - 1];
    const auto show = [this](NextTokenPanel& panel, const QComboBox& box, std::optional<std::size_t> position) {
        if (isFromFile(capture_->header()))
            return panel.clear(tr("Attention from a file: there is no model here that would predict anything"));
        if (!capture_->finished())
            return panel.clear(tr("Shown when the run has finished"));
        if (!position)
            return panel.clear(tr("This prompt has no token here"));
        panel.showAfter(capture_, SequenceId{static_cast<std::size_t>(box.currentIndex())}, TokenPos{*position});
    };
    show(*nextA_, *a_, place.a);
    show(*nextB_, *b_, place.b);
}

QStringList PromptComparison::explanation() const
{
    if (!capture_)
        return {};
    return headscope::ui::explanation({.prompts = true,
        .head = inspector_.selection().shown(),
        .model = text(capture_->header().model.name),
        .a = a_->currentText(),
        .b = b_->currentText(),
        .options = inspector_.options(),
        .tokens = tr("Tokens are lined up with as few changes as can be (%1), and gaps are hatched")
                      .arg(summary().join(u", "_s)),
        .readout = panels_->readout()});
}

bool PromptComparison::isSettled() const
{
    return !isVisible() || !capture_ || (panels_->isSettled() && !nextA_->isWaiting() && !nextB_->isWaiting());
}

} // namespace headscope::ui
