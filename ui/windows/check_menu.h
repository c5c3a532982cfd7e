// SPDX-License-Identifier: GPL-3.0-or-later
// A button for several choices of one kind.
#pragma once

#include "ui/text/choices.h"

#include <QPushButton>

#include <vector>

class QMenu;

namespace headscope::ui {

/// Opens a menu of check boxes that stays open while they are checked; says on the button what is. One stays checked.
class CheckMenu : public QPushButton {
    Q_OBJECT
public:
    /// \param what for people: "Backends"
    CheckMenu(const QString& what, const QString& name, QWidget* parent = nullptr);

    template <class Enum> void add(const Choice& choice, Enum value, bool checked)
    {
        addEntry(choice, static_cast<int>(value), checked);
    }
    template <class Enum> std::vector<Enum> chosen() const
    {
        std::vector<Enum> values;
        for (const int value : chosenValues())
            values.push_back(static_cast<Enum>(value));
        return values;
    }
    template <class Enum> void choose(const std::vector<Enum>& wanted)
    {
        std::vector<int> values;
        for (const Enum value : wanted)
            values.push_back(static_cast<int>(value));
        chooseValues(values);
    }

Q_SIGNALS:
    void edited();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void addEntry(const Choice& choice, int value, bool checked);
    std::vector<int> chosenValues() const;
    void chooseValues(const std::vector<int>& values);
    void toggled(QAction* entry);
    void tell();

    QString what_;
    QMenu* menu_;
};

} // namespace headscope::ui
