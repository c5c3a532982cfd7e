// SPDX-License-Identifier: GPL-3.0-or-later
// What each part of a model adds to a logit difference, as a table.
#pragma once

#include "core/analysis/logit_difference.h"
#include "ui/models/head_figures.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace headscope::ui {

/// One line per part, in the order of the pass. Empty until there is an attribution.
class ContributionModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { PartColumn, BarColumn, ValueColumn, ColumnCount };
    /// SortRole: the place in the pass, or the value; ShareRole: the value over the largest magnitude, for bars.
    enum Role { SortRole = Qt::UserRole, ShareRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setAttribution(const std::optional<Attribution>& attribution);
    std::optional<HeadRef> headAt(int row) const; ///< nothing where the line is of no head
    double value(int row) const { return terms_[static_cast<std::size_t>(row)].value; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<AttributionTerm> terms_;
    double largest_ = 0; ///< magnitude
};

/// The heads of an attribution as figures for the grid.
HeadFigures headFigures(const Attribution& attribution);

} // namespace headscope::ui
