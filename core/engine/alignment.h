// SPDX-License-Identifier: GPL-3.0-or-later
// The reasons of core/parity/reasons.h as changes of a planned run. Internal to core: includes ATen.
#pragma once

#include "core/engine/planned_run.h"
#include "core/engine/row_pairing.h"

#include <span>
#include <vector>

namespace headscope {

/// A policy that two runs do not share.
struct Discrepancy {
    Reason reason = Reason::PositionIds;
    std::string reference, candidate; ///< the two policies, for people
};

/// The reasons that tell two runs apart, in the registry's order; none that could make no difference here.
std::vector<Discrepancy> discrepancies(
    const PlannedRun& reference, const PlannedRun& candidate, const RowPairing& pairing);

/// The candidate with the reference's policy in everything that `reasons` name, and its own in everything else.
PlannedRun aligned(const PlannedRun& candidate, const PlannedRun& reference, std::span<const Reason> reasons);

} // namespace headscope
