// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/lines_panel.h"

#include "ui/models/token_rows.h"
#include "ui/text/labels.h"
#include "ui/text/line_text.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_colours.h"
#include "ui/views/lines_view.h"
#include "ui/windows/head_legend.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

LinesPanel::LinesPanel(InspectorView& inspector, QWidget* parent)
    : QWidget(parent)
    , inspector_(inspector)
    , legend_(new HeadLegend(this))
    , view_(new LinesView(this))
    , words_(new QLabel(this))
{
    view_->setObjectName(u"linesView"_s);
    words_->setObjectName(u"linesReadout"_s);
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    words_->setMinimumWidth(80);
    words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    words_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    words_->setFixedHeight(2 * words_->fontMetrics().lineSpacing() + 2);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 8);
    layout->addWidget(makeControls());
    layout->addWidget(view_, 1);
    layout->addWidget(words_);

    connect(&inspector_, &InspectorView::contentChanged, this, &LinesPanel::showContent);
    connect(&inspector_.selection(), &HeadSelection::shownChanged, this, &LinesPanel::showHeads);
    connect(&inspector_.selection(), &HeadSelection::pickedChanged, this, &LinesPanel::showHeads);
    connect(&inspector_.heatmap(), &AttentionHeatmap::shownCellChanged, this, &LinesPanel::showCell);
    connect(legend_, &HeadLegend::shownHeadsChanged, this, [this] {
        view_->setHeads(legend_->shownHeads());
        Q_EMIT choiceChanged();
    });
    connect(view_, &LinesView::tokenLocked, this, &LinesPanel::chooseCell);
    connect(view_, &LinesView::linesChanged, this, &LinesPanel::showWords);
    connect(&view_->feed(), &StripFeed::failed, &inspector_.messages(), &MessageBar::showError);
    applyRule();
}

QWidget* LinesPanel::makeControls()
{
    auto* controls = new QWidget(this);
    least_ = new QSlider(Qt::Horizontal, controls);
    least_->setObjectName(u"leastWeightSlider"_s);
    least_->setRange(0, largestLeast);
    least_->setValue(1);
    least_->setPageStep(5);
    least_->setFixedWidth(110);
    least_->setToolTip(tr("The smallest attention weight that gets a line, a probability from 0 to 0.50"));
    leastText_ = new QLabel(controls);
    leastText_->setObjectName(u"leastWeightLabel"_s);
    leastText_->setMinimumWidth(leastText_->fontMetrics().horizontalAdvance(u"≥ 0.00"_s));
    most_ = new QSpinBox(controls);
    most_->setObjectName(u"mostLinesBox"_s);
    most_->setRange(0, largestMost);
    most_->setSpecialValueText(tr("95 %"));
    most_->setToolTip(tr("Lines a token and head at most, the strongest first. 95 %: as many as carry 95 % of the "
                         "token's attention. Of a token pointed at or clicked every line is drawn."));
    auto* leastLabel = new QLabel(tr("Smallest weight"), controls);
    leastLabel->setBuddy(least_);
    auto* mostLabel = new QLabel(tr("Lines a token"), controls);
    mostLabel->setBuddy(most_);
    auto* layout = new QHBoxLayout(controls);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(legend_, 1);
    layout->addWidget(leastLabel);
    layout->addWidget(least_);
    layout->addWidget(leastText_);
    layout->addSpacing(8);
    layout->addWidget(mostLabel);
    layout->addWidget(most_);
    connect(least_, &QSlider::valueChanged, this, &LinesPanel::applyRule);
    connect(most_, &QSpinBox::valueChanged, this, &LinesPanel::applyRule);
    return controls;
}

bool LinesPanel::isSettled() const { return view_->isSettled(); }

void LinesPanel::applyRule()
{
    const float least = static_cast<float>(least_->value()) / 100;
    leastText_->setText(least > 0 ? tr("≥ %1").arg(static_cast<double>(least), 0, 'f', 2) : tr("> 0"));
    view_->setRule({.least = least, .most = static_cast<std::size_t>(most_->value())});
    Q_EMIT choiceChanged();
}

LineChoice LinesPanel::choice() const
{
    const auto locked = view_->lockedToken();
    return {least_->value(), most_->value(), locked ? locked->side : TokenSide::Query, legend_->hiddenHeads()};
}

void LinesPanel::setChoice(const LineChoice& choice)
{
    least_->setValue(choice.least);
    most_->setValue(choice.most);
    legend_->setHidden(choice.hidden);
    view_->setHeads(legend_->shownHeads());
    if (const auto cell = inspector_.heatmap().chosenCell())
        view_->lock(LineToken{choice.locked, choice.locked == TokenSide::Key ? cell->key : cell->query});
}

void LinesPanel::showContent()
{
    const auto& capture = inspector_.capture();
    const auto sequence = inspector_.sequence();
    const auto source = capture->patterns(sequence);
    if (run_ == inspector_.run() && sequence_ == sequence.value) {
        view_->extendSource(source);
    } else {
        run_ = inspector_.run();
        sequence_ = sequence.value;
        view_->setSource(source, queryTokens(capture, sequence), keyTokens(capture, sequence));
    }
    showHeads();
    showCell();
}

void LinesPanel::showHeads()
{
    const auto& capture = inspector_.capture();
    if (!capture || inspector_.selection().isEmpty() || !view_->feed().source())
        return;
    const HeadRef shown = inspector_.selection().shown();
    const bool there
        = !inspector_.selection().picked().empty() || view_->feed().source()->has(shown.layer, Stage::Pattern);
    view_->setNotice(there ? QString() : tr("Layer %1 has not been computed").arg(shown.layer.value));
    const auto& selection = inspector_.selection();
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    std::vector<LineHead> heads;
    for (const auto head : selection.picked())
        heads.push_back({head, headColour(selection.pickSlot(head), dark)});
    if (heads.empty())
        heads.push_back({shown, headColour(0, dark)});
    legend_->setHeads(std::move(heads));
    view_->setHeads(legend_->shownHeads());
}

/// The cell chosen in the heatmap is the token locked here.
void LinesPanel::showCell()
{
    if (choosing_)
        return;
    const auto cell = inspector_.heatmap().chosenCell();
    view_->setChosen(cell);
    const auto locked = view_->lockedToken();
    const bool key = cell && locked == LineToken{TokenSide::Key, cell->key};
    view_->lock(cell && !key ? std::optional(LineToken{TokenSide::Query, cell->query}) : key ? locked : std::nullopt);
}

/// The token locked here is the row or column of the chosen cell; the other one stays, or is the strongest one.
void LinesPanel::chooseCell()
{
    const auto token = view_->lockedToken();
    auto cell = inspector_.heatmap().chosenCell();
    if (!token) {
        cell.reset();
    } else {
        const RunHeader& header = inspector_.capture()->header();
        const std::size_t sequence = inspector_.sequence().value;
        const bool query = token->side == TokenSide::Query;
        const auto& others = query ? header.keysOf(sequence) : header.tokens[sequence];
        std::size_t other = std::min(token->position, others.size() - 1);
        float most = 0;
        for (const auto& head : view_->weightsOf(*token))
            if (!head.strongest.empty() && head.strongest.front().weight > most) {
                most = head.strongest.front().weight;
                other = head.strongest.front().position;
            }
        cell = withToken(cell, token->side, token->position, other);
    }
    choosing_ = true;
    inspector_.heatmap().choose(cell);
    choosing_ = false;
    view_->setChosen(cell);
}

void LinesPanel::showWords()
{
    const auto token = view_->shownToken();
    const auto& capture = inspector_.capture();
    const std::size_t sequence = inspector_.sequence().value;
    if (token && capture && run_ == inspector_.run()) // else the lines are still those of the run before
        words_->setText(lineText({capture->header().tokens[sequence], capture->header().keysOf(sequence)}, token->side,
            token->position, view_->weightsOf(*token)));
    else
        words_->setText(!capture ? QString()
                                 : tr("Point at a token to see its lines alone: on the left where it looks, on the "
                                      "right who looks at it. A click keeps them, the arrow keys move on."));
    view_->setAccessibleDescription(words_->text());
}

void LinesPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && view_->feed().source())
        showHeads();
}

} // namespace headscope::ui
