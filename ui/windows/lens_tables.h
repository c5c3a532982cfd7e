// SPDX-License-Identifier: GPL-3.0-or-later
// The tables beside a grid of layers.
#pragma once

#include "core/analysis/logit_lens.h"

#include <QTabWidget>

class QLabel;

namespace headscope::ui {

class ChoiceBox;
class DirectLogitModel;
class ElidedLabel;
class LensCandidateModel;

/// Two tabs: the candidates of one cell, and the tokens that a part of the model promotes and suppresses.
class LensTables : public QTabWidget {
    Q_OBJECT
public:
    enum class Part { Head, Mlp };

    explicit LensTables(QWidget* parent = nullptr);

    /// \param trace of the model's choice; null with a title and no candidates while they are awaited
    void showCell(const QString& title, std::vector<LensCandidate> candidates, const LensTrace* trace);
    void showPart(const QString& title, const PartTokens* tokens); ///< null: none are known

    bool isPartInFront() const { return currentIndex() == 1; }
    Part part() const;

Q_SIGNALS:
    void partWanted(); ///< another one was chosen, or its tab is in front

private:
    QWidget* makeCell();
    QWidget* makePart();

    LensCandidateModel* candidates_;
    DirectLogitModel* tokens_;
    ChoiceBox* part_ = nullptr;
    QLabel* cellTitle_ = nullptr;
    QLabel* partTitle_ = nullptr;
    ElidedLabel* trace_ = nullptr;
};

} // namespace headscope::ui
