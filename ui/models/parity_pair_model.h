// SPDX-License-Identifier: GPL-3.0-or-later
// The verdict on each pair of runs, in words.
#pragma once

#include "core/parity/parity_report.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <memory>
#include <vector>

namespace headscope::ui {

/// One line per pair: its verdict, which runs it is of, and what was found.
class ParityPairModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { VerdictColumn, RunsColumn, FindingColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void reset(const QString& reference, const QStringList& candidates);
    void setPair(std::size_t pair, std::shared_ptr<const ParityPair> result);
    void stop(); ///< nothing more comes: what is missing was not compared
    const std::shared_ptr<const ParityPair>& pair(std::size_t index) const { return pairs_[index]; }
    std::size_t size() const { return pairs_.size(); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    QString words(std::size_t row, int column) const;
    QString toolTip(std::size_t row) const;

    QString reference_;
    QStringList candidates_;
    std::vector<std::shared_ptr<const ParityPair>> pairs_; ///< null while it has not come
    bool stopped_ = false;
};

} // namespace headscope::ui
