// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/logit_agreement_model.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr quintptr ofPairs = 0; ///< internal id of top lines; answers have their pair's number + 1

QString numberText(double number) { return std::isnan(number) ? u"–"_s : QString::number(number, 'f', 4); }
QString shareText(double share) { return std::isnan(share) ? u"–"_s : QString::number(share * 100, 'f', 1) + u" %"_s; }

template <class Value> double meanOf(const std::vector<AnswerAgreement>& answers, Value value)
{
    double sum = 0;
    for (const auto& answer : answers)
        sum += value(answer);
    return answers.empty() ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(answers.size());
}

} // namespace

void LogitAgreementModel::reset(const QStringList& prompts)
{
    beginResetModel();
    prompts_ = prompts;
    lines_.clear();
    endResetModel();
}

void LogitAgreementModel::setPair(std::size_t pair, std::shared_ptr<const ParityPair> result)
{
    if (!result || !result->logits)
        return;
    const int row = rowOf(pair);
    beginInsertRows({}, row, row);
    lines_.insert(lines_.begin() + row, {pair, std::move(result)});
    endInsertRows();
}

int LogitAgreementModel::rowOf(std::size_t pair) const
{
    const auto place = std::lower_bound(
        lines_.begin(), lines_.end(), pair, [](const Line& line, std::size_t wanted) { return line.pair < wanted; });
    return static_cast<int>(place - lines_.begin());
}

const LogitAgreementModel::Line& LogitAgreementModel::lineOf(const QModelIndex& answer) const
{
    return lines_[static_cast<std::size_t>(rowOf(answer.internalId() - 1))];
}

std::optional<LogitAgreementModel::Place> LogitAgreementModel::placeOf(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == ofPairs)
        return std::nullopt;
    const Line& line = lineOf(index);
    const auto& answer = line.result->logits->answers[static_cast<std::size_t>(index.row())];
    return Place{line.pair, answer.sequence, answer.position};
}

QModelIndex LogitAgreementModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(
        row, column, parent.isValid() ? lines_[static_cast<std::size_t>(parent.row())].pair + 1 : ofPairs);
}

QModelIndex LogitAgreementModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == ofPairs)
        return {};
    return createIndex(rowOf(child.internalId() - 1), 0, ofPairs);
}

int LogitAgreementModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(lines_.size());
    if (parent.internalId() != ofPairs || parent.column() != 0)
        return 0;
    return static_cast<int>(lines_[static_cast<std::size_t>(parent.row())].result->logits->answers.size());
}

int LogitAgreementModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant LogitAgreementModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (index.internalId() == ofPairs)
        return pairData(lines_[static_cast<std::size_t>(index.row())], index.column(), role);
    const Line& line = lineOf(index);
    return answerData(line.result->logits->answers[static_cast<std::size_t>(index.row())], index.column(), role);
}

QVariant LogitAgreementModel::pairData(const Line& line, int column, int role) const
{
    const LogitAgreement& logits = *line.result->logits;
    if (role == Qt::ToolTipRole)
        return tr("%1 real tokens compared; logit differences are means over the prompts").arg(logits.positions);
    if (role != Qt::DisplayRole)
        return {};
    const double reference = meanOf(logits.answers, [](const auto& answer) { return answer.referenceDifference(); });
    const double candidate = meanOf(logits.answers, [](const auto& answer) { return answer.candidateDifference(); });
    switch (column) {
    case NameColumn:
        return text(line.result->candidate.label);
    case ReferenceDifferenceColumn:
        return numberText(reference);
    case CandidateDifferenceColumn:
        return numberText(candidate);
    case ChangeColumn:
        return std::isnan(candidate - reference) ? u"–"_s : signedDifferenceText(candidate - reference);
    case ReferenceLossColumn:
        return numberText(logits.referenceLoss);
    case CandidateLossColumn:
        return numberText(logits.candidateLoss);
    case Top1Column:
        return shareText(logits.top1);
    default:
        return shareText(logits.top5);
    }
}

QVariant LogitAgreementModel::answerData(const AnswerAgreement& answer, int column, int role) const
{
    if (role == Qt::ToolTipRole)
        return tr("read at q[%1]\nreference: correct %2, incorrect %3\ncandidate: correct %4, incorrect %5")
            .arg(answer.position)
            .arg(numberText(answer.referenceCorrect), numberText(answer.referenceIncorrect),
                numberText(answer.candidateCorrect), numberText(answer.candidateIncorrect));
    if (role != Qt::DisplayRole)
        return {};
    const auto sequence = static_cast<qsizetype>(answer.sequence);
    switch (column) {
    case NameColumn: // put together, because a prompt may hold "%1"
        return QString::number(sequence) + (sequence < prompts_.size() ? u": "_s + prompts_[sequence] : QString());
    case ReferenceDifferenceColumn:
        return numberText(answer.referenceDifference());
    case CandidateDifferenceColumn:
        return numberText(answer.candidateDifference());
    case ChangeColumn:
        return signedDifferenceText(answer.candidateDifference() - answer.referenceDifference());
    case ReferenceLossColumn:
        return numberText(answer.referenceLoss);
    case CandidateLossColumn:
        return numberText(answer.candidateLoss);
    default:
        return {};
    }
}

QVariant LogitAgreementModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    static const char* const names[]{QT_TR_NOOP("Run, prompt"), QT_TR_NOOP("Diff. A"), QT_TR_NOOP("Diff. B"),
        QT_TR_NOOP("B − A"), QT_TR_NOOP("Loss A"), QT_TR_NOOP("Loss B"), QT_TR_NOOP("Top-1"), QT_TR_NOOP("Top-5")};
    static const char* const explanations[]{QT_TR_NOOP("A is the reference, B the candidate"),
        QT_TR_NOOP("Logit of the correct answer minus that of the incorrect one, reference"),
        QT_TR_NOOP("The same, candidate"), QT_TR_NOOP("Change of the logit difference"),
        QT_TR_NOOP("Cross entropy in nats: of the next token for a run, of the correct answer for a prompt"),
        QT_TR_NOOP("The same, candidate"), QT_TR_NOOP("Positions with the same most likely token"),
        QT_TR_NOOP("Mean overlap of the five most likely tokens")};
    if (role == Qt::ToolTipRole)
        return tr(explanations[section]);
    return role == Qt::DisplayRole ? QVariant(tr(names[section])) : QVariant();
}

} // namespace headscope::ui
