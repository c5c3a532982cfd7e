// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/comparison_view.h"

#include "core/cache/difference_source.h"
#include "core/cache/part_source.h"
#include "core/run/prompt_text.h"
#include "ui/models/common_tokens.h"
#include "ui/text/comparison_explanation.h"
#include "ui/text/labels.h"
#include "ui/views/head_grid.h"
#include "ui/windows/comparison_panels.h"
#include "ui/windows/comparison_parts.h"
#include "ui/windows/view_options_bar.h"

#include <QComboBox>
#include <QScrollArea>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int roomForGrid = 860; ///< a narrower view opens without the grid of heads

/// Both sides of one sequence, cut to what they have in common.
ComparedSources sourcesOf(const ParityPair& pair, SequenceId sequence, std::size_t& offset)
{
    const CapturePtr &a = pair.reference.capture, &b = pair.candidate.capture;
    ComparedSources sources;
    offset = 0;
    const CapturePtr& any = a ? a : b;
    if (!any)
        return sources;
    if (!a || !b) {
        (a ? sources.reference : sources.candidate) = any->patterns(sequence);
        sources.tokens = TokenRow(any, &any->header().tokens[sequence.value]);
        return sources;
    }
    const auto& tokens = a->header().tokens[sequence.value];
    const auto common = commonTokens(tokens, b->header().tokens[sequence.value]);
    offset = common.reference.begin;
    sources.reference = partOf(a->patterns(sequence), common.reference);
    sources.candidate = partOf(b->patterns(sequence), common.candidate);
    sources.difference = differenceOf(sources.reference, sources.candidate);
    sources.tokens = std::make_shared<const std::vector<Token>>(
        tokens.begin() + static_cast<std::ptrdiff_t>(common.reference.begin),
        tokens.begin() + static_cast<std::ptrdiff_t>(common.reference.end));
    return sources;
}

const RunHeader* headerOf(const ParityPair& pair)
{
    const CapturePtr& any = pair.reference.capture ? pair.reference.capture : pair.candidate.capture;
    return any ? &any->header() : nullptr;
}

} // namespace

ComparisonView::ComparisonView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"comparisonView"_s);
    splitter_ = new QSplitter(this);
    splitter_->setHandleWidth(9);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    splitter_->addWidget(makeGrid());
    splitter_->addWidget(makePanels());
    splitter_->setChildrenCollapsible(false);
    splitter_->setStretchFactor(1, 1);
    layout->addWidget(splitter_, 1);
    connectParts();
}

ComparisonView::~ComparisonView() = default;

QWidget* ComparisonView::makeHeader()
{
    header_ = new ComparisonHeader(u"comparison"_s, this);
    sequences_ = header_->addPrompts(u"comparisonSequences"_s);
    sequences_->setAccessibleName(tr("Prompt"));
    sequences_->setToolTip(tr("Which prompt of the batch is compared"));
    heads_ = new QToolButton(header_);
    heads_->setObjectName(u"headsButton"_s);
    heads_->setText(tr("All heads"));
    heads_->setToolTip(tr("Show every head in the colour of its largest difference"));
    heads_->setCheckable(true);
    limit_ = new QComboBox(header_);
    limit_->setObjectName(u"comparisonLimit"_s);
    limit_->setAccessibleName(tr("What the colours of A − B end at"));
    limit_->setToolTip(limit_->accessibleName());
    limit_->addItem(tr("A − B: ± largest"), 0.0);
    for (const double limit : {1.0, 0.1, 0.01, 0.001})
        limit_->addItem(tr("A − B: ± %1").arg(limit), limit);
    header_->add(heads_);
    header_->add(limit_);
    return header_;
}

QWidget* ComparisonView::makeGrid()
{
    grid_ = new HeadGrid(selection_, this);
    grid_->setObjectName(u"differenceGrid"_s);
    grid_->setAccessibleName(tr("Heads by their largest difference"));
    gridArea_ = new QScrollArea(this);
    gridArea_->setWidgetResizable(true);
    gridArea_->setFrameShape(QFrame::NoFrame);
    gridArea_->setFocusPolicy(Qt::NoFocus);
    gridArea_->setWidget(grid_);
    gridArea_->setMinimumWidth(120);
    gridArea_->hide();
    return gridArea_;
}

QWidget* ComparisonView::makePanels()
{
    shown_ = new PanelsWithReadout(u"comparisonReadout"_s,
        tr("Point at a cell to read both values and their difference; all three panels move together."), this);
    panels_ = &shown_->panels();
    return shown_;
}

void ComparisonView::connectParts()
{
    connect(&selection_, &HeadSelection::shownChanged, this, [this](HeadRef head) {
        showTitle();
        panels_->showHead(head);
    });
    connect(&selection_, &HeadSelection::lockChanged, this, &ComparisonView::showTitle);
    connect(&thumbnails_, &ThumbnailFeed::tileReady, this, [this](HeadRef head, const PatternTilePtr& tile) {
        differences_.at(head) = largestMagnitude(*tile);
        grid_->setFigures(differences_);
        panels_->setThumbnail(head, tile);
        Q_EMIT differencesChanged();
    });
    connect(&thumbnails_, &ThumbnailFeed::failed, this, &ComparisonView::failed);
    connect(
        grid_, &HeadGrid::revealWanted, this,
        [this] {
            const QRect area = grid_->headRect(selection_.current());
            gridArea_->ensureVisible(area.center().x(), area.center().y(), area.width(), area.height());
        },
        Qt::QueuedConnection);
    connect(heads_, &QToolButton::toggled, gridArea_, &QWidget::setVisible);
    connect(sequences_, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (index >= 0)
            showSequence(SequenceId{static_cast<std::size_t>(index)});
    });
    connect(limit_, &QComboBox::currentIndexChanged, this, [this] {
        const auto limit = static_cast<float>(limit_->currentData().toDouble());
        panels_->setLimit(limit > 0 ? std::optional(limit) : std::nullopt);
    });
    connect(panels_, &ComparisonPanels::failed, this, &ComparisonView::failed);
    connect(panels_, &ComparisonPanels::readoutChanged, this, &ComparisonView::seenChanged);
    connect(this, &ComparisonView::differencesChanged, this, &ComparisonView::seenChanged);
    connect(&selection_, &HeadSelection::shownChanged, this, &ComparisonView::seenChanged);
    connect(&header_->options(), &ViewOptionsBar::chosen, this, [this](const ViewOptions& options) {
        setOptions(options);
        Q_EMIT optionsChosen(options);
    });
}

void ComparisonView::setOptions(const ViewOptions& options)
{
    options_ = options;
    header_->options().setOptions(options);
    grid_->setPalettes({options.palette, options.diverging});
    shown_->setOptions(options);
    Q_EMIT seenChanged();
}

void ComparisonView::setPair(const std::shared_ptr<const ParityPair>& pair)
{
    if (pair == pair_)
        return;
    pair_ = pair;
    panels_->setNames(text(pair->reference.label), text(pair->candidate.label));
    const RunHeader* header = headerOf(*pair);
    differences_ = header ? HeadFigures(header->model.layers, header->model.heads) : HeadFigures();
    grid_->reset(differences_.layers, differences_.heads);
    showPrompts();
    showSequence(sequence_);
}

/// Where there is room the grid of heads is open at first; what the user does with it stays.
void ComparisonView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (std::exchange(arranged_, true))
        return;
    heads_->setChecked(width() >= roomForGrid);
    const int wide = std::min(grid_->pictureSize(40).width() + 30, width() * 2 / 5);
    splitter_->setSizes({wide, width() - wide});
}

void ComparisonView::showPrompts()
{
    const RunHeader* header = headerOf(*pair_);
    const std::size_t count = header ? header->sequences() : 0;
    const QSignalBlocker quiet(sequences_);
    sequences_->clear();
    if (header)
        fillWithPrompts(*sequences_, *header);
    sequences_->setVisible(count > 1);
    if (sequence_.value >= count)
        sequence_ = {};
    sequences_->setCurrentIndex(count > 0 ? static_cast<int>(sequence_.value) : -1);
}

void ComparisonView::showSequence(SequenceId sequence)
{
    sequence_ = sequence;
    thumbnails_.restart();
    differences_ = HeadFigures(differences_.layers, differences_.heads);
    const ComparedSources sources = sourcesOf(*pair_, sequence, offset_);
    length_ = sources.tokens ? sources.tokens->size() : 0;
    const bool cut = sources.difference && length_ != headerOf(*pair_)->length();
    header_->setNote(cut ? tr("without padding") : QString());
    grid_->setFigures(sources.difference ? std::optional(differences_) : std::nullopt);
    panels_->setSources(sources);
    panels_->showHead(selection_.shown());
    if (sources.difference)
        for (std::size_t layer = 0; layer < differences_.layers; ++layer)
            if (sources.difference->has(LayerId{layer}, Stage::Pattern))
                thumbnails_.ask(sources.difference, LayerId{layer});
    showTitle();
    Q_EMIT differencesChanged();
}

HeadRef ComparisonView::worstHeadOf(std::size_t layer) const
{
    HeadRef worst{LayerId{layer}, selection_.current().head};
    double most = -1;
    for (const auto& row : pair_->rows) // of the comparison itself, because the grid may still be filling
        if (row.layer == layer && row.difference.worst.head && row.hook.ends_with("hook_pattern")
            && row.difference.maxAbsolute > most) {
            most = row.difference.maxAbsolute;
            worst.head = HeadId{*row.difference.worst.head};
        }
    return worst;
}

void ComparisonView::jumpTo(const ParityRow& row)
{
    const CellPlace& place = row.difference.worst;
    const std::size_t last = differences_.layers > 0 ? differences_.layers - 1 : 0;
    const bool before = row.hook.starts_with("hook_"); // embeddings
    const std::size_t layer = row.layer.value_or(before ? 0 : last);
    const HeadRef head = place.head ? HeadRef{LayerId{layer}, HeadId{*place.head}} : worstHeadOf(layer);
    const bool cell = row.hook.ends_with("hook_pattern") || row.hook.ends_with("hook_attn_scores");
    choose(SequenceId{place.sequence}, head, place.row, cell ? place.column : place.row);
}

void ComparisonView::jumpTo(SequenceId sequence, TokenPos position)
{
    choose(sequence, selection_.current(), position.value, position.value);
}

void ComparisonView::choose(SequenceId sequence, HeadRef head, std::size_t row, std::size_t column)
{
    if (sequence.value < static_cast<std::size_t>(sequences_->count()))
        sequences_->setCurrentIndex(static_cast<int>(sequence.value));
    selection_.choose(head);
    const bool shown = row >= offset_ && column >= offset_ && row < offset_ + length_ && column < offset_ + length_;
    if (shown)
        panels_->choose(Cell{row - offset_, column - offset_});
    if (gridArea_->isVisible())
        Q_EMIT grid_->revealWanted();
}

void ComparisonView::showTitle()
{
    header_->setTitle(headText(selection_.shown()) + (selection_.isLocked() ? tr("  ·  locked") : QString()));
}

QStringList ComparisonView::explanation() const
{
    const RunHeader* header = pair_ ? headerOf(*pair_) : nullptr;
    if (!header)
        return {};
    const bool both = pair_->reference.capture && pair_->candidate.capture;
    const QString tokens = !both ? tr("The prompt has %1 tokens").arg(length_)
        : length_ != header->length()
        ? tr("The runs pad differently, so only the %1 tokens that they have in common are shown").arg(length_)
        : tr("Both runs have the same %1 tokens").arg(length_);
    return headscope::ui::explanation({.head = selection_.shown(),
        .model = text(header->model.name),
        .a = text(pair_->reference.label),
        .b = text(pair_->candidate.label),
        .both = both,
        .options = options_,
        .tokens = tokens,
        .readout = panels_->readout()});
}

bool ComparisonView::isSettled() const { return pair_ && panels_->isSettled() && thumbnails_.pending() == 0; }

} // namespace headscope::ui
