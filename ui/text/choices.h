// SPDX-License-Identifier: GPL-3.0-or-later
// How the choices of a run are named and explained in the window.
#pragma once

#include "core/run/settings.h"

#include <QString>

namespace headscope::ui {

struct Choice {
    QString name;
    QString explanation; ///< what it does, one or two sentences
};

Choice describe(PaddingSide side);
Choice describe(Backend backend);
Choice describe(PositionPolicy positions);
Choice describe(AttentionKind attention);
Choice describe(BridgeMode mode);
Choice describe(SentinelChoice sentinel);
Choice describe(PrependBos prepend);

} // namespace headscope::ui
