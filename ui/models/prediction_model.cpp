// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/prediction_model.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QBrush>
#include <QFont>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>

namespace headscope::ui {

void PredictionModel::setRun(const CapturePtr& capture, SequenceId sequence)
{
    beginResetModel();
    ++run_;
    ticket_.withdraw();
    capture_ = capture;
    sequence_ = sequence;
    strips_.clear();
    wishes_.clear();
    underWay_.reset();
    broken_ = false;
    endResetModel();
}

int PredictionModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !capture_ ? 0 : static_cast<int>(tokens().size());
}

int PredictionModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const Prediction* PredictionModel::at(int row) const
{
    const auto position = static_cast<std::size_t>(row);
    const auto strip = strips_.find(position / stripRows);
    if (strip != strips_.end())
        return &strip->second->of[position % stripRows];
    wish(position / stripRows);
    return nullptr;
}

void PredictionModel::wish(std::size_t strip) const
{
    if (broken_ || underWay_ == strip)
        return;
    std::erase(wishes_, strip);
    wishes_.push_back(strip);
    // Not from here: a view is painting.
    if (!std::exchange(pumping_, true))
        QMetaObject::invokeMethod(const_cast<PredictionModel*>(this), &PredictionModel::pump, Qt::QueuedConnection);
}

void PredictionModel::pump()
{
    pumping_ = false;
    if (underWay_ || wishes_.empty() || !capture_)
        return;
    const std::size_t strip = wishes_.back();
    wishes_.pop_back();
    underWay_ = strip;
    const Range rows{strip * stripRows, std::min((strip + 1) * stripRows, tokens().size())};
    ticket_ = capture_->requestPredictions(sequence_, rows,
        hopTo(this,
            [this, run = run_, strip](const std::shared_ptr<const Predictions>& answer, const std::exception_ptr& why) {
                answered(run, strip, answer, why);
            }));
}

void PredictionModel::answered(
    std::uint64_t run, std::size_t strip, std::shared_ptr<const Predictions> answer, const std::exception_ptr& why)
{
    if (run != run_)
        return;
    underWay_.reset();
    if (!answer) {
        broken_ = true;
        wishes_.clear();
        Q_EMIT failed(messageOf(why));
        return;
    }
    const int first = static_cast<int>(answer->positions.begin), last = static_cast<int>(answer->positions.end) - 1;
    strips_[strip] = std::move(answer);
    Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
    pump();
}

const NextToken* PredictionModel::tokenOf(const Prediction& prediction, int column) const
{
    if (column == ChoiceColumn || column == ChoiceProbabilityColumn)
        return &prediction.best;
    const bool isNext = column == NextColumn || column == NextProbabilityColumn;
    return isNext && prediction.actual ? &*prediction.actual : nullptr;
}

QString PredictionModel::words(const Prediction* prediction, std::size_t row, int column) const
{
    switch (column) {
    case PositionColumn:
        return QString::number(row);
    case TokenColumn:
        return shownLabel(tokens()[row].label);
    default:
        break;
    }
    if (!prediction)
        return QStringLiteral("…");
    const NextToken* token = tokenOf(*prediction, column);
    switch (column) {
    case ChoiceColumn:
    case NextColumn:
        return token ? shownLabel(token->label) : QString();
    case ChoiceProbabilityColumn:
    case NextProbabilityColumn:
        return token ? probabilityText(token->probability) : QString();
    case RankColumn:
        return prediction->actual ? QString::number(prediction->actualRank) : QString();
    default:
        return prediction->actual
            ? QString::number(-std::log(static_cast<double>(prediction->actual->probability)), 'f', 3)
            : QString();
    }
}

QVariant PredictionModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const int column = index.column();
    const bool isText = column == TokenColumn || column == ChoiceColumn || column == NextColumn;
    switch (role) {
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::DisplayRole:
        return words(at(index.row()), row, column);
    case ShareRole: {
        const Prediction* prediction = at(index.row());
        const NextToken* token = prediction ? tokenOf(*prediction, column) : nullptr;
        return token ? QVariant(static_cast<double>(token->probability)) : QVariant();
    }
    case Qt::ToolTipRole: {
        if (column == TokenColumn)
            return tokenToolTip(u'q', row, tokens()[row]);
        const Prediction* prediction = at(index.row());
        const NextToken* token = prediction ? tokenOf(*prediction, column) : nullptr;
        return token ? QVariant(tokenToolTip(*token)) : QVariant();
    }
    case Qt::FontRole:
        if (const Prediction* prediction = at(index.row());
            column == ChoiceColumn && prediction && prediction->actualRank == 1) {
            QFont right;
            right.setBold(true);
            return right;
        }
        return {};
    case Qt::ForegroundRole:
        if (tokens()[row].padding)
            return QBrush(QGuiApplication::palette().color(QPalette::Disabled, QPalette::Text));
        if (column == TokenColumn && tokens()[row].special)
            return QBrush(specialColour(QGuiApplication::palette()));
        return {};
    default:
        return {};
    }
}

QVariant PredictionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    struct Heading {
        QString name, toolTip;
    };
    const Heading headings[ColumnCount]{
        {tr("#"), tr("Position in the padded sequence, from 0")},
        {tr("Token"), tr("The token at this position")},
        {tr("Model's choice"), tr("The most likely next token; bold where it came")},
        {tr("p"), tr("Probability of the model's choice, 0 to 1")},
        {tr("Came next"), tr("The next token of the text")},
        {tr("p"), tr("Probability of the token that came, 0 to 1")},
        {tr("Rank"), tr("Rank of the token that came among the whole vocabulary, 1 is the model's choice")},
        {tr("Loss"), tr("−ln p of the token that came, in nats")},
    };
    const bool isText = section == TokenColumn || section == ChoiceColumn || section == NextColumn;
    switch (role) {
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::DisplayRole:
        return headings[section].name;
    case Qt::ToolTipRole:
        return headings[section].toolTip;
    default:
        return {};
    }
}

} // namespace headscope::ui
