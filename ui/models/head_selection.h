// SPDX-License-Identifier: GPL-3.0-or-later
// Which head is shown: hovering previews, clicking locks.
#pragma once

#include "ui/models/head_ref.h"

#include <QObject>

#include <optional>

namespace headscope::ui {

/// The head that the heatmap shows.
///
/// Unlocked, the shown head follows the pointer and stays where it was last. Locked, hovering another head only
/// previews it: the locked one returns when the pointer leaves. Moving by keyboard takes the lock along.
class HeadSelection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Keeps the chosen head where it still exists. An empty shape has no shown head.
    void setShape(std::size_t layers, std::size_t heads);
    std::size_t layers() const { return layers_; }
    std::size_t heads() const { return heads_; }

    void hover(
        std::optional<HeadRef> head); ///< nothing: the pointer has left; heads outside the shape count as nothing
    void choose(HeadRef head); ///< as moving by keyboard; ignored outside the shape
    void toggleLock(HeadRef head); ///< locks that head, or unlocks when it is the locked one
    void unlock();
    void move(int layers, int heads); ///< stops at the edges

    HeadRef current() const { return current_; }
    HeadRef shown() const { return preview_.value_or(current_); }
    bool isLocked() const { return locked_; }
    bool isEmpty() const { return layers_ == 0 || heads_ == 0; }

Q_SIGNALS:
    void shownChanged(headscope::ui::HeadRef head);
    void lockChanged(bool locked);

private:
    template <class Change> void change(Change apply);
    bool contains(HeadRef head) const { return head.layer.value < layers_ && head.head.value < heads_; }

    std::size_t layers_ = 0, heads_ = 0;
    HeadRef current_;
    std::optional<HeadRef> preview_;
    bool locked_ = false;
};

} // namespace headscope::ui
