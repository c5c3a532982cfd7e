// SPDX-License-Identifier: GPL-3.0-or-later
// Above the grid of heads: how they are arranged, and which of them are shown.
#pragma once

#include "ui/bridge/likeness_feed.h"
#include "ui/models/head_arrangement.h"
#include "ui/models/head_selection.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QAction;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QMenu;
class QSlider;
class QToolButton;

namespace headscope::ui {

class HeadGrid;

/// Drives the arrangement of a grid and follows it; also what can be done with the head under the pointer.
class HeadBar : public QWidget {
    Q_OBJECT
public:
    /// \param grid, selection must outlive this widget.
    HeadBar(HeadGrid& grid, HeadSelection& selection, QWidget* parent = nullptr);

    void add(QWidget* control); ///< behind its own
    QAction* likeAction() const { return like_; } ///< arranges by likeness to the shown head
    QAction* clearPicksAction() const { return clearPicks_; }
    /// How heads are arranged, or are about to be once what it takes is there.
    ArrangementChoice choice() const;
    /// Arranges so, now or as soon as there are such figures, unless the user wants something else before.
    void arrange(const ArrangementChoice& choice);
    bool isSettled() const { return !likeness_.isWaiting() && !later_.isActive(); }

Q_SIGNALS:
    void arranged(); ///< somebody wants another order: the first heads of it should be seen

private:
    void makeControls();
    void makeActions();
    void offerOrders();
    void follow(); ///< boxes after the arrangement
    void followFilter();
    void chooseOrder();
    void chooseFilter();
    void findLike(HeadRef head);
    void compareAgain(); ///< when more patterns have come
    void arrangeAsWanted();
    void openMenu(QPoint place);
    double figureAt(int step) const; ///< of the slider

    HeadGrid& grid_;
    HeadSelection& selection_;
    HeadArrangement& arrangement_;
    LikenessFeed likeness_;
    std::optional<ArrangementChoice> wanted_; ///< not possible yet
    QTimer later_;
    QAction* like_;
    QAction* clearPicks_;
    QComboBox* order_;
    QToolButton* direction_;
    QComboBox* keep_;
    QDoubleSpinBox* bound_;
    QSlider* slider_;
    QLabel* count_;
};

} // namespace headscope::ui
