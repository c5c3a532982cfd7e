// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/planned_run.h"

#include "core/engine/memory_estimate.h"
#include "core/error.h"
#include "core/run/system_info.h"

namespace headscope {

std::uint64_t promptHash(const std::vector<std::vector<Token>>& tokens)
{
    std::uint64_t hash = 14695981039346656037ULL; // FNV-1a
    const auto mix = [&](std::uint64_t value) {
        for (int byte = 0; byte < 8; ++byte)
            hash = (hash ^ ((value >> (8 * byte)) & 0xFF)) * 1099511628211ULL;
    };
    for (const auto& row : tokens)
        for (const Token& token : row) {
            mix(static_cast<std::uint64_t>(token.id));
            mix(token.padding);
        }
    return hash;
}

PlannedRun planRun(const InspectionRequest& request, bool takesPositions)
{
    PlannedRun run{.request = request,
        .description = describeModel(request.model),
        .placement = PlacementChange(parseDevices(request.device, "--device"), request.dtype).appliedTo(Placement{}),
        .policies = {},
        .inputs = {},
        .takesPositions = takesPositions};
    run.policies = policiesFor(request, run.config());
    run.inputs = makeInputs(request, *run.description, run.policies, takesPositions);
    return run;
}

RunHeader headerOf(const PlannedRun& run)
{
    const auto estimate = estimateMemory(*run.description, run.request,
        static_cast<std::uint64_t>(run.inputs.ids.size(0)), static_cast<std::uint64_t>(run.inputs.ids.size(1)));
    return {.request = run.request,
        .model = run.description->info(),
        .tokens = run.inputs.tokens,
        .device = run.placement.deviceText(),
        .emulates = run.policies.emulates,
        .noReference = run.policies.noReference.empty() ? run.inputs.noReference : run.policies.noReference,
        .maskForm = run.inputs.mask.form(),
        .positionsUsed = run.inputs.positionsUsed,
        .estimatedBytes = estimate.total(),
        .versions = libraryVersions(),
        .promptHash = promptHash(run.inputs.tokens)};
}

void requireMemory(std::uint64_t bytes, const ModelInputs& inputs)
{
    const std::uint64_t available = availableMemory();
    if (bytes > available)
        throw Error(Fault::OutOfMemory,
            "this run needs about " + byteText(bytes) + " for " + std::to_string(inputs.ids.size(0)) + " × "
                + std::to_string(inputs.ids.size(1)) + " tokens, but only " + byteText(available) + " are free");
}

} // namespace headscope
