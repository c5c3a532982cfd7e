// SPDX-License-Identifier: GPL-3.0-or-later
// Which head is shown, and which are picked: hovering previews, clicking locks, Shift and clicking picks.
#pragma once

#include "ui/models/head_ref.h"

#include <QObject>

#include <optional>
#include <vector>

namespace headscope::ui {

/// The head that the heatmap shows.
///
/// Unlocked, the shown head follows the pointer and stays where it was last. Locked, hovering another head only
/// previews it: the locked one returns when the pointer leaves. Moving by keyboard takes the lock along.
///
/// Any number of heads may be picked besides, for views of several. Picking changes neither the shown head nor the
/// lock.
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

    const std::vector<HeadRef>& picked() const { return picked_; } ///< by layer, then by head
    bool isPicked(HeadRef head) const;
    /// Of a picked head: a number that it keeps as long as it is picked, the lowest that was free; for headColour().
    std::size_t pickSlot(HeadRef head) const;
    void togglePicked(HeadRef head); ///< ignored outside the shape
    void pickOnly(HeadRef head) { setPicked({head}); }
    void setPicked(std::vector<HeadRef> heads); ///< in any order; those outside the shape and doubles are dropped
    void clearPicked() { setPicked({}); }
    /// Picks and locks that head alone; when it is the only one picked by this, goes back to what was picked before.
    void solo(HeadRef head);

Q_SIGNALS:
    void shownChanged(headscope::ui::HeadRef head);
    void lockChanged(bool locked);
    void pickedChanged();

private:
    template <class Change> void change(Change apply);
    bool contains(HeadRef head) const { return head.layer.value < layers_ && head.head.value < heads_; }

    std::size_t layers_ = 0, heads_ = 0;
    HeadRef current_;
    std::optional<HeadRef> preview_;
    bool locked_ = false;
    std::vector<HeadRef> picked_; ///< ordered
    std::vector<std::size_t> slots_; ///< of each picked head
    std::optional<std::vector<HeadRef>> beforeSolo_; ///< what was picked before a head was soloed
};

} // namespace headscope::ui
