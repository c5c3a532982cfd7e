// SPDX-License-Identifier: GPL-3.0-or-later
// One row of a head, unpooled, for the read-out of a cell.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <optional>

namespace headscope::ui {

/// Fetches one row at a time; the one asked for last is heard and kept.
class RowFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void forget(); ///< another run or sequence
    /// The row when it is there. Else asks for it, unless it is on its way, and rowReady() follows. Nothing where the
    /// source lacks the stage.
    PatternTilePtr row(PatternSource& source, HeadRef head, std::size_t query, Stage stage = Stage::Pattern,
        SpecialTokens specials = SpecialTokens::Show, bool perRow = false);
    bool isWaiting() const { return waiting_; }

Q_SIGNALS:
    void rowReady();

private:
    std::optional<HeadRef> head_;
    std::size_t query_ = 0;
    Stage stage_ = Stage::Pattern;
    SpecialTokens specials_ = SpecialTokens::Show;
    bool perRow_ = false;
    bool waiting_ = false;
    PatternTilePtr row_;
    std::uint64_t asked_ = 0;
    Ticket ticket_;
};

} // namespace headscope::ui
