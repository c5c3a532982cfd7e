// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/comparison_panels.h"

#include "ui/models/head_figures.h"
#include "ui/text/difference_text.h"
#include "ui/text/labels.h"
#include "ui/text/readout.h"
#include "ui/text/view_text.h"
#include "ui/views/scale_strip.h"
#include "ui/windows/elided_label.h"

#include <QEvent>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int gap = 10;
constexpr std::array panels{ComparisonPanels::Reference, ComparisonPanels::Candidate, ComparisonPanels::Change};

} // namespace

ComparisonPanels::ComparisonPanels(QWidget* parent)
    : QWidget(parent)
{
    for (const Panel panel : panels)
        make(panel);
    for (const Panel panel : panels)
        connectPanel(panel);
    sides_[Change].caption->setText(tr("A − B"));
    setMinimumSize(420, 180);
}

ComparisonPanels::~ComparisonPanels()
{
    for (const auto& side : sides_)
        delete side.heatmap; // it refers to the tiles
}

void ComparisonPanels::make(Panel panel)
{
    static constexpr std::array names{"referenceMap", "candidateMap", "differenceMap"};
    Side& side = sides_[panel];
    side.tiles = new HeadTileFeed(this);
    side.heatmap = new AttentionHeatmap(this);
    side.heatmap->setObjectName(QLatin1String(names[panel]));
    side.heatmap->setAccessibleName(panel == Reference ? tr("Attention of A, the reference")
            : panel == Candidate                       ? tr("Attention of B, the candidate")
                                                       : tr("Attention of A minus that of B"));
    side.heatmap->setMinimumSize(60, 60);
    side.heatmap->setQueryLabels(panel == Reference);
    side.caption = new ElidedLabel(60, this);
    side.caption->setObjectName(QLatin1String(names[panel]) + u"Caption"_s);
    QFont strong = side.caption->font();
    strong.setBold(true);
    side.caption->setFont(strong);
    side.strip = new ScaleStrip(this);
    if (panel == Change)
        side.heatmap->setQuantity(Quantity::Difference);
    else
        side.rows = new RowFeed(this);
}

void ComparisonPanels::connectPanel(Panel panel)
{
    const Side& side = sides_[panel];
    auto* heatmap = side.heatmap;
    connect(side.tiles, &HeadTileFeed::tileReady, heatmap, &AttentionHeatmap::tileArrived);
    connect(side.tiles, &HeadTileFeed::coarseReady, heatmap, &AttentionHeatmap::coarseArrived);
    connect(side.tiles, &HeadTileFeed::coarseReady, this, [this] { top_.reset(); });
    connect(side.tiles, &HeadTileFeed::tileReady, this, [this] { top_.reset(); });
    connect(side.tiles, &HeadTileFeed::failed, this, [this, heatmap](const QString& why) {
        heatmap->setNotice(tr("Could not be read"));
        Q_EMIT failed(why);
    });
    connect(heatmap, &AttentionHeatmap::viewChanged, this, [this, panel](const TileView& view) {
        sides_[panel].tiles->look(view);
        top_.reset();
        follow(panel);
    });
    connect(heatmap, &AttentionHeatmap::shownCellChanged, this, [this, panel] { follow(panel); });
    connect(heatmap, &AttentionHeatmap::scaleChanged, this, [this, panel] {
        showStrip(panel);
        Q_EMIT scaleChanged();
    });
    showStrip(panel);
    if (side.rows)
        connect(side.rows, &RowFeed::rowReady, this, &ComparisonPanels::describe);
}

/// Zoom, cursor and chosen cell of one panel become those of all; it ends because equal ones change nothing.
void ComparisonPanels::follow(Panel leader)
{
    if (leaderless_)
        return;
    const auto* heatmap = sides_[leader].heatmap;
    for (const Panel panel : panels) {
        auto* other = sides_[panel].heatmap;
        if (panel == leader)
            continue;
        other->showPart(heatmap->view().seen);
        other->hover(heatmap->hoveredCell());
        if (other->chosenCell() != heatmap->chosenCell())
            other->choose(heatmap->chosenCell());
    }
    shareScale();
    placeCaptions();
    describe();
}

void ComparisonPanels::setNames(const QString& reference, const QString& candidate)
{
    sides_[Reference].caption->setText(tr("A  %1").arg(reference));
    sides_[Candidate].caption->setText(tr("B  %1").arg(candidate));
    for (const Panel panel : {Reference, Candidate})
        sides_[panel].caption->setToolTip(sides_[panel].caption->text().toHtmlEscaped());
}

void ComparisonPanels::setSources(const ComparedSources& sources)
{
    const auto count = [](const TokenRow& tokens) { return tokens ? tokens->size() : 0; };
    const bool sameShape = count(tokens_) == count(sources.tokens);
    const auto chosen = sides_[Reference].heatmap->chosenCell();
    const QRectF part = sides_[Reference].heatmap->view().seen;
    ++run_;
    tokens_ = sources.tokens;
    largest_.clear();
    sides_[Reference].source = sources.reference;
    sides_[Candidate].source = sources.candidate;
    sides_[Change].source = sources.difference;
    leaderless_ = true;
    for (Side& side : sides_) {
        side.tiles->setSource(side.source, run_, {});
        if (side.rows)
            side.rows->forget();
        side.heatmap->setTokens(tokens_, tokens_);
        if (!sameShape)
            continue;
        side.heatmap->choose(chosen);
        side.heatmap->showPart(part); // after choosing, which may pan
    }
    for (const Panel panel : panels)
        showHeadIn(panel);
    leaderless_ = false;
    layOut();
    follow(Reference);
}

void ComparisonPanels::showHead(HeadRef head)
{
    head_ = head;
    leaderless_ = true;
    for (const Panel panel : panels)
        showHeadIn(panel);
    leaderless_ = false;
    follow(Reference);
}

void ComparisonPanels::showHeadIn(Panel panel)
{
    const Side& side = sides_[panel];
    if (!head_)
        return;
    if (side.source && side.source->has(head_->layer, Stage::Pattern)) {
        top_.reset();
        const Pool most = panel == Change ? Pool::MaximumMagnitude : Pool::Maximum;
        const Pool pool = options_.pool == Pool::Mean ? Pool::Mean : most;
        side.tiles->show(*head_, {Stage::Pattern, pool, options_.specials, options_.scale == ScaleMode::PerRow});
        return side.heatmap->setTiles(side.tiles);
    }
    side.tiles->stop();
    side.heatmap->setNotice(
        panel == Change ? tr("No difference without both patterns") : tr("No patterns of this run were kept"));
}

void ComparisonPanels::setThumbnail(HeadRef head, PatternTilePtr difference)
{
    largest_[{head.layer.value, head.head.value}] = largestMagnitude(*difference);
    sides_[Change].tiles->setThumbnail(head, std::move(difference));
    if (head_ == head)
        shareScale();
}

void ComparisonPanels::setOptions(const ViewOptions& options)
{
    const ViewOptions before = std::exchange(options_, drawnIn(OptionScope::Comparison, options));
    if (before == options_)
        return;
    leaderless_ = true;
    for (const Panel panel : panels) {
        auto* heatmap = sides_[panel].heatmap;
        heatmap->setPalettes({options_.palette, options_.diverging});
        if (options_.transposed != before.transposed)
            heatmap->setTransposed(options_.transposed);
        if (panel != Change) // which stays symmetric about 0
            heatmap->setScaleMode(options_.scale);
        showHeadIn(panel);
        showStrip(panel);
    }
    leaderless_ = false;
    layOut();
    follow(Reference);
    Q_EMIT scaleChanged(); // for what says which cells are left out
}

void ComparisonPanels::showStrip(Panel panel)
{
    const bool shares = options_.scale == ScaleMode::PerRow;
    sides_[panel].strip->setScale(sides_[panel].heatmap->colourScale(),
        panel == Change && !shares ? QString() : scaleNote(options_, false).replace(u'\n', u", "_s));
}

bool ComparisonPanels::isPlain() const
{
    return options_.specials == SpecialTokens::Show && options_.scale != ScaleMode::PerRow;
}

void ComparisonPanels::setLimit(std::optional<float> limit)
{
    limit_ = limit;
    shareScale();
}

std::optional<float> ComparisonPanels::limitOfHead() const
{
    const auto& change = *sides_[Change].heatmap;
    if (!isPlain() || options_.pool == Pool::Mean) // the thumbnails are of the run's own values
        return change.isComplete() ? std::optional(change.largest()) : std::nullopt;
    const auto found = head_ ? largest_.find({head_->layer.value, head_->head.value}) : largest_.end();
    return found == largest_.end() ? std::nullopt : std::optional(found->second);
}

void ComparisonPanels::shareScale()
{
    const bool ownEnd = options_.scale == ScaleMode::Auto || options_.scale == ScaleMode::Percentile;
    if (!top_ && ownEnd)
        top_ = std::max(sides_[Reference].heatmap->ownTop(), sides_[Candidate].heatmap->ownTop());
    for (const Panel panel : {Reference, Candidate})
        sides_[panel].heatmap->setScaleTop(ownEnd && *top_ > 0 ? top_ : std::nullopt);
    const auto limit = limit_ ? limit_ : limitOfHead();
    sides_[Change].heatmap->setScaleTop(limit && *limit > 0 && std::isfinite(*limit) ? limit : std::nullopt);
    nameDifference();
}

void ComparisonPanels::nameDifference()
{
    const auto largest = limitOfHead();
    QString words = tr("A − B");
    if (largest)
        words += *largest == 0 ? tr("  all equal")
            : isPlain()        ? tr("  largest |Δ| %1").arg(differenceText(*largest))
                               : tr("  largest |Δ| as shown %1").arg(differenceText(*largest));
    if (words != sides_[Change].caption->text())
        sides_[Change].caption->setText(words);
}

void ComparisonPanels::choose(Cell cell) { sides_[Reference].heatmap->choose(cell); }
void ComparisonPanels::zoom(double factor) { sides_[Reference].heatmap->zoom(factor); }
void ComparisonPanels::resetView() { sides_[Reference].heatmap->resetView(); }

void ComparisonPanels::describe()
{
    const auto cell = sides_[Reference].heatmap->shownCell();
    QString words;
    if (cell && head_ && tokens_) {
        std::array<PatternTilePtr, 2> rows;
        for (const Panel panel : {Reference, Candidate})
            if (const Side& side = sides_[panel]; side.source && side.source->has(head_->layer, Stage::Pattern))
                rows[panel] = side.rows->row(*side.source, *head_, cell->query, Stage::Pattern, options_.specials,
                    options_.scale == ScaleMode::PerRow);
        words = comparisonReadout(*head_, *tokens_, *cell, rows[Reference].get(), rows[Candidate].get());
    }
    if (words == readout_)
        return;
    readout_ = words;
    for (const auto& side : sides_)
        side.heatmap->setCellWords(readout_);
    Q_EMIT readoutChanged();
}

bool ComparisonPanels::isSettled() const
{
    return std::all_of(sides_.begin(), sides_.end(), [](const Side& side) {
        return !side.tiles->head()
            || (side.tiles->isSettled() && side.heatmap->isComplete() && !(side.rows && side.rows->isWaiting()));
    });
}

void ComparisonPanels::layOut()
{
    const int line = fontMetrics().height(), above = sides_[Change].strip->sizeHint().height() + line + 8;
    const int labels = sides_[Reference].heatmap->queryRoom() - sides_[Candidate].heatmap->queryRoom();
    const auto place = [&](int each) {
        int x = std::max(0, (width() - 3 * each - 2 * gap - labels) / 2);
        for (const Panel panel : panels) {
            const int wide = each + (panel == Reference ? labels : 0);
            sides_[panel].heatmap->setGeometry(x, above, wide, std::max(60, height() - above));
            sides_[panel].heatmap->prepare(); // also while hidden
            x += wide + gap;
        }
    };
    const int most = std::max(60, (width() - 2 * gap - labels) / 3);
    place(most);
    // Panels that are as low as they are wide stand close together.
    const int needed = sides_[Change].heatmap->contentRect().width() + 2 * gap;
    if (needed < most)
        place(needed);
    placeCaptions();
}

void ComparisonPanels::placeCaptions()
{
    const int line = fontMetrics().height();
    for (const auto& side : sides_) {
        const QRect cells = side.heatmap->contentRect().adjusted(side.heatmap->queryRoom(), 0, 0, 0);
        const int left = side.heatmap->x() + cells.left();
        const int wide = side.heatmap->geometry().right() - left;
        side.caption->setGeometry(left, 2, wide, line + 2);
        side.strip->setGeometry(left, line + 4, wide, side.strip->sizeHint().height());
    }
}

void ComparisonPanels::resizeEvent(QResizeEvent*) { layOut(); }

void ComparisonPanels::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
}

} // namespace headscope::ui
