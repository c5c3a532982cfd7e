// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/parity_pair_model.h"

#include "ui/models/verdict_colours.h"
#include "ui/text/labels.h"
#include "ui/text/parity_text.h"

#include <QBrush>
#include <QFont>
#include <QGuiApplication>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

void ParityPairModel::reset(const QString& reference, const QStringList& candidates)
{
    beginResetModel();
    reference_ = reference;
    candidates_ = candidates;
    pairs_.assign(static_cast<std::size_t>(candidates.size()), nullptr);
    stopped_ = false;
    endResetModel();
}

void ParityPairModel::setPair(std::size_t pair, std::shared_ptr<const ParityPair> result)
{
    if (pair >= pairs_.size())
        return;
    pairs_[pair] = std::move(result);
    const int row = static_cast<int>(pair);
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void ParityPairModel::stop()
{
    stopped_ = true;
    if (!pairs_.empty())
        Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(pairs_.size()) - 1, ColumnCount - 1));
}

int ParityPairModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(pairs_.size());
}

int ParityPairModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ParityPairModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const auto kind = pairs_[row] ? pairs_[row]->verdict.kind : VerdictKind::NotCompared;
    switch (role) {
    case Qt::DisplayRole:
        return words(row, index.column());
    case Qt::ToolTipRole:
        return toolTip(row);
    case Qt::BackgroundRole:
        return index.column() == VerdictColumn && pairs_[row]
            ? QVariant(QBrush(verdictColours(kind, QGuiApplication::palette()).back))
            : QVariant();
    case Qt::ForegroundRole:
        return index.column() == VerdictColumn ? QVariant(QBrush(verdictColours(kind, QGuiApplication::palette()).text))
                                               : QVariant();
    case Qt::FontRole: {
        QFont strong;
        strong.setBold(true);
        return index.column() == VerdictColumn ? QVariant(strong) : QVariant();
    }
    default:
        return {};
    }
}

QString ParityPairModel::words(std::size_t row, int column) const
{
    const auto& pair = pairs_[row];
    switch (column) {
    case VerdictColumn:
        if (!pair)
            return stopped_ ? verdictSign(VerdictKind::NotCompared) + u' ' + verdictWord(VerdictKind::NotCompared)
                            : tr("… comparing");
        return verdictSign(pair->verdict.kind) + u' ' + verdictWord(pair->verdict.kind);
    case RunsColumn:
        return tr("%1 against %2")
            .arg(pair ? text(pair->candidate.label) : candidates_[static_cast<qsizetype>(row)],
                pair ? text(pair->reference.label) : reference_);
    default:
        return pair ? text(describe(*pair)) : QString();
    }
}

QString ParityPairModel::toolTip(std::size_t row) const
{
    const auto& pair = pairs_[row];
    if (!pair)
        return {};
    QStringList lines{text(describe(*pair))};
    const auto side = [&](const QString& name, const ParitySide& of) {
        lines << name + text(of.label) + u": "_s + text(of.system);
        lines << text(of.provenance);
    };
    side(tr("Reference "), pair->reference);
    side(tr("Candidate "), pair->candidate);
    lines << tr("Real rows: %1").arg(text(describe(pair->real)));
    if (pair->padded.kind != VerdictKind::NotCompared)
        lines << tr("Rows of padding: %1").arg(text(describe(pair->padded)));
    return lines.join(u'\n').toHtmlEscaped().replace(u'\n', u"<br>"_s); // a label may hold anything
}

} // namespace headscope::ui
