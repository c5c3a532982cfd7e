// SPDX-License-Identifier: GPL-3.0-or-later
// What the model made of every position, as a table.
#pragma once

#include "core/cache/capture.h"

#include <QAbstractTableModel>

#include <map>
#include <set>

namespace headscope::ui {

/// A row per position of one sequence: the token, the model's choice for the next one with its probability, and the
/// token that came with its probability, rank and loss. Asks for what is looked at, in strips of positions, one at a
/// time; the strip asked for last goes first.
class PredictionModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        PositionColumn,
        TokenColumn,
        ChoiceColumn,
        ChoiceProbabilityColumn,
        NextColumn,
        NextProbabilityColumn,
        RankColumn,
        LossColumn,
        ColumnCount
    };
    enum Role { ShareRole = Qt::UserRole + 1 }; ///< a probability, for bars

    using QAbstractTableModel::QAbstractTableModel;

    /// \param capture of a finished run, or nothing.
    void setRun(const CapturePtr& capture, SequenceId sequence);
    /// What is known of a position; asks for it when it is not there. \pre row < rowCount()
    const Prediction* at(int row) const;
    bool isWaiting() const { return underWay_.has_value(); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void failed(const QString& message);

private:
    static constexpr std::size_t stripRows = 32;

    const std::vector<Token>& tokens() const { return capture_->header().tokens[sequence_.value]; }
    const NextToken* tokenOf(const Prediction& prediction, int column) const;
    QString words(const Prediction* prediction, std::size_t row, int column) const;
    void wish(std::size_t strip) const;
    void pump();
    void answered(
        std::uint64_t run, std::size_t strip, std::shared_ptr<const Predictions> answer, const std::exception_ptr& why);

    CapturePtr capture_;
    SequenceId sequence_;
    std::uint64_t run_ = 0;
    std::map<std::size_t, std::shared_ptr<const Predictions>> strips_;
    mutable std::vector<std::size_t> wishes_; ///< strips, the latest last; what a view asks for while it paints
    mutable bool pumping_ = false; ///< a call of pump() is on its way
    std::optional<std::size_t> underWay_;
    bool broken_ = false; ///< a strip failed; the others would, too
    Ticket ticket_;
};

} // namespace headscope::ui
