// SPDX-License-Identifier: GPL-3.0-or-later
// What was taken away to explain a difference, and what that did.
#pragma once

#include "core/parity/parity_report.h"

#include <QAbstractTableModel>

#include <memory>

namespace headscope::ui {

/// The reasons tested for one pair, in the order they were.
class ReasonModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { ReasonColumn, NeededColumn, GapColumn, FailingColumn, ReferenceColumn, CandidateColumn, ColumnCount };
    enum Role { ExplanationRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setPair(std::shared_ptr<const ParityPair> pair); ///< may be null

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::shared_ptr<const ParityPair> pair_;
};

} // namespace headscope::ui
