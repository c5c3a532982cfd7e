// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/token_panel.h"

#include "ui/models/probability_delegate.h"
#include "ui/models/token_rows.h"
#include "ui/models/token_search.h"
#include "ui/models/token_weight_model.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/token_strip.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/quiet_table.h"
#include "ui/windows/search_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int wideEnough = 620; ///< pixels from which the list stands beside the tokens

} // namespace

TokenPanel::TokenPanel(InspectorView& inspector, QWidget* parent)
    : QWidget(parent)
    , inspector_(inspector)
    , strip_(new TokenStrip(this))
    , otherTitle_(new QLabel(this))
    , otherStrip_(new TokenStrip(this))
    , search_(new SearchBar(tr("Find a token by its text or piece"), this))
    , splitter_(new QSplitter(this))
    , model_(new TokenWeightModel(this))
{
    strip_->setObjectName(u"tokenStrip"_s);
    strip_->setNotice(tr("Run a prompt (F5) to see its tokens"));
    auto* top = new QWidget(this);
    auto* upper = new QVBoxLayout(top);
    upper->setContentsMargins({});
    upper->addWidget(makeControls());
    upper->addWidget(search_);
    upper->addWidget(strip_, 1);
    otherTitle_->setObjectName(u"otherTokensTitle"_s);
    otherTitle_->setForegroundRole(QPalette::PlaceholderText);
    otherStrip_->setObjectName(u"otherTokenStrip"_s);
    upper->addWidget(otherTitle_);
    upper->addWidget(otherStrip_, 1);
    otherTitle_->hide();
    otherStrip_->hide();
    splitter_->setObjectName(u"tokenSplitter"_s);
    splitter_->setChildrenCollapsible(false);
    splitter_->setOrientation(Qt::Vertical);
    splitter_->addWidget(top);
    splitter_->addWidget(makeList());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 10);
    layout->addWidget(splitter_);

    connect(&inspector_, &InspectorView::contentChanged, this, &TokenPanel::showContent);
    connect(&inspector_.selection(), &HeadSelection::shownChanged, this, &TokenPanel::plan);
    connect(&inspector_, &InspectorView::combinedChanged, this, &TokenPanel::plan);
    connect(&inspector_.heatmap(), &AttentionHeatmap::shownCellChanged, this, &TokenPanel::showCell);
    connect(&inspector_, &InspectorView::optionsChanged, this, &TokenPanel::showWeights);
    connect(strip_, &TokenStrip::pickedChanged, this, &TokenPanel::onPicked);
    connect(&feed_, &StripFeed::arrived, this, &TokenPanel::showWeights);
    connect(&feed_, &StripFeed::failed, &inspector_.messages(), &MessageBar::showError);
    connect(otherStrip_, &TokenStrip::pickedChanged, this, &TokenPanel::onOtherPicked);
    connect(side_, &QComboBox::currentIndexChanged, this, [this] {
        if (inspector_.capture() && inspector_.capture()->header().isCross())
            showTexts(); // the tokens to choose from are others
        else
            plan();
    });
    connect(search_, &SearchBar::wordsChanged, this, &TokenPanel::onSearched);
    connect(search_, &SearchBar::currentChanged, this, &TokenPanel::onFound);
    connect(search_, &SearchBar::closed, this, [this] { strip_->setFocus(); });
    showWeights();
}

QWidget* TokenPanel::makeControls()
{
    auto* controls = new QWidget(this);
    side_ = new QComboBox(controls);
    side_->setObjectName(u"tokenSideBox"_s);
    side_->addItems({tr("Where it looks"), tr("Who looks at it")});
    side_->setAccessibleName(tr("What the tint of the tokens means"));
    side_->setToolTip(tr("Tints the tokens by the chosen token's attention to them, or by theirs to it; weights are "
                         "probabilities from 0 to 1"));
    heading_ = new QLabel(controls);
    heading_->setObjectName(u"tokenHeading"_s);
    heading_->setTextFormat(Qt::PlainText);
    heading_->setWordWrap(true);
    heading_->setMinimumWidth(80);
    auto* layout = new QHBoxLayout(controls);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(heading_, 1);
    layout->addWidget(side_, 0, Qt::AlignTop);
    return controls;
}

QWidget* TokenPanel::makeList()
{
    auto* list = new QWidget(this);
    table_ = new QTableView(list);
    table_->setObjectName(u"tokenWeightTable"_s);
    table_->setAccessibleName(tr("Strongest weights of the chosen token"));
    table_->setModel(model_);
    table_->setItemDelegateForColumn(TokenWeightModel::WeightColumn, new ProbabilityDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAlternatingRowColors(true);
    quieten(*table_, fontMetrics().height() + 8);
    auto* columns = table_->horizontalHeader();
    columns->setSectionResizeMode(QHeaderView::ResizeToContents);
    columns->setSectionResizeMode(TokenWeightModel::WeightColumn, QHeaderView::Stretch);
    columns->setMinimumSectionSize(28);
    columns->setMaximumSectionSize(150);
    count_ = new QSpinBox(list);
    count_->setObjectName(u"tokenCountBox"_s);
    count_->setRange(1, 100);
    count_->setValue(10);
    count_->setPrefix(tr("top "));
    count_->setAccessibleName(tr("How many tokens are listed"));
    count_->setToolTip(tr("How many tokens are listed, those with the largest weights"));
    order_ = new QComboBox(list);
    order_->setObjectName(u"tokenOrderBox"_s);
    order_->addItems({tr("by weight"), tr("by position")});
    order_->setAccessibleName(tr("Order of the list"));
    order_->setToolTip(tr("The largest weight first, or in the order of the prompt; the rank stays"));
    auto* line = new QHBoxLayout;
    line->setContentsMargins({});
    line->addWidget(count_);
    line->addWidget(order_);
    line->addStretch(1);
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->addLayout(line);
    layout->addWidget(table_, 1);
    const auto apply = [this] {
        model_->setView(static_cast<std::size_t>(count_->value()),
            order_->currentIndex() == 0 ? WeightOrder::ByWeight : WeightOrder::ByPosition);
    };
    connect(count_, &QSpinBox::valueChanged, this, apply);
    connect(order_, &QComboBox::currentIndexChanged, this, apply);
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        (otherStrip_->tokens() ? otherStrip_ : strip_)->reveal(model_->positionOf(index.row()));
    });
    return list;
}

TokenSide TokenPanel::side() const { return side_->currentIndex() == 0 ? TokenSide::Query : TokenSide::Key; }

void TokenPanel::setSide(TokenSide side) { side_->setCurrentIndex(side == TokenSide::Query ? 0 : 1); }

void TokenPanel::search() { search_->open(); }

void TokenPanel::showContent()
{
    const auto& capture = inspector_.capture();
    const auto sequence = inspector_.sequence();
    if (run_ == inspector_.run() && sequence_ == sequence.value)
        return plan();
    run_ = inspector_.run();
    sequence_ = sequence.value;
    readShown(false);
    showTexts();
}

void TokenPanel::showTexts()
{
    const auto& capture = inspector_.capture();
    const auto sequence = inspector_.sequence();
    const TokenRow queries = queryTokens(capture, sequence), keys = keyTokens(capture, sequence);
    const bool cross = capture->header().isCross(), query = side() == TokenSide::Query;
    strip_->setTokens(query ? queries : keys);
    otherStrip_->setTokens(!cross ? TokenRow() : query ? keys : queries);
    otherStrip_->setAccessibleName(query ? tr("Keys, the text that is looked at") : tr("Queries, the text that looks"));
    otherTitle_->setText(otherStrip_->accessibleName());
    otherTitle_->setVisible(cross);
    otherStrip_->setVisible(cross);
    onSearched(search_->words());
    follow(inspector_.heatmap().chosenCell());
}

const std::vector<Token>& TokenPanel::others() const
{
    return otherStrip_->tokens() ? *otherStrip_->tokens() : *strip_->tokens();
}

/// A token of the other text completes the cell that is chosen.
void TokenPanel::onOtherPicked()
{
    if (otherStrip_->picked().size() != 1 || strip_->picked().size() != 1)
        return;
    const std::size_t own = strip_->picked().front(), other = otherStrip_->picked().front();
    cell_ = side() == TokenSide::Query ? Cell{own, other} : Cell{other, own};
    inspector_.heatmap().choose(cell_);
}

void TokenPanel::showCell()
{
    const auto cell = inspector_.heatmap().chosenCell();
    if (cell != cell_ && inspector_.capture() && run_ == inspector_.run())
        follow(cell);
}

/// Picks the row or column of the chosen cell; without one, the position whose next token is of interest.
void TokenPanel::follow(std::optional<Cell> cell)
{
    cell_ = cell;
    const std::size_t position = !cell ? inspector_.position().value
        : side() == TokenSide::Query   ? cell->query
                                       : cell->key;
    strip_->pick({std::min(position, strip_->tokens()->size() - 1)});
    if (otherStrip_->tokens())
        otherStrip_->pick(
            cell ? std::vector{side() == TokenSide::Query ? cell->key : cell->query} : std::vector<std::size_t>());
    plan();
}

Strip TokenPanel::stripOf(std::size_t position) const
{
    const Range all{0, others().size()}, one{position, position + 1};
    return side() == TokenSide::Query ? Strip{head_, one, all} : Strip{head_, all, one};
}

void TokenPanel::readShown(bool sameSequence)
{
    const ShownHeads now = inspector_.shownHeads();
    readFrom(feed_, now, combined_, sameSequence);
    combined_ = now.combined;
    head_ = now.head;
    title_ = now.title;
}

void TokenPanel::plan()
{
    if (inspector_.capture() && run_ == inspector_.run() && sequence_ == inspector_.sequence().value)
        readShown(true);
    std::vector<Strip> wanted;
    if (feed_.source() && isVisible() && !inspector_.selection().isEmpty())
        for (const auto position : strip_->picked())
            wanted.push_back(stripOf(position));
    feed_.look(wanted);
    showWeights();
}

void TokenPanel::showWeights()
{
    const auto& picked = strip_->picked();
    std::vector<TokenWeights> parts;
    for (const auto position : picked)
        if (const auto tile = feed_.find(stripOf(position)))
            parts.push_back(
                side() == TokenSide::Query ? weightsOfRow(*tile, position) : weightsOfColumn(*tile, position));
    if (parts.size() < picked.size() && !feed_.isSettled())
        return; // the old ones stand until all have come
    weights_ = parts.size() == picked.size() ? meanOf(parts) : TokenWeights();
    const bool query = side() == TokenSide::Query;
    TokenStrip& tinted = otherStrip_->tokens() ? *otherStrip_ : *strip_;
    std::vector<float> tints(tinted.tokens() ? tinted.tokens()->size() : 0);
    float top = 0;
    for (const auto& each : weights_.weights) {
        tints[each.position] = each.weight;
        top = std::max(top, each.weight);
    }
    if (inspector_.options().scale != ScaleMode::Fixed && top > 0)
        for (float& tint : tints)
            tint /= top;
    if (&tinted != strip_)
        strip_->setTints({});
    tinted.setTints(std::move(tints));
    model_->setWeights(tinted.tokens(), weights_, query ? u'k' : u'q');
    QString words;
    if (!picked.empty()) {
        const QString head = title_ + u"  "_s;
        const QString who = picked.size() > 1
            ? tr("mean of %1 tokens").arg(picked.size())
            : tokenText(query ? u'q' : u'k', picked.front(), (*strip_->tokens())[picked.front()]);
        words = head + who + u' ' + (query ? tr("looks at") : tr("is looked at by"));
        if (weights_.nan)
            words += u"  "_s + tr("(some weights are NaN)");
        else if (weights_.weights.empty())
            words += u"  "_s + tr("(nothing: padding, or a layer that has not been computed)");
    }
    heading_->setText(words);
    strip_->setAccessibleDescription(words);
}

void TokenPanel::onPicked()
{
    plan();
    if (strip_->picked().size() == 1)
        chooseCell();
}

void TokenPanel::chooseCell()
{
    const std::size_t position = strip_->picked().front();
    const auto top = strongest(weights_.weights, {.least = 0, .most = 1});
    const std::size_t other
        = feed_.isSettled() && !top.empty() ? top.front().position : std::min(position, others().size() - 1);
    cell_ = withToken(inspector_.heatmap().chosenCell(), side(), position, other);
    inspector_.heatmap().choose(cell_);
}

void TokenPanel::onSearched(const QString& words)
{
    matches_ = strip_->tokens() ? findTokens(*strip_->tokens(), words) : std::vector<std::size_t>();
    search_->setCount(matches_.size());
    if (matches_.empty())
        strip_->setMatches({}, std::nullopt);
    else
        onFound();
}

void TokenPanel::onFound()
{
    const std::size_t position = matches_[search_->current()];
    strip_->setMatches(matches_, position);
    strip_->pick({position});
    onPicked();
}

void TokenPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    splitter_->setOrientation(width() >= wideEnough ? Qt::Horizontal : Qt::Vertical);
}

void TokenPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    plan();
}

void TokenPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    plan();
}

} // namespace headscope::ui
