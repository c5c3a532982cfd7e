// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/logit_lens.h"

#include "core/engine/edits.h"
#include "core/engine/memory_estimate.h"
#include "core/engine/planned_run.h"
#include "core/engine/spilled_tensor.h"
#include "core/engine/tensor_lens.h"
#include "core/error.h"
#include "core/run/system_info.h"

#include <c10/core/InferenceMode.h>

namespace headscope {
namespace {

/// Takes rows of one sequence from a pass, onto the host; beyond the budget into temporary files.
class LensProbe {
public:
    LensProbe(TensorLens::Kept& kept, std::uint64_t budget)
        : kept_(kept)
        , budget_(budget)
    {
    }
    LensProbe(const LensProbe&) = delete;
    LensProbe& operator=(const LensProbe&) = delete;

    void watch(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, HookVocabulary vocabulary)
    {
        const auto into = [&](const std::string& glob, std::vector<at::Tensor>& target) {
            handles.push_back(hooks.observe(
                glob, [this, &target](const std::string&, const at::Tensor& value) { target.push_back(rows(value)); }));
        };
        const std::size_t last = kept_.header.model.layers - 1;
        const bool encoder = vocabulary == HookVocabulary::Encoder;
        into("blocks.*.hook_resid_pre", kept_.residuals);
        into(hookName(encoder ? HookPoint::NormalizedResidPost : HookPoint::ResidPost, last, vocabulary),
            kept_.residuals);
        into("blocks.*.attn.hook_z", kept_.mixed);
        into("blocks.*.hook_mlp_out", kept_.mlps);
        into("blocks.*.ln1_post.hook_scale", kept_.postScales);
    }

private:
    at::Tensor rows(const at::Tensor& value)
    {
        const at::Tensor there = value.select(0, static_cast<std::int64_t>(kept_.sequence.value))
                                     .narrow(0, static_cast<std::int64_t>(kept_.positions.begin),
                                         static_cast<std::int64_t>(kept_.positions.size()))
                                     .to(at::kCPU);
        bytes_ += there.nbytes();
        if (bytes_ > budget_)
            return spilled(there).tensor;
        return there.is_contiguous() && there.nbytes() == there.storage().nbytes() ? there : there.clone();
    }

    TensorLens::Kept& kept_;
    std::uint64_t budget_, bytes_ = 0;
};

InspectionRequest lean(InspectionRequest run)
{
    run.keepPatterns = run.keepScores = run.keepLogits = false;
    run.hooks.clear();
    return run;
}

/// Looks for what cannot be answered before anything is loaded.
void requireConsistent(const LogitLensRequest& request, const PlannedRun& plan, const EditSet& edits)
{
    const auto wrong = [](const std::string& what) { return Error(Fault::BadInput, "lens: " + what); };
    const ModelConfig& config = plan.config();
    if (!config.hasHead)
        throw wrong(plan.description->info().name + " has no language-model head (tensor '"
            + plan.description->weights().missing.front() + "' is missing), so there are no logits");
    for (const HookPoint point :
        {HookPoint::LnFinalScale, HookPoint::LnFinalNormalized, HookPoint::UnembedIn, HookPoint::UnembedOut})
        if (const std::string name = hookName(point, 0, plan.policies.hooks); edits.touches(name))
            throw wrong(
                "expected edits before the final norm, which every layer is looked at through; found one at " + name);
    const auto rows = static_cast<std::size_t>(plan.inputs.ids.size(0));
    const auto length = static_cast<std::size_t>(plan.inputs.ids.size(1));
    if (request.sequence.value >= rows)
        throw wrong("expected a sequence from 0 to " + std::to_string(rows - 1) + ", found "
            + std::to_string(request.sequence.value));
    if (const auto& range = request.positions; range && (range->begin >= range->end || range->end > length))
        throw wrong("expected positions from 0 to " + std::to_string(length - 1) + ", found "
            + std::to_string(range->begin) + ":" + std::to_string(range->end));
}

const LoadedModel& load(const PlannedRun& plan, ModelKeeper& keeper, const std::stop_token& stop)
{
    const WeightRecipe recipe = recipeFor(plan.policies);
    const bool loaded = keeper.holds(*plan.description, recipe, plan.placement.dtype);
    if (!loaded)
        keeper.drop(); // the old weights go before the new ones come, and count as free
    const auto estimate = estimateMemory(*plan.description, plan.request,
        static_cast<std::uint64_t>(plan.inputs.ids.size(0)), static_cast<std::uint64_t>(plan.inputs.ids.size(1)));
    if (plan.placement.front().is_cpu())
        requireMemory(loaded ? estimate.run : estimate.total(), plan.inputs);
    return keeper.require(plan.description, recipe, plan.placement, [&](std::size_t, std::size_t) {
        if (stop.stop_requested())
            throw Cancelled{};
    });
}

} // namespace

LogitLensPtr lookThroughLayers(const LogitLensRequest& request, EngineRoom& room, const std::stop_token& stop,
    const std::function<void(std::size_t, std::size_t)>& told)
{
    const c10::InferenceMode inference;
    const PlannedRun plan = planRun(lean(request.run));
    const EditSet edits(plan.request.edits, plan.config(), plan.policies, plan.inputs.mask.padding());
    requireConsistent(request, plan, edits);
    const LoadedModel& model = load(plan, room.keeper, stop);

    TensorLens::Kept kept{.header = headerOf(plan), .sequence = request.sequence, .model = plan.description};
    kept.positions = request.positions.value_or(Range{0, kept.header.length()});
    kept.queue = room.queue;
    // Native tells less, but computes the same.
    const bool little = plan.policies.hooks == HookVocabulary::HuggingFace;
    const HookVocabulary vocabulary = little ? HookVocabulary::Decoder : plan.policies.hooks;
    HookRegistry hooks(vocabulary);
    std::vector<HookRegistry::Handle> handles;
    edits.addTo(hooks, handles);
    LensProbe probe(kept, plan.request.cacheBudget ? plan.request.cacheBudget : availableMemory() / 2);
    probe.watch(hooks, handles, vocabulary);

    const std::size_t layers = kept.header.model.layers;
    told(0, layers);
    ForwardPass pass(model, plan.policies, hooks, stop, {plan.request.attention, false, false});
    pass.hidden(plan.inputs, [&](std::size_t layer, const LayerOutcome&) {
        plan.description->requireIntact();
        told(layer + 1, layers);
    });
    plan.description->requireIntact();
    for (const LayerWeights& layer : model.weightsReadSoFar().layers) {
        kept.outputs.push_back(layer.output);
        kept.postNorms.push_back(layer.postNorm1);
    }
    ReadOut readOut(model.weightsReadSoFar(), plan.description, plan.policies);
    return std::make_shared<const TensorLens>(std::move(kept), std::move(readOut));
}

} // namespace headscope
