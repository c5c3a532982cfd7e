// SPDX-License-Identifier: GPL-3.0-or-later
// A query, its keys, and what each dimension of the two adds to their score, as a table.
#pragma once

#include "ui/bridge/query_key_feed.h"

#include <QAbstractTableModel>

namespace headscope::ui {

/// Row 0 is the query, row 1 the chosen key; then follows every key: those that the query may attend to by weight, the
/// others in their order. Vectors are painted by VectorDelegate, which asks value().
class QueryKeyModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TokenColumn, VectorColumn, ProductColumn, CapColumn, ScoreColumn, WeightColumn, ColumnCount };
    enum Row { QueryRow, ChosenRow, FirstKeyRow };
    enum class Part {
        Query, ///< q
        Key, ///< k
        Product, ///< scale * q * k, in logits before the softmax
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// \param answer whole, or empty: no rows. \param capture whose tokens are named
    void setContent(const CapturePtr& capture, const QueryKeys& answer);
    void setChosen(std::size_t key);
    void setSorted(bool sorted); ///< dimensions by the magnitude of what they add for the chosen key
    bool isEmpty() const { return !answer_.vectors; }
    bool hasCap() const { return answer_.vectors && answer_.vectors->softCap > 0; }

    std::size_t width() const { return dimensions_.size(); }
    std::size_t dimension(std::size_t place) const { return dimensions_[place]; } ///< shown there
    std::size_t placeOf(std::size_t dimension) const;
    /// \param row of a key unless the part is that of the query
    double value(int row, Part part, std::size_t dimension) const;
    double largest(Part part) const; ///< magnitude of all rows
    std::size_t keyOf(int row) const; ///< \pre not the row of the query
    int rowOf(std::size_t key) const; ///< in the list
    std::size_t chosen() const { return chosen_; }

    QString summary() const; ///< "12 of 64 dimensions make 80 % of the score", of the chosen key
    /// "i = 12   q 0.53   k −1.2   q·k × scale −0.08 logits before the softmax"
    QString dimensionText(int row, std::size_t dimension) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    const Token& tokenOf(int row) const;
    QString words(int row, int column) const;
    QString spokenVector(int row) const;
    void arrangeKeys();
    void arrangeDimensions();

    CapturePtr capture_;
    QueryKeys answer_;
    std::vector<double> products_; ///< [key] scale * q k, before a soft cap
    std::vector<std::size_t> keys_; ///< in the order of the list
    std::vector<int> rows_; ///< [key]
    std::vector<std::size_t> dimensions_; ///< in the order of the columns
    double largest_[3] = {1, 1, 1};
    std::size_t chosen_ = 0;
    bool sorted_ = false;
};

} // namespace headscope::ui
