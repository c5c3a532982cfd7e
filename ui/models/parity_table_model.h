// SPDX-License-Identifier: GPL-3.0-or-later
// How far runs lie apart, layer by layer and hook by hook.
#pragma once

#include "core/parity/parity_report.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <optional>
#include <vector>

namespace headscope::ui {

/// Rows are hook points of layers, real and padded rows of tokens apart, in the order of the pass; behind the columns
/// that name them, as their headers do, there is one per pair of runs. Rows are put in as they come, so a selection
/// stays.
class ParityTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { LayerColumn, HookColumn, RowsColumn, FirstPairColumn };
    enum Role {
        OrderRole = Qt::UserRole, ///< place in the order of the pass
        GapRole, ///< double; -1 where nothing was compared
        VerdictRole, ///< VerdictKind as int, the gravest last; -1 where nothing was compared
        HookRole, ///< the whole name
        FailingRole, ///< of the row: some pair is beyond tolerance there, explained or not
    };

    using QAbstractTableModel::QAbstractTableModel;

    void reset(const QStringList& candidates); ///< no rows, a column for each
    void addRows(std::size_t pair, const std::vector<ParityRow>& rows); ///< in the order of the pass
    void setPair(std::size_t pair, const ParityPair& result); ///< its rows, with reasons, and what it is called
    std::size_t pairs() const { return static_cast<std::size_t>(candidates_.size()); }

    static std::optional<std::size_t> pairOf(int column);
    static int columnOf(std::size_t pair) { return FirstPairColumn + static_cast<int>(pair); }
    /// Nothing while it has not come. Valid until the model changes.
    const ParityRow* cell(int row, std::size_t pair) const;
    /// The row that shows a row of a pair; -1 when there is none.
    int find(const ParityRow& row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Line {
        std::string hook;
        std::optional<std::size_t> layer;
        RowClass rows = RowClass::Real;
        std::vector<std::optional<ParityRow>> cells; ///< by pair
    };
    QVariant nameData(const Line& line, int column, int role) const;
    QVariant nameOf(const Line& line, int role) const;
    QVariant cellData(const Line& line, std::size_t pair, int role) const;
    std::size_t findFrom(std::size_t start, const ParityRow& row) const;

    QStringList candidates_;
    std::vector<Line> lines_;
    std::vector<std::size_t> next_; ///< by pair: the line behind the one that came last
};

} // namespace headscope::ui
