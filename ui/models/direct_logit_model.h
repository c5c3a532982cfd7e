// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens that a part of the model speaks for and against, as a table.
#pragma once

#include "core/analysis/logit_lens.h"

#include <QAbstractTableModel>

namespace headscope::ui {

/// A row holds the n-th promoted and the n-th suppressed token, each with its direct logit; an empty column keeps them
/// apart.
class DirectLogitModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        PromotedColumn,
        PromotedLogitColumn,
        GapColumn,
        SuppressedColumn,
        SuppressedLogitColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setTokens(std::vector<DirectLogit> promoted, std::vector<DirectLogit> suppressed); ///< \pre as many of both

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<DirectLogit> promoted_, suppressed_;
};

} // namespace headscope::ui
