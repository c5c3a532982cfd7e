// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/lens_candidate_model.h"

#include "ui/models/next_token_model.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QBrush>
#include <QFont>
#include <QGuiApplication>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

void LensCandidateModel::setCandidates(std::vector<LensCandidate> candidates)
{
    beginResetModel();
    candidates_ = std::move(candidates);
    endResetModel();
}

int LensCandidateModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(candidates_.size());
}

int LensCandidateModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QString LensCandidateModel::changeText(std::size_t row) const
{
    const auto& before = candidates_[row].rankBefore;
    const std::size_t now = row + 1;
    if (!before)
        return {};
    if (*before > candidates_.size())
        return tr("new");
    if (*before == now)
        return u"="_s;
    return *before > now ? u"↑"_s + QString::number(*before - now) : u"↓"_s + QString::number(now - *before);
}

QString LensCandidateModel::changeToolTip(std::size_t row) const
{
    const auto& before = candidates_[row].rankBefore;
    return before ? tr("Rank %1 after the layer before").arg(*before) : tr("There is no layer before");
}

QVariant LensCandidateModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const LensCandidate& candidate = candidates_[row];
    const NextToken& token = candidate.token;
    switch (role) {
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((index.column() == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return index.column() == ChangeColumn ? changeToolTip(row) : tokenToolTip(token);
    case NextTokenModel::ShareRole:
        return static_cast<double>(token.probability);
    case Qt::FontRole:
        if (index.column() == TokenColumn && candidate.finalRank == 1) {
            QFont chosen;
            chosen.setBold(true);
            return chosen;
        }
        return {};
    case Qt::ForegroundRole:
        return index.column() == TokenColumn && token.special
            ? QVariant(QBrush(specialColour(QGuiApplication::palette())))
            : QVariant();
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case RankColumn:
        return QString::number(row + 1);
    case TokenColumn:
        return shownLabel(token.label);
    case ProbabilityColumn:
        return probabilityText(token.probability);
    case LogitColumn:
        return QString::number(static_cast<double>(token.logit), 'f', 3);
    case ChangeColumn:
        return changeText(row);
    default:
        return QString::number(candidate.finalRank);
    }
}

QVariant LensCandidateModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    struct Heading {
        QString name, toolTip;
    };
    const Heading headings[ColumnCount]{
        {tr("#"), tr("Rank after this layer, from 1")},
        {tr("Token"), tr("A token that would come next; bold: what the whole model chooses")},
        {tr("p"), tr("Probability after this layer, 0 to 1")},
        {tr("Logit"), tr("Logit after this layer, without a unit")},
        {tr("Change"), tr("Ranks gained (↑) or lost (↓) against the layer before; new: it was not in the table there")},
        {tr("In the end"), tr("Rank after the last layer, from 1")},
    };
    switch (role) {
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((section == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::DisplayRole:
        return headings[section].name;
    case Qt::ToolTipRole:
        return headings[section].toolTip;
    default:
        return {};
    }
}

} // namespace headscope::ui
