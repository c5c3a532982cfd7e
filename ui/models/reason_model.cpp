// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/reason_model.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"

#include <QFont>

namespace headscope::ui {

void ReasonModel::setPair(std::shared_ptr<const ParityPair> pair)
{
    beginResetModel();
    pair_ = std::move(pair);
    endResetModel();
}

int ReasonModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !pair_ ? 0 : static_cast<int>(pair_->reasons.size());
}

int ReasonModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ReasonModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ReasonTest& test = pair_->reasons[static_cast<std::size_t>(index.row())];
    const ReasonInfo& info = infoOf(test.reason);
    if (role == ExplanationRole || role == Qt::ToolTipRole)
        return text(info.title) + QStringLiteral(": ") + text(info.explanation);
    if (role == Qt::TextAlignmentRole) {
        const bool number = index.column() == GapColumn || index.column() == FailingColumn;
        return QVariant::fromValue((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role == Qt::FontRole && test.needed) {
        QFont strong;
        strong.setBold(true);
        return strong;
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case ReasonColumn:
        return text(info.id);
    case NeededColumn:
        return test.needed ? tr("yes") : tr("no");
    case GapColumn:
        return differenceText(test.gapAligned);
    case FailingColumn:
        return static_cast<qulonglong>(test.failingAligned);
    case ReferenceColumn:
        return text(test.reference);
    default:
        return text(test.candidate);
    }
}

QVariant ReasonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section == GapColumn || section == FailingColumn;
        return QVariant::fromValue((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole && section == GapColumn)
        return tr("Largest |Δ| over real rows when only this one is aligned");
    if (role == Qt::ToolTipRole && section == FailingColumn)
        return tr("Rows of the table that are beyond tolerance then");
    if (role == Qt::ToolTipRole && section == NeededColumn)
        return tr("Without it the difference is not explained");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ReasonColumn:
        return tr("Tested reason");
    case NeededColumn:
        return tr("Needed");
    case GapColumn:
        return tr("|Δ| aligned");
    case FailingColumn:
        return tr("Failing");
    case ReferenceColumn:
        return tr("Reference");
    default:
        return tr("Candidate");
    }
}

} // namespace headscope::ui
