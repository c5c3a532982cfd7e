// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/contribution_model.h"

#include "ui/text/answer_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope::ui {

void ContributionModel::setAttribution(const std::optional<Attribution>& attribution)
{
    beginResetModel();
    terms_ = attribution ? termsOf(*attribution) : std::vector<AttributionTerm>();
    largest_ = 0;
    for (const AttributionTerm& term : terms_)
        if (std::isfinite(term.value))
            largest_ = std::max(largest_, std::abs(term.value));
    endResetModel();
}

std::optional<HeadRef> ContributionModel::headAt(int row) const
{
    const AttributionTerm& term = terms_[static_cast<std::size_t>(row)];
    return term.head ? std::optional(HeadRef{LayerId{*term.layer}, HeadId{*term.head}}) : std::nullopt;
}

int ContributionModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(terms_.size());
}

int ContributionModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ContributionModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const AttributionTerm& term = terms_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == PartColumn ? QVariant(partText(term))
            : index.column() == ValueColumn ? QVariant(logitsText(term.value))
                                            : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((index.column() == PartColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return tr("%1 adds %2 logits to A − B").arg(partName(term), logitsText(term.value));
    case SortRole:
        if (index.column() == PartColumn)
            return index.row();
        return std::isnan(term.value) ? -std::numeric_limits<double>::infinity() : term.value; // or there is no order
    case ShareRole:
        return largest_ > 0 ? term.value / largest_ : 0;
    default:
        return {};
    }
}

QVariant ContributionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == PartColumn         ? Qt::AlignLeft
                                           : section == BarColumn ? Qt::AlignHCenter
                                                                  : Qt::AlignRight)
            | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return section == PartColumn ? tr("Sort in the order of the pass")
                                     : tr("What the part adds to logit A − logit B; click to sort");
    if (role != Qt::DisplayRole)
        return {};
    return section == PartColumn ? tr("Part") : section == BarColumn ? tr("B  ←  →  A") : tr("Logits");
}

HeadFigures headFigures(const Attribution& attribution)
{
    const std::size_t heads = attribution.headsPerLayer;
    HeadFigures figures(heads > 0 ? attribution.heads.size() / heads : 0, heads, HeadMeasure::Contribution);
    std::transform(attribution.heads.begin(), attribution.heads.end(), figures.figures.begin(),
        [](double value) { return static_cast<float>(value); });
    return figures;
}

} // namespace headscope::ui
