// SPDX-License-Identifier: GPL-3.0-or-later
// Two answers before and after heads were cut, as a table.
#pragma once

#include "core/analysis/logit_difference.h"

#include <QAbstractTableModel>

#include <optional>

namespace headscope::ui {

/// Logits, probabilities and ranks of answers A and B and the most likely token. Without heads cut only what was
/// before.
class AblationModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, BeforeColumn, AfterColumn, ChangeColumn, ColumnCount };
    enum Row {
        DifferenceRow,
        LogitARow,
        LogitBRow,
        ProbabilityARow,
        ProbabilityBRow,
        RankARow,
        RankBRow,
        TopRow,
        RowCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setScores(std::optional<AnswerScore> before, std::optional<AnswerScore> after);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    static QString nameText(int row);
    static QString explanation(int row);
    QString changeText(int row) const;
    QString cellText(int row, int column) const;

    std::optional<AnswerScore> before_, after_;
};

} // namespace headscope::ui
