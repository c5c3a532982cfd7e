// SPDX-License-Identifier: GPL-3.0-or-later
// How far runs agree on what comes next, and on the answers of single prompts.
#pragma once

#include "core/parity/parity_report.h"

#include <QAbstractItemModel>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace headscope::ui {

/// A tree: pairs of runs that have logits, and below each its answers, one a prompt.
class LogitAgreementModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column {
        NameColumn,
        ReferenceDifferenceColumn,
        CandidateDifferenceColumn,
        ChangeColumn,
        ReferenceLossColumn,
        CandidateLossColumn,
        Top1Column,
        Top5Column,
        ColumnCount
    };
    /// An answer's place; nothing for lines of pairs.
    struct Place {
        std::size_t pair = 0, sequence = 0, position = 0;
    };

    using QAbstractItemModel::QAbstractItemModel;

    void reset(const QStringList& prompts);
    void setPair(std::size_t pair, std::shared_ptr<const ParityPair> result); ///< each pair once
    std::optional<Place> placeOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Line {
        std::size_t pair = 0;
        std::shared_ptr<const ParityPair> result;
    };
    int rowOf(std::size_t pair) const; ///< where its line is, or would go
    const Line& lineOf(const QModelIndex& answer) const;
    QVariant pairData(const Line& line, int column, int role) const;
    QVariant answerData(const AnswerAgreement& answer, int column, int role) const;

    QStringList prompts_;
    std::vector<Line> lines_; ///< by pair
};

} // namespace headscope::ui
