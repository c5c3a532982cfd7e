// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/parity_filter_model.h"

#include "ui/models/parity_table_model.h"

#include <QRegularExpression>

namespace headscope::ui {

ParityFilterModel::ParityFilterModel(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(true);
}

void ParityFilterModel::setOnlyFailing(bool only)
{
    onlyFailing_ = only;
    invalidateFilter();
}

void ParityFilterModel::setHooks(const QString& words)
{
    hooks_ = words.trimmed();
    invalidateFilter();
}

void ParityFilterModel::setMeasure(Measure measure)
{
    measure_ = measure;
    invalidate();
}

bool ParityFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    if (onlyFailing_ && !first.data(ParityTableModel::FailingRole).toBool())
        return false;
    const QString hook = first.data(ParityTableModel::HookRole).toString();
    if (hooks_.contains(QLatin1Char('*')) || hooks_.contains(QLatin1Char('?')))
        return QRegularExpression(QRegularExpression::wildcardToRegularExpression(hooks_)).match(hook).hasMatch();
    return hook.contains(hooks_, Qt::CaseInsensitive);
}

bool ParityFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const auto compare = [&](int role) {
        const double a = left.data(role).toDouble(), b = right.data(role).toDouble();
        return a < b ? -1 : b < a ? 1 : 0;
    };
    int order = 0;
    if (ParityTableModel::pairOf(left.column())) {
        order = measure_ == Measure::Verdict ? compare(ParityTableModel::VerdictRole) : 0;
        order = order != 0 ? order : compare(ParityTableModel::GapRole);
    } else if (left.column() != ParityTableModel::LayerColumn) {
        order = QString::compare(left.data().toString(), right.data().toString());
    }
    if (order != 0)
        return order < 0;
    // Whichever way the column is sorted, equal rows stay in the order of the pass.
    const int pass = compare(ParityTableModel::OrderRole);
    return left.column() == ParityTableModel::LayerColumn || sortOrder() == Qt::AscendingOrder ? pass < 0 : pass > 0;
}

} // namespace headscope::ui
