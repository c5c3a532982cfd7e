// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/combined_heads.h"

#include <algorithm>
#include <utility>

namespace headscope {

LayerId lastLayer(const CombinedHeads& combined)
{
    if (!combined.aggregate)
        return combined.last;
    LayerId last;
    for (const HeadPlace& place : combined.heads)
        last.value = std::max(last.value, place.layer);
    return last;
}

std::shared_ptr<PatternSource> combine(
    const Capture& capture, SequenceId sequence, const CombinedHeads& combined, RolloutProgress progress)
{
    return combined.aggregate ? aggregateOf(capture.patterns(sequence), combined.heads, *combined.aggregate)
                              : rolloutOf(capture, sequence, combined.last, std::move(progress));
}

} // namespace headscope
