// SPDX-License-Identifier: GPL-3.0-or-later
// Names the heads that are drawn over one another, each in its colour.
#pragma once

#include "ui/views/lines_scene.h"

#include <QWidget>

namespace headscope::ui {

/// A button for each head. A click hides or shows the head, a double click shows it alone, and another one all again.
class HeadLegend : public QWidget {
    Q_OBJECT
public:
    explicit HeadLegend(QWidget* parent = nullptr);

    void setHeads(std::vector<LineHead> heads); ///< those hidden before stay hidden while they are among them
    std::vector<LineHead> shownHeads() const;
    std::vector<HeadRef> hiddenHeads() const; ///< by layer, then by head
    void setHidden(const std::vector<HeadRef>& heads); ///< those that are not among its heads are left aside

Q_SIGNALS:
    void shownHeadsChanged(); ///< by the user

private:
    void toggle(HeadRef head, bool shown);
    void solo(HeadRef head);
    bool isHidden(HeadRef head) const;
    void check(); ///< the buttons

    std::vector<LineHead> heads_;
    std::vector<HeadRef> hidden_;
};

} // namespace headscope::ui
