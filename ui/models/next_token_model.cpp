// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/next_token_model.h"

#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QBrush>
#include <QFont>
#include <QGuiApplication>

namespace headscope::ui {

void NextTokenModel::setTokens(std::shared_ptr<const NextTokens> tokens)
{
    beginResetModel();
    tokens_ = std::move(tokens);
    endResetModel();
}

int NextTokenModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !tokens_ ? 0 : static_cast<int>(tokens_->top.size());
}

int NextTokenModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant NextTokenModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto& token = tokens_->top[static_cast<std::size_t>(index.row())];
    if (role == ShareRole)
        return static_cast<double>(token.probability);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return tokenToolTip(token);
    if (index.column() == TokenColumn && token.special) {
        QFont italic;
        italic.setItalic(true);
        if (role == Qt::FontRole)
            return italic;
        if (role == Qt::ForegroundRole)
            return QBrush(specialColour(QGuiApplication::palette()));
    }
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case RankColumn:
        return index.row() + 1;
    case TokenColumn:
        return shownLabel(token.label);
    case IdColumn:
        return static_cast<qlonglong>(token.id);
    case ProbabilityColumn:
        return role == SortRole ? QVariant(static_cast<double>(token.probability))
                                : QVariant(probabilityText(token.probability));
    case LogitColumn:
        return role == SortRole ? QVariant(static_cast<double>(token.logit))
                                : QVariant(QString::number(static_cast<double>(token.logit), 'f', 3));
    }
    return {};
}

QVariant NextTokenModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case RankColumn:
        return tr("#");
    case TokenColumn:
        return tr("Token");
    case IdColumn:
        return tr("Id");
    case ProbabilityColumn:
        return tr("Probability");
    default:
        return tr("Logit");
    }
}

} // namespace headscope::ui
