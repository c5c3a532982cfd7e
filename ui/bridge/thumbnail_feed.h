// SPDX-License-Identifier: GPL-3.0-or-later
// Small tiles of every head, as their layers finish.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <vector>

namespace headscope::ui {

/// Asks for max-pooled tiles of at most `side` cells a side, behind everything that is looked at.
class ThumbnailFeed : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t side = 64;

    using QObject::QObject;

    void restart(); ///< withdraws everything still asked for
    void ask(PatternSource& source, LayerId layer); ///< all heads of a finished layer
    std::size_t pending() const { return pending_; }

Q_SIGNALS:
    void tileReady(headscope::ui::HeadRef head, headscope::PatternTilePtr tile);
    void failed(const QString& message);

private:
    std::vector<Ticket> tickets_;
    std::uint64_t round_ = 0;
    std::size_t pending_ = 0;
};

} // namespace headscope::ui
