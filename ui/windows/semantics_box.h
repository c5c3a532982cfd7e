// SPDX-License-Identifier: GPL-3.0-or-later
// The finer choices of whose semantics a run follows.
#pragma once

#include "core/run/inspection_request.h"

#include <QWidget>

#include <array>

class QCheckBox;
class QFormLayout;
class QToolButton;

namespace headscope::ui {

class ChoiceBox;
class ElidedLabel;

/// Bridge mode, what masked scores hold, BOS token and weight processing, under a heading that folds them away and says
/// in short what is chosen. What the backend has no choice of is disabled and empty; the choice made for another
/// backend comes back with it.
class SemanticsBox : public QWidget {
    Q_OBJECT
public:
    explicit SemanticsBox(QWidget* parent = nullptr);

    void setChoices(const InspectionRequest& request); ///< the backend and all that is shown here
    void setBackend(Backend backend);
    void applyTo(InspectionRequest& request) const; ///< writes the default where the backend has no choice
    void setOpen(bool open);
    QString summary() const; ///< "Plain, BOS on"
    QSize minimumSizeHint() const override; ///< as wide folded as open

Q_SIGNALS:
    void edited();

private:
    void addSteps(QFormLayout& form);
    void onEdited();
    void refresh(); ///< widgets from choices
    bool hasMode() const;
    bool hasSentinel() const;
    bool hasProcessing() const;

    struct Choices {
        Backend backend = Backend::Native;
        BridgeMode mode = BridgeMode::Plain;
        SentinelChoice sentinel = SentinelChoice::BackendDefault;
        Processing processing{};
        PrependBos prependBos = PrependBos::Off;
    };
    Choices choices_; ///< also what the backend has no choice of
    QToolButton* toggle_;
    ElidedLabel* summary_;
    QWidget* fields_;
    ChoiceBox* mode_;
    ChoiceBox* sentinel_;
    ChoiceBox* prependBos_;
    std::array<QCheckBox*, 4> steps_{};
};

} // namespace headscope::ui
