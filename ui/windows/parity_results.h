// SPDX-License-Identifier: GPL-3.0-or-later
// What a comparison found: verdicts, the table of hook points, why, and what it means for the logits.
#pragma once

#include "core/parity/parity_request.h"
#include "ui/models/logit_agreement_model.h"
#include "ui/models/parity_filter_model.h"
#include "ui/models/parity_pair_model.h"
#include "ui/models/parity_table_model.h"
#include "ui/models/reason_model.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;
class QTableWidget;
class QTabWidget;
class QTreeView;

namespace headscope::ui {

/// Fills in as results come. One pair of runs is looked at: the one whose verdict or whose cell was chosen last.
class ParityResults : public QWidget {
    Q_OBJECT
public:
    explicit ParityResults(QWidget* parent = nullptr);

    void start(const QString& reference, const QStringList& candidates, const QStringList& prompts); ///< forgets all
    void addRows(std::size_t pair, const std::vector<ParityRow>& rows);
    void setPair(std::size_t pair, const std::shared_ptr<const ParityPair>& result);
    void stop(); ///< nothing more comes

    /// Of the pair looked at; null while it has not come.
    std::shared_ptr<const ParityPair> pair() const;

Q_SIGNALS:
    void pairChanged();
    /// A row was clicked or Enter pressed on it. The pair may not have come yet.
    void rowActivated(const headscope::ParityRow& row);
    void answerActivated(std::size_t sequence, std::size_t position);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeTable();
    QWidget* makeFilters();
    QWidget* makeWhy();
    QWidget* makeFigures();
    QWidget* makeLogits();
    void connectViews();
    void fitVerdicts();
    void choosePair(std::size_t pair);
    void onCell(const QModelIndex& current);
    void activate(const QModelIndex& index);
    void sortBy(int choice);
    void showWhy();
    void showFigures();

    ParityPairModel verdicts_;
    ParityTableModel rows_;
    ParityFilterModel shown_;
    ReasonModel reasons_;
    LogitAgreementModel logits_;
    std::size_t pair_ = 0;

    QTableView* verdictView_;
    QTableView* table_ = nullptr;
    QComboBox* order_ = nullptr;
    QTabWidget* details_;
    QLabel* finding_ = nullptr;
    QTableView* reasonView_ = nullptr;
    QLabel* explanation_ = nullptr;
    QLabel* figuresTitle_ = nullptr;
    QTableWidget* figures_ = nullptr;
    QTreeView* logitView_ = nullptr;
};

} // namespace headscope::ui
