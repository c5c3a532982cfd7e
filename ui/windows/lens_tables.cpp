// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/lens_tables.h"

#include "ui/models/direct_logit_model.h"
#include "ui/models/lens_candidate_model.h"
#include "ui/models/probability_delegate.h"
#include "ui/text/labels.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/quiet_table.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QTableView* makeTable(const QString& objectName, const QString& name, QAbstractItemModel* model, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setObjectName(objectName);
    table->setAccessibleName(name);
    table->setModel(model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAlternatingRowColors(true);
    quieten(*table, table->fontMetrics().height() + 6);
    return table;
}

QLabel* makeTitle(const QString& objectName, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    return label;
}

ElidedLabel* makeNote(QWidget* parent)
{
    auto* note = new ElidedLabel(60, parent);
    note->setForegroundRole(QPalette::PlaceholderText);
    return note;
}

QWidget* stacked(QWidget* top, QTableView* table, QWidget* below, QWidget* parent)
{
    auto* page = new QWidget(parent);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(6, 6, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(top);
    layout->addWidget(table, 1);
    layout->addWidget(below);
    return page;
}

} // namespace

LensTables::LensTables(QWidget* parent)
    : QTabWidget(parent)
    , candidates_(new LensCandidateModel(this))
    , tokens_(new DirectLogitModel(this))
{
    setObjectName(u"lensTabs"_s);
    setDocumentMode(true);
    addTab(makeCell(), tr("Candidates"));
    setTabToolTip(0, tr("The most likely next tokens after the chosen layer at the chosen position"));
    addTab(makePart(), tr("Promoted / suppressed"));
    setTabToolTip(1, tr("Tokens that a head or an MLP speaks for and against, directly"));
    connect(part_, &ChoiceBox::currentIndexChanged, this, &LensTables::partWanted);
    connect(this, &QTabWidget::currentChanged, this, &LensTables::partWanted);
}

QWidget* LensTables::makeCell()
{
    auto* table = makeTable(u"lensCandidates"_s, tr("Candidates after the chosen layer"), candidates_, this);
    table->setItemDelegateForColumn(LensCandidateModel::ProbabilityColumn, new ProbabilityDelegate(table));
    const int letter = fontMetrics().averageCharWidth();
    const std::pair<int, int> widths[]{{LensCandidateModel::RankColumn, 5}, {LensCandidateModel::ProbabilityColumn, 11},
        {LensCandidateModel::LogitColumn, 10}, {LensCandidateModel::ChangeColumn, 9},
        {LensCandidateModel::FinalColumn, 11}};
    for (const auto& [column, letters] : widths)
        table->horizontalHeader()->resizeSection(column, letters * letter);
    table->horizontalHeader()->setSectionResizeMode(LensCandidateModel::TokenColumn, QHeaderView::Stretch);
    cellTitle_ = makeTitle(u"lensCell"_s, this);
    trace_ = makeNote(this);
    trace_->setObjectName(u"lensTrace"_s);
    return stacked(cellTitle_, table, trace_, this);
}

QWidget* LensTables::makePart()
{
    auto* table = makeTable(u"lensPartTokens"_s, tr("Tokens promoted and suppressed"), tokens_, this);
    QHeaderView& columns = *table->horizontalHeader();
    for (const int column : {DirectLogitModel::PromotedColumn, DirectLogitModel::SuppressedColumn})
        columns.setSectionResizeMode(column, QHeaderView::Stretch);
    for (const int column : {DirectLogitModel::PromotedLogitColumn, DirectLogitModel::SuppressedLogitColumn})
        columns.resizeSection(column, 10 * fontMetrics().averageCharWidth());
    columns.setMinimumSectionSize(12);
    columns.resizeSection(DirectLogitModel::GapColumn, 12);
    part_ = new ChoiceBox(u"lensPart"_s, this);
    part_->setAccessibleName(tr("Part of the model"));
    part_->add({tr("Head in view"),
                   tr("What the head in view writes at the chosen position, through its share of the output "
                      "projection")},
        static_cast<int>(Part::Head));
    part_->add({tr("MLP of its layer"), tr("What the MLP of that layer writes at the chosen position")},
        static_cast<int>(Part::Mlp));
    part_->choose(Part::Head);
    partTitle_ = makeTitle(u"lensPartTitle"_s, this);
    auto* top = new QWidget(this);
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins({});
    row->addWidget(part_);
    row->addWidget(partTitle_, 1);
    auto* note = makeNote(this);
    note->setText(tr("Direct logits: the final norm's scale held, without biases"));
    note->setToolTip(
        tr("What the part adds to each logit on the direct way: through the final norm with its scale held and the "
           "unembedding, without biases and before a soft cap. What later layers make of it is not counted."));
    return stacked(top, table, note, this);
}

LensTables::Part LensTables::part() const { return part_->chosen<Part>(); }

void LensTables::showCell(const QString& title, std::vector<LensCandidate> candidates, const LensTrace* trace)
{
    cellTitle_->setText(title);
    candidates_->setCandidates(std::move(candidates));
    QStringList ranks;
    for (std::size_t depth = 0; trace && depth < trace->ranks.size(); ++depth)
        ranks << QString::number(trace->ranks[depth]);
    trace_->setText(trace ? tr("Rank of “%1”, the model's choice, layer by layer: %2")
                                .arg(shownLabel(trace->label), ranks.join(u" → "_s))
                          : QString());
    trace_->setToolTip(trace_->text().toHtmlEscaped());
}

void LensTables::showPart(const QString& title, const PartTokens* tokens)
{
    partTitle_->setText(title);
    if (tokens)
        tokens_->setTokens(tokens->promoted, tokens->suppressed);
    else
        tokens_->setTokens({}, {});
}

} // namespace headscope::ui
