// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parity/parity_axes.h"

#include "core/error.h"

#include <algorithm>

namespace headscope {
namespace {

/// Each run once for every value of an axis.
template <class Value>
void multiply(std::vector<InspectionRequest>& runs, Value InspectionRequest::*member, const std::vector<Value>& values)
{
    if (values.empty())
        return;
    std::vector<InspectionRequest> result;
    for (const InspectionRequest& run : runs)
        for (const Value& value : values)
            result.emplace_back(run).*member = value;
    runs = std::move(result);
}

/// Without the choices that the backend would refuse.
InspectionRequest withoutOthersChoices(InspectionRequest run)
{
    if (run.backend != Backend::Bridge)
        run.bridgeMode = BridgeMode::Plain;
    if (run.backend != Backend::Bridge && run.backend != Backend::Hooked)
        run.sentinel = SentinelChoice::BackendDefault;
    if (run.backend != Backend::Hooked && run.bridgeMode != BridgeMode::Compat)
        run.processing = {};
    return run;
}

} // namespace

ParityRequest crossed(const InspectionRequest& common, const ParityAxes& axes)
{
    std::vector<InspectionRequest> others{common};
    multiply(others, &InspectionRequest::attention, axes.attentions);
    multiply(others, &InspectionRequest::device, axes.devices);
    multiply(others, &InspectionRequest::dtype, axes.dtypes);
    multiply(others, &InspectionRequest::padding, axes.paddings);
    multiply(others, &InspectionRequest::mask, axes.masks);
    multiply(others, &InspectionRequest::positions, axes.positions);
    ParityRequest result;
    for (const InspectionRequest& other : others) {
        const std::size_t first = result.runs.size();
        std::vector<InspectionRequest> group{other};
        multiply(group, &InspectionRequest::backend, axes.backends);
        for (InspectionRequest& run : group) {
            result.runs.push_back(withoutOthersChoices(std::move(run)));
            result.references.push_back(group.size() > 1 ? first : 0);
        }
    }
    return result;
}

void requireTakenChoices(const InspectionRequest& common, const std::vector<InspectionRequest>& runs)
{
    const auto require = [&](auto member, const char* expected) {
        const auto took = [&](const InspectionRequest& run) { return run.*member == common.*member; };
        if (common.*member == InspectionRequest{}.*member || std::any_of(runs.begin(), runs.end(), took))
            return;
        std::string message = expected;
        for (std::size_t run = 0; run < runs.size(); ++run)
            message.append(run == 0 ? "" : ",").append(spell(runs[run].backend));
        throw Error(Fault::BadInput, message);
    };
    require(&InspectionRequest::bridgeMode, "--bridge-mode: expected bridge among the backends, found ");
    require(&InspectionRequest::sentinel, "--sentinel: expected bridge or hooked among the backends, found ");
    require(&InspectionRequest::processing,
        "--processing: expected hooked, or bridge with --bridge-mode compat, among the backends; found ");
}

} // namespace headscope
