// SPDX-License-Identifier: GPL-3.0-or-later
// Undo and redo of what is looked at.
#pragma once

#include "ui/models/view_state.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QUndoStack>

namespace headscope::ui {

class InspectorView;

ViewState viewOf(InspectorView& inspector);

/// What of a view changed.
enum class ViewPart {
    Head = 1, ///< chosen or locked
    Picked = 2,
    Options = 4,
    Sequence = 8,
    Cell = 16,
    Zoom = 32,
    Arrangement = 64, ///< of the grid of heads
    Shown = 128, ///< one head, or several as one
    Lines = 256,
};
Q_DECLARE_FLAGS(ViewParts, ViewPart)
Q_DECLARE_OPERATORS_FOR_FLAGS(ViewParts)

ViewParts differing(const ViewState& a, const ViewState& b);

/// Shows `parts` of a view. What does not exist in the run shown stays as it is.
void showView(InspectorView& inspector, const ViewState& view, ViewParts parts);

/// Watches the inspector and remembers every change of the user's: heads chosen, locked, picked, arranged or
/// combined, view options, lines, sequence, cell and zoom; not the run. Changes of one kind in quick succession are one
/// step, and so is a head that follows the pointer. What a new run resets is nobody's step.
class ViewHistory : public QObject {
    Q_OBJECT
public:
    /// \param inspector must outlive this.
    explicit ViewHistory(InspectorView& inspector, QObject* parent = nullptr);

    QUndoStack& stack() { return stack_; }
    void record(); ///< what has changed by now; else it is done when control returns to the event loop
    void restart(); ///< forgets everything: what is looked at now is where undo ends

Q_SIGNALS:
    void changed(); ///< something else is looked at, whoever did it

private:
    class Step;
    void note();
    bool joinsLast(const ViewState& before, const ViewState& now, ViewParts parts) const;
    void show(const ViewState& view, ViewParts parts);

    InspectorView& inspector_;
    QUndoStack stack_;
    QTimer soon_;
    QElapsedTimer sinceLast_;
    ViewState known_;
    bool absorb_ = false; ///< the next change is the new run's
    bool showing_ = false;
};

} // namespace headscope::ui
