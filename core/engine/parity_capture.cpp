// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/parity_capture.h"

namespace headscope {

CapturePtr captureOf(const RecordedRun& run, std::weak_ptr<ReaderQueue> queue)
{
    const PlannedRun& plan = run.plan();
    auto shared = std::make_shared<TensorCapture::Shared>();
    shared->header = headerOf(plan);
    shared->header.request.attention = AttentionKind::Eager; // whole patterns, whatever made them
    shared->inputs = plan.inputs;
    shared->policies = plan.policies;
    shared->recipe = recipeFor(plan.policies);
    shared->model = plan.description;
    shared->queue = std::move(queue);
    shared->reader = std::make_unique<AttentionReader>(plan.config(), shared->policies, shared->inputs.mask);
    auto capture = std::make_shared<const TensorCapture>(shared);
    bool any = false;
    for (std::size_t layer = 0; layer < static_cast<std::size_t>(plan.config().layers); ++layer) {
        LayerOutcome outcome;
        if (const at::Tensor* pattern = run.find(hookName(HookPoint::Pattern, layer)))
            outcome.pattern = *pattern;
        if (const at::Tensor* scores = run.find(hookName(HookPoint::AttentionScores, layer)))
            outcome.scores = *scores;
        any = any || outcome.pattern.defined();
        capture = capture->with(std::move(outcome), {});
    }
    return any ? capture->ended({}, {}) : nullptr;
}

} // namespace headscope
