// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/observed_run.h"

#include "core/engine/edits.h"
#include "core/engine/memory_estimate.h"
#include "core/error.h"

namespace headscope {

at::Tensor observe(const PlannedRun& run, ModelKeeper& keeper, const std::map<std::string, CanonicalHook>& hooks,
    const RunObserver& observer, const std::stop_token& stop)
{
    const WeightRecipe recipe = recipeFor(run.policies);
    const bool loaded = keeper.holds(*run.description, recipe, run.placement.dtype);
    if (!loaded)
        keeper.drop(); // the old weights go before the new ones come, and count as free
    InspectionRequest request = run.request;
    request.keepPatterns = request.keepScores = false;
    const auto estimate = estimateMemory(*run.description, request, static_cast<std::uint64_t>(run.inputs.ids.size(0)),
        static_cast<std::uint64_t>(run.inputs.ids.size(1)));
    if (run.placement.front().is_cpu())
        requireMemory(loaded ? estimate.run : estimate.total(), run.inputs);
    const LoadedModel& model = keeper.require(run.description, recipe, run.placement, [&](std::size_t, std::size_t) {
        if (stop.stop_requested())
            throw Cancelled{};
    });

    HookRegistry registry(run.policies.hooks);
    std::vector<HookRegistry::Handle> handles;
    const EditSet edits(run.request.edits, run.config(), run.policies, run.inputs.mask.padding());
    edits.addTo(registry, handles);
    for (const auto& each : hooks)
        handles.push_back(
            registry.observe(each.first, [&observer, &hook = each.second](const std::string&, const at::Tensor& value) {
                observer.onHook(hook, value);
            }));
    ForwardPass pass(model, run.policies, registry, stop, {run.request.attention, false, false});
    const at::Tensor hidden = pass.hidden(run.inputs, [&](std::size_t layer, const LayerOutcome&) {
        run.description->requireIntact();
        if (observer.onLayer)
            observer.onLayer(layer + 1);
    });
    if (stop.stop_requested())
        throw Cancelled{};
    const at::Tensor logits = pass.logits(hidden);
    run.description->requireIntact();
    return logits;
}

} // namespace headscope
