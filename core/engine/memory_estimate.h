// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory a run will need. Internal to core.
#pragma once

#include "core/model/model_description.h"
#include "core/run/inspection_request.h"

#include <cstdint>

namespace headscope {

/// Bytes a run needs at its peak, split so that what is already there need not be counted twice.
struct MemoryEstimate {
    std::uint64_t weights = 0; ///< in the run's dtype, and what the libraries hold
    std::uint64_t run = 0; ///< patterns and hook values kept, the widest layer's intermediates, logits
    std::uint64_t total() const { return weights + run; }
};

MemoryEstimate estimateMemory(
    const ModelDescription& model, const InspectionRequest& request, std::uint64_t sequences, std::uint64_t length);

} // namespace headscope
