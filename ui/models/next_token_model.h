// SPDX-License-Identifier: GPL-3.0-or-later
// The most likely next tokens as a table.
#pragma once

#include "core/cache/capture.h"

#include <QAbstractTableModel>

namespace headscope::ui {

/// A read-only table over one immutable answer, most likely first. Empty until there is one.
class NextTokenModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { RankColumn, TokenColumn, ProbabilityColumn, LogitColumn, IdColumn, ColumnCount };
    enum Role { SortRole = Qt::UserRole, ShareRole }; ///< ShareRole: the probability, for bars

    using QAbstractTableModel::QAbstractTableModel;

    void setTokens(std::shared_ptr<const NextTokens> tokens); ///< may be empty
    const std::shared_ptr<const NextTokens>& tokens() const { return tokens_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::shared_ptr<const NextTokens> tokens_;
};

} // namespace headscope::ui
