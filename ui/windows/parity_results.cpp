// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/parity_results.h"

#include "ui/models/verdict_delegate.h"
#include "ui/text/labels.h"
#include "ui/text/parity_text.h"
#include "ui/windows/quiet_table.h"
#include "ui/windows/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTreeView>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

enum Order { PassOrder, GapOrder, VerdictOrder };

void quietenResults(QTableView& view, int rowHeight)
{
    quieten(view, rowHeight);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.verticalHeader()->setMinimumSectionSize(rowHeight);
    view.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view.horizontalHeader()->setResizeContentsPrecision(0); // what is seen is enough, and rows stream in
    view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
}

QString nonFiniteText(const NonFinite& first)
{
    return ParityResults::tr("first %1 at %2, %3")
        .arg(first.isNan ? u"NaN"_s : ParityResults::tr("infinity"), text(first.hook), placeText(first.cell));
}

} // namespace

ParityResults::ParityResults(QWidget* parent)
    : QWidget(parent)
    , verdictView_(new QTableView(this))
    , details_(new QTabWidget(this))
{
    shown_.setSourceModel(&rows_);
    verdictView_->setObjectName(u"verdictView"_s);
    verdictView_->setAccessibleName(tr("Verdicts"));
    verdictView_->setModel(&verdicts_);
    quietenResults(*verdictView_, fontMetrics().height() + 6);
    verdictView_->setSelectionBehavior(QAbstractItemView::SelectRows);
    verdictView_->setItemDelegate(new VerdictDelegate(verdictView_));
    verdictView_->horizontalHeader()->setResizeContentsPrecision(-1);
    verdictView_->horizontalHeader()->hide();
    verdictView_->horizontalHeader()->setStretchLastSection(true);
    verdictView_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);

    auto* splitter = new QSplitter(this);
    splitter->setObjectName(u"paritySplitter"_s);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(9);
    splitter->addWidget(makeTable());
    details_->setObjectName(u"parityDetails"_s);
    details_->setDocumentMode(true);
    details_->addTab(makeWhy(), tr("Why"));
    details_->addTab(makeFigures(), tr("Figures"));
    details_->addTab(makeLogits(), tr("Logits"));
    splitter->addWidget(details_);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({560, 420});

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addWidget(verdictView_);
    layout->addWidget(splitter, 1);
    connectViews();
    fitVerdicts();
}

QWidget* ParityResults::makeTable()
{
    auto* side = new QWidget(this);
    table_ = new QTableView(side);
    table_->setObjectName(u"parityTable"_s);
    table_->setAccessibleName(tr("Hook points by layer, and how far the runs lie apart there"));
    table_->setModel(&shown_);
    quietenResults(*table_, fontMetrics().height() + 4);
    table_->setSelectionBehavior(QAbstractItemView::SelectItems);
    table_->setItemDelegate(new VerdictDelegate(table_));
    table_->horizontalHeader()->setMinimumSectionSize(72);
    auto* names = table_->verticalHeader(); // stay where many runs have to be scrolled
    names->show();
    names->setSectionsClickable(true);
    names->setHighlightSections(true);
    names->setMaximumWidth(fontMetrics().averageCharWidth() * 48);
    table_->setSortingEnabled(true);
    table_->sortByColumn(ParityTableModel::LayerColumn, Qt::AscendingOrder);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addWidget(makeFilters());
    layout->addWidget(table_, 1);
    return side;
}

QWidget* ParityResults::makeFilters()
{
    auto* filters = new QWidget(this);
    auto* failing = new QCheckBox(tr("Only failing"), filters);
    failing->setObjectName(u"onlyFailingBox"_s);
    failing->setToolTip(tr("Rows where some run is beyond tolerance, explained or not"));
    auto* hooks = new QLineEdit(filters);
    hooks->setObjectName(u"hookFilter"_s);
    hooks->setPlaceholderText(tr("Hook point, such as pattern or blocks.3.*"));
    hooks->setAccessibleName(tr("Filter by hook point"));
    hooks->setToolTip(tr("Shows only hook points whose name holds these words; * stands for anything"));
    hooks->setClearButtonEnabled(true);
    order_ = new QComboBox(filters);
    order_->setObjectName(u"parityOrder"_s);
    order_->setAccessibleName(tr("Order of the rows"));
    order_->setToolTip(tr("In which order the hook points stand: as the forward pass meets them, by the largest |Δ| in "
                          "their own units, or by verdict"));
    order_->addItems({tr("In the order of the pass"), tr("Largest |Δ| first"), tr("Gravest verdict first")});
    auto* layout = new QHBoxLayout(filters);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(failing);
    layout->addWidget(hooks, 1);
    layout->addWidget(order_);
    connect(failing, &QCheckBox::toggled, &shown_, &ParityFilterModel::setOnlyFailing);
    connect(hooks, &QLineEdit::textChanged, &shown_, &ParityFilterModel::setHooks);
    connect(order_, &QComboBox::activated, this, &ParityResults::sortBy);
    return filters;
}

QWidget* ParityResults::makeWhy()
{
    auto* page = new QWidget(this);
    finding_ = new QLabel(page);
    finding_->setObjectName(u"findingLabel"_s);
    explanation_ = new QLabel(page);
    explanation_->setObjectName(u"explanationLabel"_s);
    for (auto* label : {finding_, explanation_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    reasonView_ = new QTableView(page);
    reasonView_->setObjectName(u"reasonView"_s);
    reasonView_->setAccessibleName(tr("Tested reasons"));
    reasonView_->setModel(&reasons_);
    quietenResults(*reasonView_, fontMetrics().height() + 4);
    reasonView_->setSelectionBehavior(QAbstractItemView::SelectRows);
    reasonView_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // as high as it is long; the page scrolls
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(8, 6, 4, 4);
    layout->setSpacing(6);
    layout->addWidget(finding_);
    layout->addWidget(reasonView_);
    layout->addWidget(explanation_);
    layout->addStretch(1);
    auto* scroller = new QScrollArea(this);
    scroller->setWidgetResizable(true);
    scroller->setFrameShape(QFrame::NoFrame);
    scroller->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroller->setFocusPolicy(Qt::NoFocus);
    scroller->setWidget(page);
    return scroller;
}

QWidget* ParityResults::makeFigures()
{
    auto* page = new QWidget(this);
    figuresTitle_ = new QLabel(tr("Choose a cell of the table to see all of its figures"), page);
    figuresTitle_->setObjectName(u"figuresTitle"_s);
    figuresTitle_->setTextFormat(Qt::PlainText);
    figuresTitle_->setWordWrap(true);
    figures_ = new QTableWidget(0, 2, page);
    figures_->setObjectName(u"figuresTable"_s);
    figures_->setAccessibleName(tr("All figures of the chosen cell"));
    quietenResults(*figures_, fontMetrics().height() + 4);
    figures_->horizontalHeader()->hide();
    figures_->horizontalHeader()->setStretchLastSection(true);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(8, 6, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(figuresTitle_);
    layout->addWidget(figures_, 1);
    return page;
}

QWidget* ParityResults::makeLogits()
{
    logitView_ = new QTreeView(this);
    logitView_->setObjectName(u"logitView"_s);
    logitView_->setAccessibleName(tr("Agreement of the logits, and logit differences by prompt"));
    logitView_->setModel(&logits_);
    logitView_->setFrameShape(QFrame::NoFrame);
    logitView_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    logitView_->setUniformRowHeights(true);
    logitView_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    logitView_->header()->setMaximumSectionSize(220);
    return logitView_;
}

void ParityResults::connectViews()
{
    connect(verdictView_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) {
            if (current.isValid())
                choosePair(static_cast<std::size_t>(current.row()));
        });
    connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex& current) { onCell(current); });
    connect(table_, &QAbstractItemView::clicked, this, &ParityResults::activate);
    connect(table_, &QAbstractItemView::activated, this, &ParityResults::activate);
    connect(table_->verticalHeader(), &QHeaderView::sectionClicked, this, [this](int row) {
        const QModelIndex cell = shown_.index(row, ParityTableModel::columnOf(pair_));
        table_->setCurrentIndex(cell);
        activate(cell);
    });
    connect(table_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, [this](int column) {
        const bool byPair = ParityTableModel::pairOf(column).has_value();
        const bool gap = shown_.measure() == ParityFilterModel::Measure::Gap;
        order_->setCurrentIndex(!byPair ? PassOrder : gap ? GapOrder : VerdictOrder);
    });
    connect(reasonView_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) {
            explanation_->setText(current.data(ReasonModel::ExplanationRole).toString());
        });
    connect(logitView_, &QAbstractItemView::activated, this, [this](const QModelIndex& index) {
        if (const auto place = logits_.placeOf(index)) {
            choosePair(place->pair);
            Q_EMIT answerActivated(place->sequence, place->position);
        }
    });
    connect(&rows_, &QAbstractItemModel::dataChanged, this, &ParityResults::showFigures);
}

void ParityResults::start(const QString& reference, const QStringList& candidates, const QStringList& prompts)
{
    verdicts_.reset(reference, candidates);
    rows_.reset(candidates);
    for (int column = 0; column < ParityTableModel::FirstPairColumn; ++column)
        table_->hideColumn(column); // their words stand in the headers of the rows
    logits_.reset(prompts);
    fitVerdicts();
    pair_ = 0;
    verdictView_->selectRow(0);
    showWhy();
    showFigures();
    Q_EMIT pairChanged();
}

void ParityResults::fitVerdicts()
{
    constexpr int most = 3;
    const int lines = std::clamp(static_cast<int>(verdicts_.size()), 1, most);
    verdictView_->setFixedHeight(lines * verdictView_->verticalHeader()->defaultSectionSize() + 2);
}

void ParityResults::addRows(std::size_t pair, const std::vector<ParityRow>& rows) { rows_.addRows(pair, rows); }

void ParityResults::setPair(std::size_t pair, const std::shared_ptr<const ParityPair>& result)
{
    verdicts_.setPair(pair, result);
    rows_.setPair(pair, *result);
    logits_.setPair(pair, result);
    logitView_->expandAll();
    if (pair == pair_) {
        showWhy();
        Q_EMIT pairChanged();
    }
}

void ParityResults::stop()
{
    verdicts_.stop();
    showWhy();
}

std::shared_ptr<const ParityPair> ParityResults::pair() const
{
    return pair_ < verdicts_.size() ? verdicts_.pair(pair_) : nullptr;
}

void ParityResults::choosePair(std::size_t pair)
{
    if (pair == pair_ || pair >= verdicts_.size())
        return;
    pair_ = pair;
    verdictView_->selectRow(static_cast<int>(pair));
    showWhy();
    showFigures();
    Q_EMIT pairChanged();
}

void ParityResults::onCell(const QModelIndex& current)
{
    if (!current.isValid())
        return;
    if (const auto pair = ParityTableModel::pairOf(current.column()))
        choosePair(*pair);
    showFigures();
}

void ParityResults::activate(const QModelIndex& index)
{
    onCell(index);
    if (const auto* row = rows_.cell(shown_.mapToSource(index).row(), pair_))
        Q_EMIT rowActivated(ParityRow(*row));
}

void ParityResults::sortBy(int choice)
{
    shown_.setMeasure(choice == VerdictOrder ? ParityFilterModel::Measure::Verdict : ParityFilterModel::Measure::Gap);
    if (choice == PassOrder)
        table_->sortByColumn(ParityTableModel::LayerColumn, Qt::AscendingOrder);
    else
        table_->sortByColumn(ParityTableModel::columnOf(pair_), Qt::DescendingOrder);
}

void ParityResults::showWhy()
{
    const auto result = pair();
    reasons_.setPair(result);
    reasonView_->setVisible(result && !result->reasons.empty());
    const int rows = reasons_.rowCount() * reasonView_->verticalHeader()->defaultSectionSize();
    reasonView_->setFixedHeight(rows + reasonView_->horizontalHeader()->sizeHint().height()
        + reasonView_->horizontalScrollBar()->sizeHint().height() + 2);
    explanation_->clear();
    if (!result) {
        finding_->setText(verdicts_.size() == 0 ? QString() : tr("Told when this pair is finished"));
        return;
    }
    QStringList lines{verdictSign(result->verdict.kind) + u' ' + text(describe(*result))};
    if (result->reasons.empty())
        lines << tr("Nothing had to be explained.");
    for (const auto* side : {&result->reference, &result->candidate})
        if (side->firstNonFinite)
            lines << text(side->label) + u": "_s + nonFiniteText(*side->firstNonFinite);
    if (!result->notCompared.empty())
        lines << tr("Not compared: %1, such as ").arg(result->notCompared.size())
                + text(result->notCompared.front().first) + u": "_s + text(result->notCompared.front().second);
    finding_->setText(lines.join(u'\n'));
    QStringList left;
    for (const auto& [hook, why] : result->notCompared)
        left << (text(hook) + u": "_s + text(why)).toHtmlEscaped();
    finding_->setToolTip(left.mid(0, 40).join(u"<br>"_s));
    if (!result->reasons.empty())
        reasonView_->selectRow(0);
}

void ParityResults::showFigures()
{
    const QModelIndex current = shown_.mapToSource(table_->currentIndex());
    const auto* row = current.isValid() ? rows_.cell(current.row(), pair_) : nullptr;
    figuresTitle_->setText(row ? text(row->hook) + u", "_s + tr("%1 rows").arg(rowClassWord(row->rows))
                               : tr("Choose a cell of the table to see all of its figures"));
    const Figures figures = row ? figuresOf(*row) : Figures();
    figures_->setRowCount(static_cast<int>(figures.size()));
    for (std::size_t i = 0; i < figures.size(); ++i) {
        figures_->setItem(static_cast<int>(i), 0, new QTableWidgetItem(figures[i].first));
        figures_->setItem(static_cast<int>(i), 1, new QTableWidgetItem(figures[i].second));
    }
}

void ParityResults::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && table_) { // verdicts have colours for light and dark
        table_->viewport()->update();
        verdictView_->viewport()->update();
    }
}

} // namespace headscope::ui
