// SPDX-License-Identifier: GPL-3.0-or-later
// A combo box for one choice of a run.
#pragma once

#include "ui/text/choices.h"

#include <QComboBox>

namespace headscope::ui {

/// Every value of an enumeration by name; the tool tip explains the one chosen. Narrow where it must be, and deaf to a
/// wheel that only passes over it while the panel around it scrolls.
class ChoiceBox : public QComboBox {
    Q_OBJECT
public:
    explicit ChoiceBox(const QString& name, QWidget* parent = nullptr);

    template <class Enum> void addAll()
    {
        for (const auto& each : spellings<Enum>())
            add(describe(each.value), static_cast<int>(each.value));
    }
    void add(const Choice& choice, int value);

    /// \pre something is chosen
    template <class Enum> Enum chosen() const { return static_cast<Enum>(currentData().toInt()); }
    template <class Enum> void choose(Enum value)
    {
        setCurrentIndex(findData(static_cast<int>(value)));
        explain(); // also while signals are blocked
    }
    void chooseNothing(const QString& why); ///< shows `why` instead

protected:
    void paintEvent(QPaintEvent* event) override; ///< ends in "…" what does not fit
    void wheelEvent(QWheelEvent* event) override;

private:
    void explain();
    QString nothing_; ///< not Qt's placeholder, which would widen the box
};

} // namespace headscope::ui
