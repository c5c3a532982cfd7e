// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/inspector_view.h"

#include "core/cache/attention_file.h"
#include "core/run/prompt_text.h"
#include "ui/models/token_rows.h"
#include "ui/text/labels.h"
#include "ui/text/readout.h"
#include "ui/text/token_tool_tip.h"
#include "ui/text/view_text.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/colour_bar.h"
#include "ui/views/head_grid.h"
#include "ui/views/lines_view.h"
#include "ui/windows/centre_pages.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/head_bar.h"
#include "ui/windows/lines_panel.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/sentence_box.h"
#include "ui/windows/show_box.h"
#include "ui/windows/theme.h"
#include "ui/windows/view_options_bar.h"
#include "ui/windows/wrapping_row.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

TokenPos lastRealToken(const std::vector<Token>& tokens)
{
    std::size_t last = tokens.empty() ? 0 : tokens.size() - 1;
    while (last > 0 && tokens[last].padding)
        --last;
    return TokenPos{last};
}

} // namespace

InspectorView::InspectorView(QWidget* parent)
    : QWidget(parent)
    , messages_(new MessageBar(this))
    , splitter_(new QSplitter(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(messages_);
    layout->addWidget(makeHeader());
    splitter_->setObjectName(u"centreSplitter"_s);
    splitter_->setOrientation(Qt::Vertical);
    splitter_->setChildrenCollapsible(false);
    splitter_->setHandleWidth(9);
    splitter_->addWidget(makeGrid());
    splitter_->addWidget(makePages());
    splitter_->setStretchFactor(1, 1);
    splitter_->installEventFilter(this);
    connect(splitter_, &QSplitter::splitterMoved, this, [this] { dragged_ = true; });
    layout->addWidget(splitter_, 1);

    connect(&selection_, &HeadSelection::shownChanged, this, &InspectorView::showHead);
    connect(&selection_, &HeadSelection::lockChanged, this, &InspectorView::showTitle);
    connect(&thumbnails_, &ThumbnailFeed::tileReady, this, [this](HeadRef head, const PatternTilePtr& tile) {
        grid_->setTile(head, *tile);
        tiles_.setThumbnail(head, tile);
    });
    connect(&scores_, &ScoreFeed::scoresReady, this,
        [this](const std::shared_ptr<const LayerScores>& scores) { grid_->setScores(*scores); });
    connect(&thumbnails_, &ThumbnailFeed::failed, messages_, &MessageBar::showError);
    connect(&cells_, &CellReadout::changed, this, &InspectorView::showReadout);
    for (HeadTileFeed* feed : {&tiles_, &combined_.tiles()}) {
        connect(feed, &HeadTileFeed::tileReady, heatmap_, &AttentionHeatmap::tileArrived);
        connect(feed, &HeadTileFeed::coarseReady, heatmap_, &AttentionHeatmap::coarseArrived);
        connect(feed, &HeadTileFeed::failed, this, [this](const QString& why) {
            heatmap_->setNotice({});
            messages_->showError(why);
        });
    }
    connect(&combined_, &CombinedFeed::progressed, this, &InspectorView::showPooling);
    connect(&combined_, &CombinedFeed::renewed, &rows_, &RowFeed::forget);
    connect(show_, &ShowBox::changed, this, &InspectorView::showHead);
    connect(show_, &ShowBox::changed, this, &InspectorView::combinedChanged);
    connect(&rows_, &RowFeed::rowReady, this, &InspectorView::showReadout);
    connect(heatmap_, &AttentionHeatmap::viewChanged, this, [this](const TileView& view) {
        tiles_.look(view);
        combined_.tiles().look(view);
        showPooling();
    });
    patience_.setSingleShot(true);
    patience_.setInterval(150);
    connect(&patience_, &QTimer::timeout, this, [this] {
        refining_ = true;
        showPooling();
    });
    // Queued: a grid that was just reset has its size only after the layout.
    connect(
        grid_, &HeadGrid::revealWanted, this,
        [this] {
            const QRect area = grid_->headRect(selection_.current());
            if (area.isEmpty()) // filtered out
                return;
            gridArea_->ensureVisible(area.center().x(), area.center().y(), area.width(), area.height());
        },
        Qt::QueuedConnection);
    connect(heatmap_, &AttentionHeatmap::scaleChanged, this, &InspectorView::showScale);
    connect(heatmap_, &AttentionHeatmap::shownCellChanged, this, &InspectorView::showReadout);
    connect(heatmap_, &AttentionHeatmap::cellChosen, this, [this](Cell cell) {
        position_ = TokenPos{cell.query};
        Q_EMIT positionChanged();
    });
    connect(sequences_, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (index >= 0 && capture_)
            showSequence(SequenceId{static_cast<std::size_t>(index)});
    });
    connect(drawn_, &ViewOptionsBar::chosen, this, &InspectorView::setOptions);
    connect(colouring_, &QComboBox::currentIndexChanged, this, [this] {
        const int chosen = colouring_->currentData().toInt();
        colouredBy_ = chosen < 0 ? std::nullopt : std::optional(static_cast<HeadMeasure>(chosen));
        colourHeads();
    });
    showScale();
}

InspectorView::~InspectorView()
{
    delete lines_; // it refers to the heatmap
    delete heatmap_; // it refers to the tiles
}

QWidget* InspectorView::makeHeader()
{
    auto* header = new WrappingRow(this);
    title_ = new ElidedLabel(34, header); // the names of several heads must not squeeze the boxes
    title_->setObjectName(u"headTitle"_s);
    QFont strong = title_->font();
    strong.setBold(true);
    strong.setPointSizeF(strong.pointSizeF() * 1.25);
    title_->setFont(strong);
    title_->setMinimumWidth(
        title_->fontMetrics().horizontalAdvance(u"L00 H00"_s)); // a long name must not widen the window
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // gives way before the controls do
    stale_ = new QLabel(tr("settings changed – F5 to run"), header);
    stale_->setObjectName(u"staleLabel"_s);
    stale_->hide();
    pooled_ = new QLabel(header);
    pooled_->setObjectName(u"poolLabel"_s);
    pooled_->setForegroundRole(QPalette::PlaceholderText);
    sequences_ = new QComboBox(header);
    sequences_->setObjectName(u"sequenceBox"_s);
    sequences_->setToolTip(tr("Which prompt of the batch is shown"));
    sequences_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    sequences_->setMinimumContentsLength(14);
    sequences_->setMinimumWidth(60);
    sequenceLabel_ = new QLabel(tr("Pr&ompt"), header);
    sequenceLabel_->setBuddy(sequences_);
    drawn_ = new ViewOptionsBar(header);
    colouring_ = new QComboBox(header);
    colouring_->setObjectName(u"colouringBox"_s);
    colouring_->setAccessibleName(tr("What the grid of heads shows"));
    colouring_->setToolTip(colouring_->accessibleName());
    colouring_->addItem(tr("Attention"), -1);
    colouring_->hide();

    header->layout()->setContentsMargins(12, 8, 12, 6);
    header->layout()->setSpacing(8);
    header->setHeadingWidth(title_->fontMetrics().horizontalAdvance(u"L00 H00  ·  a name"_s));
    header->heading()->addWidget(title_, 1);
    header->heading()->addWidget(stale_);
    header->heading()->addWidget(pooled_);
    controls_ = header->controls();
    controls_->setSpacing(8);
    controls_->addWidget(sequenceLabel_);
    controls_->addWidget(sequences_);
    controls_->addWidget(colouring_);
    controls_->addWidget(new SentenceBox(*this, header));
    controls_->addWidget(drawn_);
    sequenceLabel_->hide();
    sequences_->hide();
    return header;
}

QWidget* InspectorView::makeGrid()
{
    grid_ = new HeadGrid(selection_, this);
    grid_->setObjectName(u"headGrid"_s);
    gridArea_ = new QScrollArea(this);
    gridArea_->setWidgetResizable(true);
    gridArea_->setFrameShape(QFrame::NoFrame);
    gridArea_->setFocusPolicy(Qt::NoFocus);
    gridArea_->setWidget(grid_);
    auto* frame = new QWidget(this);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(12, 4, 12, 4);
    headBar_ = new HeadBar(*grid_, selection_, frame);
    connect(headBar_, &HeadBar::arranged, gridArea_->verticalScrollBar(), [this] {
        gridArea_->verticalScrollBar()->setValue(0); // what stands first is what was asked for
    });
    show_ = new ShowBox(selection_, headBar_);
    headBar_->add(show_);
    layout->addWidget(headBar_);
    layout->addWidget(gridArea_, 1);
    return frame;
}

QWidget* InspectorView::makePages()
{
    pages_ = new CentrePages(this);
    pages_->add(makeHeatmap(), tr("Heatmap"), tr("Rows are queries, columns are keys (Ctrl+1)"));
    lines_ = new LinesPanel(*this);
    lines_->setMinimumWidth(300); // its controls give way in a narrow window
    pages_->add(lines_, tr("Lines"), tr("Lines from queries to keys, several heads in their colours (Ctrl+2)"));
    connect(pages_, &CentrePages::chosen, this, [this](CentrePage page) {
        ViewOptions wanted = options_;
        wanted.page = page;
        setOptions(wanted);
    });
    return pages_;
}

QWidget* InspectorView::makeHeatmap()
{
    auto* panel = new QWidget(this);
    heatmap_ = new AttentionHeatmap(panel);
    heatmap_->setObjectName(u"heatmap"_s);
    bar_ = new ColourBar(panel);
    readout_ = new QLabel(panel);
    readout_->setObjectName(u"readout"_s);
    readout_->setTextFormat(Qt::PlainText);
    readout_->setMinimumWidth(80);
    readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    readout_->setWordWrap(true);
    readout_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    readout_->setFixedHeight(2 * readout_->fontMetrics().lineSpacing() + 2);
    readout_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    heatmap_->setLegend(bar_);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(12, 4, 12, 8);
    layout->addWidget(heatmap_, 1);
    layout->addWidget(readout_);
    return panel;
}

void InspectorView::begin(const CapturePtr& capture)
{
    Q_EMIT begun();
    capture_ = capture;
    ++run_;
    const auto& header = capture->header();
    {
        const QSignalBlocker quiet(sequences_);
        sequences_->clear();
        for (std::size_t s = 0; s < header.sequences(); ++s)
            sequences_->addItem(u"%1: "_s.arg(s)
                + (s < header.request.prompts.size() ? text(promptText(header.request, s))
                                                     : firstLabels(header.tokens[s])));
        const bool batch = header.sequences() > 1;
        sequences_->setVisible(batch);
        sequenceLabel_->setVisible(batch);
        if (sequence_.value >= header.sequences())
            sequence_ = {};
        sequences_->setCurrentIndex(static_cast<int>(sequence_.value));
    }
    showSequence(sequence_);
    colourHeads();
    arrange();
}

void InspectorView::extend(const CapturePtr& capture)
{
    if (!capture_)
        return begin(capture);
    capture_ = capture;
    tiles_.extendSource(capture_->patterns(sequence_));
    askThumbnails();
    if (!shownTiles().head())
        showHead();
    Q_EMIT contentChanged();
}

void InspectorView::setSequence(SequenceId sequence)
{
    if (sequence.value < static_cast<std::size_t>(sequences_->count()))
        sequences_->setCurrentIndex(static_cast<int>(sequence.value));
}

void InspectorView::showSequence(SequenceId sequence)
{
    sequence_ = sequence;
    const auto& header = capture_->header();
    layersAsked_ = 0;
    thumbnails_.restart();
    scores_.restart();
    cells_.forget();
    tiles_.setSource(capture_->patterns(sequence), run_, sequence);
    heatmap_->setTokens(queryTokens(capture_, sequence), keyTokens(capture_, sequence));
    grid_->reset(header.model.layers, header.model.heads);
    show_->setLayers(header.model.layers);
    position_ = lastRealToken(header.tokens[sequence.value]);
    askThumbnails();
    showHead();
    Q_EMIT contentChanged();
    Q_EMIT positionChanged();
}

void InspectorView::askThumbnails()
{
    for (; layersAsked_ < capture_->layersDone(); ++layersAsked_) {
        const LayerId layer{layersAsked_};
        thumbnails_.ask(tiles_.source(), layer);
        scores_.ask(capture_, sequence_, layer);
    }
}

void InspectorView::showHead()
{
    showTitle();
    if (!capture_ || selection_.isEmpty())
        return;
    if (show_->combined())
        return showCombined();
    if (combined_.tiles().head())
        rows_.forget(); // its row is of no head
    combined_.stop();
    const HeadRef head = selection_.shown();
    if (tiles_.source()->has(head.layer, options_.stage)) {
        tiles_.show(
            head, {options_.stage, options_.pool, options_.specials, effectiveMode(options_) == ScaleMode::PerRow});
        return heatmap_->setTiles(&tiles_);
    }
    tiles_.stop();
    const bool computed = head.layer.value < capture_->layersDone();
    heatmap_->setNotice(computed
            ? (isFromFile(capture_->header()) ? missingStageOfFileText() : missingStageText(options_.stage))
            : tr("Layer %1 has not been computed").arg(head.layer.value));
}

void InspectorView::setOptions(const ViewOptions& options)
{
    const ViewOptions before = std::exchange(options_, options);
    if (before == options)
        return;
    drawn_->setOptions(options);
    applyOptions(before);
    pages_->show(options.page);
    Q_EMIT optionsChanged();
}

void InspectorView::applyOptions(const ViewOptions& before)
{
    const ScaleMode mode = effectiveMode(options_);
    const bool anotherScale = mode != effectiveMode(before) || options_.stage != before.stage
        || options_.specials != before.specials || options_.sharedScale != before.sharedScale;
    const ScalePalettes palettes{options_.palette, options_.diverging};
    if (anotherScale) {
        heatmap_->setScaleLocked(false); // what was kept means nothing any more
        heatmap_->setScaleMode(mode);
    }
    heatmap_->setPalettes(palettes);
    if (options_.transposed != before.transposed)
        heatmap_->setTransposed(options_.transposed);
    grid_->setScaleMode(options_.scale == ScaleMode::Fixed ? ScaleMode::Fixed : ScaleMode::Auto);
    grid_->setPalettes(palettes);
    if (anotherScale || options_.pool != before.pool)
        showHead();
    if (anotherScale)
        heatmap_->setScaleLocked(options_.sharedScale);
    showScale();
    showReadout();
}

void InspectorView::showScale()
{
    const QSize before = bar_->sizeHint();
    bar_->setScale(heatmap_->colourScale(),
        {scaleNote(options_, heatmap_->isScaleLocked()), options_.specials != SpecialTokens::Show});
    if (bar_->sizeHint() != before)
        heatmap_->setLegend(bar_); // makes room for it
}

void InspectorView::addToHeader(QWidget* box) { controls_->insertWidget(controls_->indexOf(sequenceLabel_), box); }

ViewOptionsMenu* InspectorView::optionsMenu() const { return drawn_->menu(); }

void InspectorView::showPooling()
{
    const bool complete = !shownTiles().head() || heatmap_->isComplete();
    refining_ = refining_ && !complete;
    if (complete)
        patience_.stop();
    else if (!refining_ && !patience_.isActive())
        patience_.start();
    const auto side = heatmap_->cellsPerDot();
    pooled_->setVisible(shownTiles().head() && (side > 1 || refining_));
    pooled_->setText(refining_ && combined_.percent() >= 0 ? tr("rollout %1 %").arg(combined_.percent())
            : refining_                                    ? tr("coarse, refining…")
            : options_.pool == Pool::Mean                  ? tr("mean of %1×%1 cells").arg(side)
                                                           : tr("max of %1×%1 cells").arg(side));
    pooled_->setToolTip(tr("Each dot stands for so many cells; zoom in to see them one by one"));
}

void InspectorView::showTitle()
{
    if (!capture_)
        return;
    const bool combined = show_->combined().has_value();
    drawn_->setRollout(combined && !show_->combined()->aggregate);
    const QString model = u"  ·  "_s + text(capture_->header().model.name);
    QString title = (combined ? show_->title() : headText(selection_.shown())) + model;
    if (selection_.isLocked() && !combined)
        title += selection_.shown() == selection_.current() ? tr("  ·  locked")
                                                            : tr("  ·  %1 locked").arg(headText(selection_.current()));
    title_->setText(title);
    const QString whole = combined ? show_->title(selection_.layers() * selection_.heads()) + model : title;
    title_->setToolTip(whole.toHtmlEscaped()); // tool tips may be taken for rich text
}

void InspectorView::showReadout()
{
    showPooling();
    const auto cell = heatmap_->shownCell();
    const bool known = cell && shownTiles().head() && heatmap_->hasCells();
    const auto* queries = known ? &capture_->header().tokens[sequence_.value] : nullptr;
    const auto* keys = known ? &capture_->header().keysOf(sequence_.value) : nullptr;
    const QString words = !known ? QString()
        : show_->combined()      ? combinedReadout(*cell, *queries, *keys)
                                 : cells_.of(tiles_, *cell, *queries, *keys, options_);
    if (!words.isEmpty()) {
        readout_->setText(words);
        readout_->setToolTip(cellToolTip(cell->query, (*queries)[cell->query], cell->key, (*keys)[cell->key]));
    } else {
        readout_->setToolTip({});
        readout_->setText(!heatmap_->hasCells() ? QString()
                                                : tr("Point at a cell to read it, click to choose it. Wheel zooms, "
                                                     "dragging pans, Shift and dragging zooms into a box, double "
                                                     "click resets."));
    }
    heatmap_->setCellWords(readout_->text());
}

void InspectorView::setIdle(const QString& words)
{
    if (capture_)
        return;
    heatmap_->setNotice(words);
    lines_->view().setNotice(words);
}

void InspectorView::setStale(bool stale)
{
    stale_->setPalette(cautious(palette()));
    stale_->setVisible(stale);
}

bool InspectorView::isSettled() const
{
    return capture_ && lines_->isSettled() && shownTiles().head() && shownTiles().isSettled() && headBar_->isSettled()
        && !cells_.isWaiting() && !rows_.isWaiting() && thumbnails_.pending() == 0 && heatmap_->isComplete();
}

} // namespace headscope::ui
