// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of the head that is looked at.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <deque>
#include <optional>

namespace headscope::ui {

/// Fetches one head at a time, all rows and columns; only the head asked for last is heard. Remembers a few, so that
/// moving back and forth is immediate.
class HeadTileFeed : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t longestSide = 4096; ///< longer sequences are max-pooled to this

    using QObject::QObject;

    void setSource(std::shared_ptr<PatternSource> source); ///< forgets what was fetched; may be empty
    /// A newer snapshot of the same run and sequence: keeps what was fetched.
    void extendSource(std::shared_ptr<PatternSource> source) { source_ = std::move(source); }
    const std::shared_ptr<PatternSource>& source() const { return source_; }

    /// Answers with tileReady() or failed(), at once when the tile is remembered. \pre there is a source
    void request(HeadRef head);
    bool isWaiting() const { return waiting_.has_value(); }
    void forget(); ///< whatever is on its way is not wanted any more

Q_SIGNALS:
    void tileReady(headscope::PatternTilePtr tile);
    void failed(const QString& message);

private:
    void remember(PatternTilePtr tile);

    std::shared_ptr<PatternSource> source_;
    std::deque<PatternTilePtr> remembered_; ///< oldest first
    std::optional<HeadRef> waiting_;
    std::uint64_t asked_ = 0; ///< names the latest request
    Ticket ticket_;
};

} // namespace headscope::ui
