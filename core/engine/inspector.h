// SPDX-License-Identifier: GPL-3.0-or-later
// Turns one request into a stream of snapshots. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_capture.h"
#include "core/run/engine_thread.h"

#include <memory>
#include <stop_token>

namespace headscope {

/// Loads models and runs them; keeps the last model's weights for the next run.
///
/// Threads  created, used and destroyed on the engine's runner thread.
class Inspector {
public:
    explicit Inspector(std::weak_ptr<ReaderQueue> queue)
        : queue_(std::move(queue))
    {
    }

    /// \throws Error, Cancelled
    void inspect(RunId run, const InspectionRequest& request, std::stop_token stop, RunListener& listener);

private:
    /// Makes model_ what the run needs: kept, moved, or loaded anew.
    void prepare(RunId run, const std::shared_ptr<const ModelDescription>& description, const WeightRecipe& recipe,
        const Placement& placement, const std::stop_token& stop, RunListener& listener);
    bool holds(const ModelDescription* description, const WeightRecipe& recipe, DType dtype) const
    {
        return model_ && &model_->description() == description && model_->recipe() == recipe
            && model_->placement().dtype == dtype;
    }

    std::weak_ptr<ReaderQueue> queue_;
    std::unique_ptr<LoadedModel> model_;
    std::shared_ptr<const TensorCapture> last_; ///< made with model_; what a run on an edited prompt begins with
};

/// Describes a request without running it. Does not touch LibTorch.
Outlook makeOutlook(const InspectionRequest& request);

} // namespace headscope
