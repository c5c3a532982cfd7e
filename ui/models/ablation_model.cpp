// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ablation_model.h"

#include "ui/text/answer_text.h"
#include "ui/text/difference_text.h"
#include "ui/text/labels.h"

namespace headscope::ui {

namespace {

bool isProbability(int row) { return row == AblationModel::ProbabilityARow || row == AblationModel::ProbabilityBRow; }

bool isRank(int row) { return row == AblationModel::RankARow || row == AblationModel::RankBRow; }

double number(const AnswerScore& score, int row)
{
    const double a = score.correct.front(), b = score.incorrect.front();
    switch (row) {
    case AblationModel::LogitARow:
        return a;
    case AblationModel::LogitBRow:
        return b;
    case AblationModel::DifferenceRow:
        return score.difference();
    case AblationModel::ProbabilityARow:
        return score.probability(a);
    case AblationModel::ProbabilityBRow:
        return score.probability(b);
    case AblationModel::RankARow:
        return static_cast<double>(score.correctRank);
    default:
        return static_cast<double>(score.incorrectRank);
    }
}

QString words(const AnswerScore& score, int row)
{
    if (row == AblationModel::TopRow)
        return shownLabel(score.predictionLabel);
    if (isRank(row))
        return QString::number(number(score, row), 'f', 0);
    if (isProbability(row))
        return probabilityText(number(score, row));
    return row == AblationModel::DifferenceRow ? logitsText(number(score, row))
                                               : QString::number(number(score, row), 'f', 4);
}

} // namespace

void AblationModel::setScores(std::optional<AnswerScore> before, std::optional<AnswerScore> after)
{
    beginResetModel();
    before_ = std::move(before);
    after_ = std::move(after);
    endResetModel();
}

int AblationModel::rowCount(const QModelIndex& parent) const { return parent.isValid() || !before_ ? 0 : RowCount; }

int AblationModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QString AblationModel::nameText(int row)
{
    switch (row) {
    case DifferenceRow:
        return tr("Logit A − B");
    case LogitARow:
        return tr("Logit A");
    case LogitBRow:
        return tr("Logit B");
    case ProbabilityARow:
        return tr("P(A)");
    case ProbabilityBRow:
        return tr("P(B)");
    case RankARow:
        return tr("Rank A");
    case RankBRow:
        return tr("Rank B");
    default:
        return tr("Top token");
    }
}

QString AblationModel::explanation(int row)
{
    switch (row) {
    case DifferenceRow:
        return tr("Logit of answer A less that of answer B");
    case LogitARow:
    case LogitBRow:
        return tr("What the model gives the answer, before softmax");
    case ProbabilityARow:
    case ProbabilityBRow:
        return tr("Probability of the answer, from 0 to 1, over the whole vocabulary");
    case RankARow:
    case RankBRow:
        return tr("Place of the answer among all tokens; 1 is the most likely");
    default:
        return tr("The most likely token");
    }
}

QString AblationModel::changeText(int row) const
{
    if (row == TopRow)
        return before_->prediction == after_->prediction ? tr("same") : tr("another");
    const double change = number(*after_, row) - number(*before_, row);
    if (isProbability(row))
        return signedDifferenceText(change);
    if (!isRank(row))
        return logitsText(change);
    return (change > 0 ? QStringLiteral("+") : QString()) + QString::number(change, 'f', 0);
}

QString AblationModel::cellText(int row, int column) const
{
    switch (column) {
    case NameColumn:
        return nameText(row);
    case BeforeColumn:
        return words(*before_, row);
    case AfterColumn:
        return after_ ? words(*after_, row) : QString();
    default:
        return after_ ? changeText(row) : QString();
    }
}

QVariant AblationModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::DisplayRole)
        return cellText(index.row(), index.column());
    if (role == Qt::ToolTipRole) // may be elided; tool tips may be taken for rich text
        return index.column() == NameColumn ? explanation(index.row())
                                            : cellText(index.row(), index.column()).toHtmlEscaped();
    return {};
}

QVariant AblationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == BeforeColumn ? tr("Before")
        : section == AfterColumn   ? tr("Cut")
        : section == ChangeColumn  ? tr("Change")
                                   : QString();
}

} // namespace headscope::ui
