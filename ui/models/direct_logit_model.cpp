// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/direct_logit_model.h"

#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QBrush>
#include <QGuiApplication>

namespace headscope::ui {

void DirectLogitModel::setTokens(std::vector<DirectLogit> promoted, std::vector<DirectLogit> suppressed)
{
    beginResetModel();
    promoted_ = std::move(promoted);
    suppressed_ = std::move(suppressed);
    endResetModel();
}

int DirectLogitModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(promoted_.size());
}

int DirectLogitModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant DirectLogitModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int column = index.column();
    if (column == GapColumn)
        return {};
    const bool promotes = column == PromotedColumn || column == PromotedLogitColumn;
    const bool isToken = column == PromotedColumn || column == SuppressedColumn;
    const DirectLogit& entry = (promotes ? promoted_ : suppressed_)[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isToken ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::DisplayRole:
        return isToken ? shownLabel(entry.label) : QString::asprintf("%+.3f", entry.logit);
    case Qt::ToolTipRole:
        return tokenToolTip({.id = entry.id, .piece = entry.piece, .label = entry.label, .special = entry.special});
    case Qt::ForegroundRole:
        return isToken && entry.special ? QVariant(QBrush(specialColour(QGuiApplication::palette()))) : QVariant();
    default:
        return {};
    }
}

QVariant DirectLogitModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount || section == GapColumn)
        return {};
    const bool isToken = section == PromotedColumn || section == SuppressedColumn;
    switch (role) {
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isToken ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::DisplayRole:
        return section == PromotedColumn  ? tr("Promoted")
            : section == SuppressedColumn ? tr("Suppressed")
                                          : tr("Logit");
    case Qt::ToolTipRole:
        return isToken ? tr("Tokens whose logit this part moves most, the strongest first")
                       : tr("What this part adds to the token's logit, the final norm's scale held; without a unit");
    default:
        return {};
    }
}

} // namespace headscope::ui
