// SPDX-License-Identifier: GPL-3.0-or-later
// What the model would say next, after a chosen position.
#pragma once

#include "core/cache/capture.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace headscope::ui {

class NextTokenModel;

/// The ten most likely tokens after one position, with a heading that says which.
class NextTokenPanel : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t count = 10;

    /// \param name what the names of its parts begin with.
    explicit NextTokenPanel(QWidget* parent = nullptr, const QString& name = QStringLiteral("nextToken"));

    void clear(const QString& why);
    /// Asks for the tokens after `position`; keeps showing the old ones until the answer is here. \pre the run has
    /// finished
    void showAfter(const CapturePtr& capture, SequenceId sequence, TokenPos position);
    bool isWaiting() const { return waiting_; }

private:
    QLabel* heading_;
    QTableView* table_;
    NextTokenModel* model_;
    std::uint64_t asked_ = 0;
    bool waiting_ = false;
    Ticket ticket_;
};

} // namespace headscope::ui
