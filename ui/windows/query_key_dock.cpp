// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/query_key_dock.h"

#include "ui/models/probability_delegate.h"
#include "ui/models/query_key_model.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/scale_strip.h"
#include "ui/views/vector_delegate.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/quiet_table.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

QueryKeyDock::QueryKeyDock(InspectorView& inspector, QWidget* parent)
    : QDockWidget(tr("Query · Key"), parent)
    , inspector_(inspector)
    , model_(new QueryKeyModel(this))
    , delegate_(new VectorDelegate(*model_, this))
{
    setObjectName(u"queryKeyDock"_s);
    toggleViewAction()->setToolTip(tr("What the scores of the chosen query are made of"));
    setWidget(makeContent());
    connectAll();
    showColours();
    showAnswer({});
}

QTableView* QueryKeyDock::makeTable(const QString& name, const QString& says)
{
    auto* table = new QTableView(this);
    table->setObjectName(name);
    table->setAccessibleName(says);
    table->setModel(model_);
    table->setItemDelegateForColumn(QueryKeyModel::VectorColumn, delegate_);
    table->setItemDelegateForColumn(QueryKeyModel::WeightColumn, new ProbabilityDelegate(table));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    quieten(*table, std::max(30, fontMetrics().height() + 8));
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->horizontalHeader()->setMinimumSectionSize(20);
    table->setMouseTracking(true);
    table->viewport()->setMouseTracking(true);
    table->viewport()->installEventFilter(this);
    table->installEventFilter(this);
    return table;
}

QWidget* QueryKeyDock::makeBar()
{
    auto* bar = new QWidget(this);
    title_ = new ElidedLabel(60, bar);
    title_->setObjectName(u"queryKeyTitle"_s);
    summary_ = new QLabel(bar);
    summary_->setObjectName(u"queryKeySummary"_s);
    summary_->setToolTip(tr("The fewest dimensions whose parts of the chosen key's score, scale × q × k, add up to "
                            "80 % of all parts by magnitude"));
    summary_->setForegroundRole(QPalette::PlaceholderText);
    sorted_ = new QCheckBox(tr("Sort dimensions"), bar);
    sorted_->setObjectName(u"queryKeySorted"_s);
    sorted_->setToolTip(tr("Dimensions by the magnitude of what they add to the chosen key's score, the largest on the "
                           "left; else in the model's order"));
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    layout->addWidget(title_, 1);
    layout->addWidget(summary_);
    layout->addWidget(sorted_);
    return bar;
}

QWidget* QueryKeyDock::makeContent()
{
    auto* content = new QWidget(this);
    note_ = new QLabel(content);
    note_->setObjectName(u"queryKeyNote"_s);
    note_->setWordWrap(true);
    pinned_ = makeTable(u"queryKeyPinned"_s, tr("The query and the chosen key"));
    pinned_->setSelectionMode(QAbstractItemView::NoSelection);
    pinned_->setFocusPolicy(Qt::NoFocus);
    pinned_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    pinned_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_ = makeTable(u"queryKeyList"_s, tr("Keys by attention weight; Left and Right walk through the dimensions"));
    list_->horizontalHeader()->hide();
    list_->setAlternatingRowColors(true);
    list_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // the columns of both tables keep their places
    empty_ = new QLabel(content);
    empty_->setObjectName(u"queryKeyEmpty"_s);
    empty_->setTextFormat(Qt::PlainText);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    foot_ = new QWidget(content);
    readout_ = new ElidedLabel(90, foot_);
    readout_->setObjectName(u"queryKeyReadout"_s);
    scale_ = new ScaleStrip(foot_);
    scale_->setObjectName(u"queryKeyScale"_s);
    auto* foot = new QHBoxLayout(foot_);
    foot->setContentsMargins({});
    foot->addWidget(readout_, 1);
    foot->addWidget(new QLabel(u"q×k"_s, foot_)); // whose scale it is
    foot->addWidget(scale_);

    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    layout->addWidget(makeBar());
    layout->addWidget(note_);
    layout->addWidget(pinned_);
    layout->addWidget(list_, 1);
    layout->addWidget(foot_);
    layout->addWidget(empty_, 1);
    return content;
}

void QueryKeyDock::connectAll()
{
    connect(&inspector_, &InspectorView::contentChanged, this, &QueryKeyDock::follow);
    connect(&inspector_.selection(), &HeadSelection::shownChanged, this, &QueryKeyDock::follow);
    connect(&inspector_.heatmap(), &AttentionHeatmap::shownCellChanged, this, &QueryKeyDock::follow);
    connect(this, &QDockWidget::visibilityChanged, this, &QueryKeyDock::follow);
    connect(&inspector_, &InspectorView::combinedChanged, this, &QueryKeyDock::showNote);
    connect(&inspector_, &InspectorView::optionsChanged, this, [this] {
        showNote();
        showColours();
    });
    connect(&feed_, &QueryKeyFeed::arrived, this, [this] { showAnswer({}); });
    connect(&feed_, &QueryKeyFeed::failed, this, &QueryKeyDock::showAnswer);
    connect(sorted_, &QCheckBox::toggled, model_, &QueryKeyModel::setSorted);
    connect(
        list_->horizontalScrollBar(), &QScrollBar::valueChanged, pinned_->horizontalScrollBar(), &QScrollBar::setValue);
    connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (following_ || !current.isValid() || current.row() < QueryKeyModel::FirstKeyRow)
            return;
        if (const auto cell = inspector_.heatmap().chosenCell())
            inspector_.heatmap().choose(Cell{cell->query, model_->keyOf(current.row())});
    });
}

void QueryKeyDock::follow()
{
    const auto& capture = inspector_.capture();
    if (!isVisible() || !capture)
        return feed_.look({});
    if (run_ != inspector_.run() || sequence_ != inspector_.sequence().value) {
        run_ = inspector_.run();
        sequence_ = inspector_.sequence().value;
        feed_.setRun(capture, inspector_.sequence());
        showAnswer({});
    } else {
        feed_.extendRun(capture);
    }
    const auto cell = inspector_.heatmap().chosenCell();
    if (!cell || inspector_.selection().isEmpty()) {
        feed_.look({});
        return showAnswer({});
    }
    const QueryKeyFeed::Place place{inspector_.selection().shown(), cell->query};
    feed_.look(place);
    if (feed_.answerPlace() == place && !model_->isEmpty()) {
        showChosen();
    } else if (feed_.answerPlace() == place) {
        showAnswer({});
    }
}

void QueryKeyDock::showAnswer(const QString& why)
{
    const auto cell = inspector_.heatmap().chosenCell();
    const bool there = why.isEmpty() && cell && feed_.answer().isWhole();
    if (there)
        model_->setChosen(cell->key);
    model_->setContent(feed_.capture(), there ? feed_.answer() : QueryKeys());
    for (QWidget* each :
        {static_cast<QWidget*>(pinned_), static_cast<QWidget*>(list_), foot_, summary_->parentWidget()})
        each->setVisible(there);
    empty_->setVisible(!there);
    empty_->setText(!why.isEmpty() ? why
            : inspector_.capture() == nullptr
            ? tr("Press F5 to run, then click a cell of the heatmap: here stands what its score is made of")
            : tr("Click a cell of the heatmap: here stand the vectors of its query and its keys, and what each "
                 "dimension adds to their scores"));
    if (there) {
        for (const int row : {QueryKeyModel::QueryRow, QueryKeyModel::ChosenRow})
            list_->setRowHidden(row, true); // they are pinned above
        scale_->setScale(ColourScale::forPalette(palette(), 1,
            {Stage::Scores, static_cast<float>(-model_->largest(QueryKeyModel::Part::Product)),
                static_cast<float>(model_->largest(QueryKeyModel::Part::Product))},
            {.diverging = inspector_.options().diverging}));
        scale_->setToolTip(tr("Colours of q×k: scale × q × k of a dimension, in logits before the softmax. Those of q "
                              "end at ±%1, those of k at ±%2.")
                               .arg(scoreText(model_->largest(QueryKeyModel::Part::Query)),
                                   scoreText(model_->largest(QueryKeyModel::Part::Key))));
        const int header = pinned_->horizontalHeader()->sizeHint().height();
        pinned_->setFixedHeight(header + 2 * pinned_->verticalHeader()->defaultSectionSize());
        fitColumns();
        showChosen();
    }
    showNote();
}

void QueryKeyDock::showChosen()
{
    const auto cell = inspector_.heatmap().chosenCell();
    if (!cell || model_->isEmpty())
        return;
    model_->setChosen(cell->key);
    const auto& header = feed_.capture()->header();
    const auto& place = *feed_.answerPlace();
    const std::size_t sequence = feed_.sequence().value;
    const QString words = headText(place.head) + u"   "_s
        + tokenText(u'q', place.query, header.tokens[sequence][place.query]) + u" → "_s
        + tokenText(u'k', cell->key, header.keysOf(sequence)[cell->key]);
    title_->setText(words);
    title_->setToolTip(words.toHtmlEscaped());
    summary_->setText(model_->summary());
    following_ = true;
    const QModelIndex row = model_->index(model_->rowOf(cell->key), 0);
    list_->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    list_->scrollTo(row);
    following_ = false;
    mark(delegate_->marked(), QueryKeyModel::ChosenRow);
}

void QueryKeyDock::showNote()
{
    const Stage stage = inspector_.options().stage;
    const QString head = inspector_.selection().isEmpty() ? QString() : headText(inspector_.selection().shown());
    const bool otherStage = stage != Stage::Pattern && stage != Stage::Scores;
    note_->setText(inspector_.isCombined()
            ? tr("The heatmap shows several heads as one; this describes the single head %1.").arg(head)
            : tr("The heatmap shows another stage; this describes the scores of the single head %1.").arg(head));
    note_->setVisible(!model_->isEmpty() && (inspector_.isCombined() || otherStage));
}

void QueryKeyDock::showColours()
{
    delegate_->setColours(palette(), inspector_.options().diverging);
    for (QTableView* table : {pinned_, list_})
        table->viewport()->update();
    if (!model_->isEmpty())
        showAnswer({});
}

/// The dimensions get what the other columns leave.
void QueryKeyDock::fitColumns()
{
    if (model_->isEmpty())
        return;
    const int letter = fontMetrics().averageCharWidth();
    const std::pair<int, int> widths[]{{QueryKeyModel::TokenColumn, 24}, {QueryKeyModel::ProductColumn, 13},
        {QueryKeyModel::CapColumn, 11}, {QueryKeyModel::ScoreColumn, 11}, {QueryKeyModel::WeightColumn, 12}};
    int taken = 0;
    for (const auto& [column, letters] : widths) {
        const bool hidden = column == QueryKeyModel::CapColumn && !model_->hasCap();
        const int header = pinned_->horizontalHeader()->fontMetrics().horizontalAdvance(
                               model_->headerData(column, Qt::Horizontal).toString())
            + 16;
        const int wide = std::max(letters * letter, header);
        taken += hidden ? 0 : wide;
        for (QTableView* table : {pinned_, list_}) {
            table->setColumnHidden(column, hidden);
            table->horizontalHeader()->resizeSection(column, wide);
        }
    }
    const int room = std::max(list_->viewport()->width() - taken, delegate_->leastWidth());
    for (QTableView* table : {pinned_, list_})
        table->horizontalHeader()->resizeSection(QueryKeyModel::VectorColumn, room);
}

void QueryKeyDock::mark(std::optional<std::size_t> dimension, int row)
{
    delegate_->setMarked(dimension);
    for (QTableView* table : {pinned_, list_})
        table->viewport()->update();
    const bool there = dimension && !model_->isEmpty() && *dimension < model_->width();
    readout_->setText(there ? model_->dimensionText(row, *dimension)
                            : tr("Point at a dimension to read it, or walk with Left and Right"));
    list_->setAccessibleDescription(readout_->text());
}

void QueryKeyDock::walk(int step)
{
    if (model_->isEmpty())
        return;
    const auto width = static_cast<int>(model_->width());
    const int place = delegate_->marked() ? static_cast<int>(model_->placeOf(*delegate_->marked())) + step
        : step > 0                        ? 0
                                          : width - 1;
    mark(model_->dimension(static_cast<std::size_t>(std::clamp(place, 0, width - 1))), QueryKeyModel::ChosenRow);
}

bool QueryKeyDock::eventFilter(QObject* watched, QEvent* event)
{
    for (QTableView* table : {pinned_, list_}) {
        if (!table)
            continue;
        if (watched == table && event->type() == QEvent::KeyPress) {
            const int key = static_cast<QKeyEvent*>(event)->key();
            if (key == Qt::Key_Left || key == Qt::Key_Right) {
                walk(key == Qt::Key_Right ? 1 : -1);
                return true;
            }
        }
        if (watched != table->viewport())
            continue;
        if (event->type() == QEvent::Wheel && table == pinned_)
            return QCoreApplication::sendEvent(list_->viewport(), event); // what is pinned stays
        if (event->type() == QEvent::MouseMove) {
            const QPoint place = static_cast<QMouseEvent*>(event)->position().toPoint();
            const QModelIndex index = table->indexAt(place);
            const bool onVectors = index.isValid() && index.column() == QueryKeyModel::VectorColumn;
            const auto dimension = onVectors ? delegate_->dimensionAt(table->visualRect(index), place.x())
                                             : std::optional<std::size_t>();
            mark(dimension, index.isValid() ? index.row() : 0);
        } else if (event->type() == QEvent::Leave) {
            mark({}, 0);
        } else if (event->type() == QEvent::Resize && table == list_) {
            fitColumns();
        }
    }
    return QDockWidget::eventFilter(watched, event);
}

void QueryKeyDock::changeEvent(QEvent* event)
{
    QDockWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && list_)
        showColours();
}

} // namespace headscope::ui
