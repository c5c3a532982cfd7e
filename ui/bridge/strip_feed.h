// SPDX-License-Identifier: GPL-3.0-or-later
// Whole rows and columns of heads, unpooled, for the views that show tokens one by one.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <deque>
#include <map>
#include <vector>

namespace headscope::ui {

/// A rectangle of one head, a few rows or columns of it.
struct Strip {
    HeadRef head;
    Range rows, columns;
    friend bool operator==(const Strip& a, const Strip& b)
    {
        return a.head == b.head && a.rows == b.rows && a.columns == b.columns;
    }
};

/// Fetches the strips that are looked at, and keeps some that were.
class StripFeed : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t mostCells = std::size_t{1} << 23; ///< kept besides those looked at

    using QObject::QObject;

    void setSource(std::shared_ptr<PatternSource> source); ///< of another run or sequence; forgets all strips
    void extendSource(std::shared_ptr<PatternSource> source); ///< of the same run, with more layers
    const std::shared_ptr<PatternSource>& source() const { return source_; }

    /// Asks for those that are not there; what was asked for before and is not wanted any more is withdrawn. Strips of
    /// layers that have not been computed are left out.
    void look(const std::vector<Strip>& wanted);
    PatternTilePtr find(const Strip& strip) const; ///< nothing while it is not there
    bool isSettled() const { return underWay_.empty(); }

Q_SIGNALS:
    void arrived();
    void failed(const QString& message);

private:
    struct Request {
        Strip strip;
        Ticket ticket;
    };
    void ask(const Strip& strip);
    void keep(const Strip& strip, const PatternTilePtr& tile);

    std::shared_ptr<PatternSource> source_;
    std::vector<Strip> wanted_;
    std::map<std::uint64_t, Request> underWay_;
    std::deque<std::pair<Strip, PatternTilePtr>> kept_; ///< the newest last
    std::size_t cells_ = 0; ///< of `kept_`
    std::uint64_t lastNumber_ = 0;
};

} // namespace headscope::ui
