// SPDX-License-Identifier: GPL-3.0-or-later
// What a model would say after one layer at one position, as a table.
#pragma once

#include "core/analysis/logit_lens.h"

#include <QAbstractTableModel>

namespace headscope::ui {

/// The candidates after one layer, most likely first, with their ranks after the layer before and after the last one.
class LensCandidateModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { RankColumn, TokenColumn, ProbabilityColumn, LogitColumn, ChangeColumn, FinalColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setCandidates(std::vector<LensCandidate> candidates);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString changeText(std::size_t row) const;
    QString changeToolTip(std::size_t row) const;

    std::vector<LensCandidate> candidates_;
};

} // namespace headscope::ui
