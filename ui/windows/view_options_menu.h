// SPDX-License-Identifier: GPL-3.0-or-later
// Every way to draw a head, as a menu.
#pragma once

#include "ui/text/view_text.h"

#include <QMenu>

#include <functional>
#include <vector>

namespace headscope::ui {

/// Stage, colour scale, palettes, special tokens and orientation. Tells what was chosen and shows what it is told.
class ViewOptionsMenu : public QMenu {
    Q_OBJECT
public:
    /// \param scope what of the options there is a choice of.
    explicit ViewOptionsMenu(QWidget* parent = nullptr, OptionScope scope = OptionScope::Run);

    void setOptions(const ViewOptions& options);

Q_SIGNALS:
    void chosen(const headscope::ui::ViewOptions& options);

private:
    template <class Value, class Choices>
    void addChoices(QMenu& menu, const Choices& choices, Value ViewOptions::*which);
    void addSwitch(QMenu& menu, const QString& name, const QString& toolTip, bool ViewOptions::*which);
    void choose(const ViewOptions& options);

    OptionScope scope_;
    ViewOptions options_;
    std::vector<std::function<void()>> updates_; ///< one for each entry
};

} // namespace headscope::ui
