// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads that are looked at as one.
#pragma once

#include "core/cache/aggregate_source.h"
#include "core/ids.h"

#include <optional>
#include <vector>

namespace headscope::ui {

/// Several heads as one.
struct Combined {
    std::optional<Aggregate> aggregate; ///< nothing: rollout
    std::vector<HeadPlace> heads; ///< of an aggregate, by layer and head
    LayerId last; ///< of a rollout
    friend bool operator==(const Combined&, const Combined&) = default;
};

} // namespace headscope::ui
