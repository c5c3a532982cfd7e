// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of a comparison are shown, and in which order.
#pragma once

#include <QSortFilterProxyModel>

namespace headscope::ui {

/// Over a ParityTableModel. Sorted by the layer: in the order of the pass; by a pair: by how far it lies apart or by
/// how grave the verdict is; equal ones stay in the order of the pass.
class ParityFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
public:
    enum class Measure { Gap, Verdict };

    explicit ParityFilterModel(QObject* parent = nullptr);

    void setOnlyFailing(bool only); ///< rows where some pair is beyond tolerance
    void setHooks(const QString& words); ///< a part of the hook's name, or a glob of all of it; empty for all
    void setMeasure(Measure measure); ///< of pairs' columns
    Measure measure() const { return measure_; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    bool onlyFailing_ = false;
    QString hooks_;
    Measure measure_ = Measure::Gap;
};

} // namespace headscope::ui
