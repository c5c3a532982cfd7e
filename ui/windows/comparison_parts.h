// SPDX-License-Identifier: GPL-3.0-or-later
// What stands above and below the panels of every comparison.
#pragma once

#include "core/run/run_header.h"
#include "ui/models/view_options.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;

namespace headscope::ui {

class ComparisonPanels;
class ElidedLabel;
class KindLegend;
class ViewOptionsBar;

/// The prompts of a run in a box, "0: The cat sat"; chooses none.
void fillWithPrompts(QComboBox& box, const RunHeader& header);

/// A title, a note beside it, controls and the choice of how panels are drawn; below it what was done to the values, if
/// anything.
class ComparisonHeader : public QWidget {
    Q_OBJECT
public:
    /// \param name what the names of its parts begin with.
    ComparisonHeader(const QString& name, QWidget* parent);

    void add(QWidget* control); ///< before the options
    QComboBox* addPrompts(
        const QString& name, const QString& label = {}); ///< a box of prompts, narrow where it must be
    void setTitle(const QString& title);
    void setNote(const QString& note, const QString& toolTip = {});
    ViewOptionsBar& options() { return *options_; }

private:
    QHBoxLayout* row_;
    QLabel* title_;
    ElidedLabel* note_; ///< gives way before the controls do
    ViewOptionsBar* options_;
};

/// The panels with the read-out of the cell under the pointer and the colours of cells without a value.
class PanelsWithReadout : public QWidget {
    Q_OBJECT
public:
    /// \param name of the read-out; \param hint what it says while there is no cell.
    PanelsWithReadout(const QString& name, const QString& hint, QWidget* parent);

    ComparisonPanels& panels() { return *panels_; }
    void setOptions(const ViewOptions& options);

private:
    ComparisonPanels* panels_;
    QLabel* readout_;
    KindLegend* kinds_;
    QString hint_;
    bool leavesOut_ = false; ///< special tokens
};

} // namespace headscope::ui
