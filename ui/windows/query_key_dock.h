// SPDX-License-Identifier: GPL-3.0-or-later
// What the chosen query's scores are made of.
#pragma once

#include "ui/bridge/query_key_feed.h"

#include <QDockWidget>

#include <optional>

class QCheckBox;
class QLabel;
class QTableView;

namespace headscope::ui {

class ElidedLabel;
class InspectorView;
class QueryKeyModel;
class ScaleStrip;
class VectorDelegate;

/// The query of the chosen cell in the head in view: its vector, the chosen key pinned below it, and every key by
/// weight with its vector, the product of the two, score and probability. A key chosen here is the key of the chosen
/// cell, and the other way round. Left and Right walk through the dimensions.
class QueryKeyDock : public QDockWidget {
    Q_OBJECT
public:
    /// \param inspector outlives this.
    explicit QueryKeyDock(InspectorView& inspector, QWidget* parent = nullptr);

    const QueryKeyModel& model() const { return *model_; }
    const VectorDelegate& vectors() const { return *delegate_; }
    bool isSettled() const { return feed_.isSettled(); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeContent();
    QTableView* makeTable(const QString& name, const QString& says);
    QWidget* makeBar();
    void connectAll();
    void follow(); ///< asks for the query that is chosen now
    void showAnswer(const QString& why); ///< what came, or why there is nothing
    void showChosen();
    void showNote();
    void showColours();
    void fitColumns();
    void mark(std::optional<std::size_t> dimension, int row);
    void walk(int step);

    InspectorView& inspector_;
    QueryKeyFeed feed_;
    QueryKeyModel* model_;
    VectorDelegate* delegate_;
    ElidedLabel* title_ = nullptr;
    QLabel* summary_ = nullptr;
    QLabel* note_ = nullptr;
    QCheckBox* sorted_ = nullptr;
    QTableView* pinned_ = nullptr; ///< the query and the chosen key
    QTableView* list_ = nullptr; ///< every key
    QLabel* empty_ = nullptr; ///< in the place of the tables
    QLabel* readout_ = nullptr;
    ScaleStrip* scale_ = nullptr;
    QWidget* foot_ = nullptr;
    std::uint64_t run_ = 0; ///< whose sequence the feed is of
    std::size_t sequence_ = 0;
    bool following_ = false; ///< the list's row is being set to the chosen key
};

} // namespace headscope::ui
