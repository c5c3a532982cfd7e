// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/token_weight_model.h"

#include "ui/models/next_token_model.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QBrush>
#include <QFont>
#include <QGuiApplication>

#include <algorithm>

namespace headscope::ui {

void TokenWeightModel::setWeights(
    std::shared_ptr<const std::vector<Token>> tokens, const TokenWeights& weights, QChar axis)
{
    tokens_ = std::move(tokens);
    weights_ = weights;
    axis_ = axis;
    rank();
}

void TokenWeightModel::setView(std::size_t count, WeightOrder order)
{
    count_ = count;
    order_ = order;
    rank();
}

void TokenWeightModel::rank()
{
    beginResetModel();
    rows_.clear();
    for (const auto& each : strongest(weights_.weights, {.least = 0, .most = count_}))
        rows_.push_back({static_cast<int>(rows_.size()) + 1, each});
    if (order_ == WeightOrder::ByPosition)
        std::sort(rows_.begin(), rows_.end(),
            [](const Row& a, const Row& b) { return a.weight.position < b.weight.position; });
    endResetModel();
}

int TokenWeightModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int TokenWeightModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant TokenWeightModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    const Token& token = (*tokens_)[row.weight.position];
    if (role == NextTokenModel::ShareRole)
        return static_cast<double>(row.weight.weight);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return tokenToolTip(axis_, row.weight.position, token);
    if (index.column() == TokenColumn && token.special) {
        QFont italic;
        italic.setItalic(true);
        if (role == Qt::FontRole)
            return italic;
        if (role == Qt::ForegroundRole)
            return QBrush(specialColour(QGuiApplication::palette()));
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case RankColumn:
        return row.rank;
    case PositionColumn:
        return static_cast<qulonglong>(row.weight.position);
    case TokenColumn:
        return shownLabel(token.label);
    default:
        return probabilityText(static_cast<double>(row.weight.weight));
    }
}

QVariant TokenWeightModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == WeightColumn)
        return tr("Attention weight, a probability from 0 to 1");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case RankColumn:
        return tr("#");
    case PositionColumn:
        return axis_ == u'q' ? tr("Query") : tr("Key");
    case TokenColumn:
        return tr("Token");
    default:
        return tr("Weight");
    }
}

} // namespace headscope::ui
