// SPDX-License-Identifier: GPL-3.0-or-later
// Turns one request into a stream of snapshots. Internal to core: includes ATen.
#pragma once

#include "core/engine/model_keeper.h"
#include "core/engine/tensor_capture.h"
#include "core/run/engine_thread.h"

#include <memory>
#include <stop_token>

namespace headscope {

struct PlannedRun;

/// Runs models.
///
/// Threads  created, used and destroyed on the engine's runner thread.
class Inspector {
public:
    /// \param keeper must outlive this object.
    Inspector(std::weak_ptr<ReaderQueue> queue, ModelKeeper& keeper)
        : queue_(std::move(queue))
        , keeper_(keeper)
    {
    }

    /// \throws Error, Cancelled
    void inspect(RunId run, const InspectionRequest& request, std::stop_token stop, RunListener& listener);
    void inspect(RunId run, const PlannedRun& plan, std::stop_token stop, RunListener& listener);

private:
    std::weak_ptr<ReaderQueue> queue_;
    ModelKeeper& keeper_;
    std::shared_ptr<const TensorCapture> last_; ///< what a run on an edited prompt begins with
};

/// Describes a request without running it. Does not touch LibTorch.
Outlook makeOutlook(const InspectionRequest& request);

} // namespace headscope
