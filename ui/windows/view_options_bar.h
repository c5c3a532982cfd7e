// SPDX-License-Identifier: GPL-3.0-or-later
// The boxes above a heatmap that say how it is drawn.
#pragma once

#include "ui/models/view_options.h"

#include <QWidget>

namespace headscope::ui {

class ChoiceBox;
class ElidedLabel;
class ViewOptionsMenu;

/// Boxes for stage and colour scale, a button for all other options, and a badge while special tokens are left out.
class ViewOptionsBar : public QWidget {
    Q_OBJECT
public:
    explicit ViewOptionsBar(QWidget* parent = nullptr);

    void setOptions(const ViewOptions& options);
    ViewOptionsMenu* menu() const { return menu_; } ///< for the menu bar, too

Q_SIGNALS:
    void chosen(const headscope::ui::ViewOptions& options);

private:
    ChoiceBox* addBox(const QString& name, const QString& label);
    void offerScales();

    ViewOptions options_;
    ElidedLabel* badge_;
    ChoiceBox* stage_;
    ChoiceBox* scale_;
    ViewOptionsMenu* menu_;
};

} // namespace headscope::ui
