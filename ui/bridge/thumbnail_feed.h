// SPDX-License-Identifier: GPL-3.0-or-later
// Small tiles of every head, as their layers finish.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <deque>
#include <map>
#include <vector>

namespace headscope::ui {

/// Asks for pooled tiles of at most `side` cells a side, behind everything that is looked at. A long head is read
/// in strips of rows, a few at a time, so that what is looked at never waits for a whole one.
class ThumbnailFeed : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t side = 64;
    static constexpr std::size_t mostCells = std::size_t{1} << 20; ///< of a strip, unless one row of values has more
    static constexpr std::size_t mostUnderWay = 4;

    explicit ThumbnailFeed(QObject* parent = nullptr, Pool pool = Pool::Maximum)
        : QObject(parent)
        , pool_(pool)
    {
    }

    void restart(); ///< withdraws everything still asked for
    void ask(const std::shared_ptr<PatternSource>& source, LayerId layer); ///< all heads of a finished layer
    std::size_t pending() const { return heads_.size(); }

Q_SIGNALS:
    void tileReady(headscope::ui::HeadRef head, headscope::PatternTilePtr tile);
    void failed(const QString& message);

private:
    struct Head {
        std::shared_ptr<PatternSource> source;
        HeadRef head;
        std::vector<PatternTilePtr> strips;
        std::size_t missing = 0;
    };
    struct Strip {
        std::uint64_t head; ///< a key of heads_
        std::size_t index;
        Range rows;
    };

    void pump();
    void answered(std::uint64_t number, const Strip& strip, const PatternTilePtr& tile, const std::exception_ptr& why);

    Pool pool_;
    std::map<std::uint64_t, Head> heads_; ///< not complete yet
    std::deque<Strip> strips_; ///< not asked for yet
    std::map<std::uint64_t, Ticket> underWay_;
    std::uint64_t lastNumber_ = 0; ///< of heads and requests
};

} // namespace headscope::ui
