// SPDX-License-Identifier: GPL-3.0-or-later
// The boxes above a heatmap that say how it is drawn.
#pragma once

#include "ui/text/view_text.h"

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
    /// Of a comparison. \param name of it, which the names of the boxes begin with.
    ViewOptionsBar(const QString& name, QWidget* parent);

    void setOptions(const ViewOptions& options);
    void setRollout(bool rollout); ///< which is of all tokens, whatever the options say of special ones
    QWidget* badge() const; ///< to stand elsewhere; else it is the first of the bar
    ViewOptionsMenu* menu() const { return menu_; } ///< for the menu bar, too

Q_SIGNALS:
    void chosen(const headscope::ui::ViewOptions& options);

private:
    ChoiceBox* addBox(const QString& name, const QString& label);
    void make(const QString& badge, const QString& scale, const QString& more);
    void offerScales();
    void showBadge();

    const OptionScope scope_;
    ViewOptions options_;
    bool rollout_ = false;
    ElidedLabel* badge_;
    ChoiceBox* stage_ = nullptr; ///< of a run
    ChoiceBox* scale_ = nullptr;
    ViewOptionsMenu* menu_;
};

} // namespace headscope::ui
