// SPDX-License-Identifier: GPL-3.0-or-later
// The line of words and numbers below a heatmap.
#pragma once

#include "core/run/run_header.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/bridge/row_feed.h"
#include "ui/models/view_options.h"

namespace headscope::ui {

/// Reads out one cell: from whole rows of the stage looked at, of probabilities and of scores, and until they have come
/// from what is painted.
class CellReadout : public QObject {
    Q_OBJECT
public:
    explicit CellReadout(QObject* parent = nullptr);

    void forget(); ///< another run or sequence
    /// The cell of the head that `tiles` shows; empty while nothing of it is known. \pre `tiles` shows a head
    QString of(HeadTileFeed& tiles, Cell cell, const std::vector<Token>& queries, const std::vector<Token>& keys,
        const ViewOptions& options);
    bool isWaiting() const;

Q_SIGNALS:
    void changed(); ///< of() has more to tell

private:
    RowFeed probabilities_, scores_, shown_;
};

} // namespace headscope::ui
