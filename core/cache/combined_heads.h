// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads that are looked at as one.
#pragma once

#include "core/cache/aggregate_source.h"
#include "core/cache/capture.h"
#include "core/cache/rollout_source.h"

#include <optional>

namespace headscope {

/// Several heads as one.
struct CombinedHeads {
    std::optional<Aggregate> aggregate{}; ///< nothing: rollout
    std::vector<HeadPlace> heads{}; ///< of an aggregate
    LayerId last{}; ///< of a rollout
    friend bool operator==(const CombinedHeads&, const CombinedHeads&) = default;
};

/// The last layer that has to be computed for it.
LayerId lastLayer(const CombinedHeads& combined);

/// The source of one layer with one head that it is of a sequence; see aggregateOf() and rolloutOf(), also for what
/// they throw. \param progress of a rollout
std::shared_ptr<PatternSource> combine(
    const Capture& capture, SequenceId sequence, const CombinedHeads& combined, RolloutProgress progress = {});

} // namespace headscope
