// SPDX-License-Identifier: GPL-3.0-or-later
// Where the grid of heads stands.
#include "ui/views/head_grid.h"
#include "ui/windows/head_bar.h"
#include "ui/windows/inspector_view.h"

#include <QEvent>
#include <QSplitter>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace headscope::ui {

bool InspectorView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == splitter_ && event->type() == QEvent::Resize && capture_)
        arrange(); // a dock that opens may leave room for one beside the other only
    return QWidget::eventFilter(watched, event);
}

void InspectorView::arrange()
{
    // The grid stands above or beside the heatmap, whichever leaves the heatmap the larger square.
    const QSize room = splitter_->size(), grid = grid_->pictureSize(56) + QSize(30, 12 + headBar_->sizeHint().height());
    const auto share = [](int wanted, int whole) { // less where it has to be scrolled anyway
        return wanted <= whole * 45 / 100 ? wanted : whole * 36 / 100;
    };
    const int tall = share(grid.height(), room.height()), wide = share(grid.width(), room.width());
    constexpr int labels = 110, below = 170, legend = 210; // what a heatmap needs around its cells, roughly
    const auto sideIn = [](int width, int height) { // its legend stands beside it or below
        return std::max(
            std::min(width - labels - legend / 2, height - below), std::min(width - labels, height - below - legend));
    };
    const int sideAbove = sideIn(room.width(), room.height() - tall);
    const int sideBeside = sideIn(room.width() - wide, room.height());
    const bool above = sideAbove > sideBeside;
    const auto& model = capture_->header().model;
    const QSize shape(static_cast<int>(model.heads), static_cast<int>(model.layers));
    if (std::exchange(arranged_, shape) != shape) {
        dragged_ = false;
    } else { // what the user dragged stays while the model's shape does, and nothing turns for a trifle
        constexpr int much = 40;
        const bool isAbove = splitter_->orientation() == Qt::Vertical;
        if (dragged_ || above == isAbove || std::abs(sideAbove - sideBeside) < much)
            return;
    }
    splitter_->setOrientation(above ? Qt::Vertical : Qt::Horizontal);
    // Beside it, every head of a layer is in view where that is not too much.
    const int whole = std::min(grid_->pictureSize(28).width() + 48, room.width() * 45 / 100);
    const int along = above ? room.height() : room.width(), first = above ? tall : std::max(wide, whole);
    splitter_->setSizes({first, along - first});
}

} // namespace headscope::ui
