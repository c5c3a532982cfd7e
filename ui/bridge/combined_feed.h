// SPDX-License-Identifier: GPL-3.0-or-later
// Tiles of several heads as one.
#pragma once

#include "core/cache/capture.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/models/combined_heads.h"

namespace headscope::ui {

/// Makes a source of several heads of a run and feeds its tiles, as HeadTileFeed does for one head.
class CombinedFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// \param run tells captures of different runs apart.
    /// Makes the source that tiles() has. \return what is in the way, for people; empty when tiles may come.
    QString prepare(const CapturePtr& capture, std::uint64_t run, SequenceId sequence, const Combined& combined);
    /// Fetches what is looked at. A rollout is of all tokens, whatever the form says. \pre prepared
    void show(TileForm form);
    void stop(); ///< a rollout under way ends

    HeadTileFeed& tiles() { return tiles_; }
    const HeadTileFeed& tiles() const { return tiles_; }
    const std::optional<Combined>& combined() const { return combined_; } ///< what was prepared
    int percent() const { return percent_; } ///< of a rollout under way; -1 without one

Q_SIGNALS:
    void progressed();
    void renewed(); ///< what was read of the source before is of no use any more

private:
    std::shared_ptr<PatternSource> make();

    HeadTileFeed tiles_;
    CapturePtr capture_;
    std::uint64_t run_ = 0;
    SequenceId sequence_;
    std::optional<Combined> combined_;
    std::uint64_t round_ = 0; ///< of sources
    int percent_ = -1;
};

} // namespace headscope::ui
