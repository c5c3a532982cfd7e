// SPDX-License-Identifier: GPL-3.0-or-later
// The model that the runner thread has loaded. Internal to core: includes ATen.
#pragma once

#include "core/engine/loaded_model.h"

#include <memory>

namespace headscope {

/// Keeps one model's weights from run to run.
///
/// Threads  the engine's runner thread.
class ModelKeeper {
public:
    bool holds(const ModelDescription& description, const WeightRecipe& recipe, DType dtype) const;
    /// The model as asked for: kept, moved, or loaded anew in the place of the one before.
    /// \throws whatever `step` throws, to stop; Error. Nothing is kept then.
    LoadedModel& require(const std::shared_ptr<const ModelDescription>& description, const WeightRecipe& recipe,
        const Placement& placement, const LoadedModel::Step& step);
    void drop() { model_.reset(); }

private:
    std::unique_ptr<LoadedModel> model_;
};

} // namespace headscope
