// SPDX-License-Identifier: GPL-3.0-or-later
// One forward pass whose hook values somebody looks at as they come. Internal to core: includes ATen.
#pragma once

#include "core/engine/canonical_hooks.h"
#include "core/engine/planned_run.h"

#include <functional>

namespace headscope {

/// What happens during an observed run.
struct RunObserver {
    std::function<void(const CanonicalHook& hook, const at::Tensor& value)> onHook;
    std::function<void(std::size_t layersDone)> onLayer;
};

/// Loads what the run needs and runs it. Nothing is kept of it but what the observer keeps.
/// \param hooks which to observe, by the run's own names. Under sdpa, patterns and scores should not be among them:
/// they
///        would be recomputed, and are nobody's reference.
/// \return logits [B, T, V]; undefined where the model has no head.
/// \throws Cancelled, Error
at::Tensor observe(const PlannedRun& run, ModelKeeper& keeper, const std::map<std::string, CanonicalHook>& hooks,
    const RunObserver& observer, const std::stop_token& stop);

} // namespace headscope
