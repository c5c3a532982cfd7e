// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens that attention ties to a chosen one, as a table.
#pragma once

#include "core/run/run_header.h"
#include "ui/models/attention_lines.h"

#include <QAbstractTableModel>

#include <memory>

namespace headscope::ui {

enum class WeightOrder { ByWeight, ByPosition };

/// The strongest so many weights. Its bars are drawn by ProbabilityDelegate.
class TokenWeightModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { RankColumn, PositionColumn, TokenColumn, WeightColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// \param axis what the listed tokens are, q or k
    void setWeights(std::shared_ptr<const std::vector<Token>> tokens, const TokenWeights& weights, QChar axis);
    void setView(std::size_t count, WeightOrder order); ///< how many, and in which order
    std::size_t positionOf(int row) const { return rows_[static_cast<std::size_t>(row)].weight.position; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        int rank = 0; ///< from 1, by weight
        TokenWeight weight;
    };
    void rank();

    std::shared_ptr<const std::vector<Token>> tokens_;
    TokenWeights weights_;
    QChar axis_ = u'k';
    std::size_t count_ = 10;
    WeightOrder order_ = WeightOrder::ByWeight;
    std::vector<Row> rows_;
};

} // namespace headscope::ui
