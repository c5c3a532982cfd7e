// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/parity_run.h"

#include "core/engine/explainer.h"
#include "core/engine/parity_capture.h"
#include "core/error.h"
#include "core/run/prompt_text.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <map>

#include <sys/resource.h>

namespace headscope {
namespace {

std::uint64_t peakBytes()
{
    ::rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

/// One submitted comparison.
class Comparison {
public:
    Comparison(
        RunId run, const ParityRequest& request, EngineRoom& room, std::stop_token stop, ParityListener& listener)
        : run_(run)
        , request_(request)
        , room_(room)
        , stop_(std::move(stop))
        , listener_(listener)
        , hooks_(request.hooks.empty() ? defaultParityHooks() : request.hooks)
    {
    }

    std::shared_ptr<const ParityReport> compareAll()
    {
        requireSense();
        auto report = std::make_shared<ParityReport>();
        std::map<std::size_t, std::vector<std::size_t>> candidates; // by their reference
        for (std::size_t index = 0; index < request_.runs.size(); ++index)
            if (!request_.reference.empty())
                candidates[0].push_back(index);
            else if (request_.referenceOf(index) != index)
                candidates[request_.referenceOf(index)].push_back(index);
        std::size_t number = 0, total = 0;
        for (const auto& each : candidates)
            total += each.second.size() + (request_.reference.empty() ? 1 : 0);
        passes_ = std::max<std::size_t>(total, 1);
        for (const auto& [reference, others] : candidates) {
            const RecordedRun recorded = record(reference);
            for (const std::size_t candidate : others) {
                report->pairs.push_back(compare(recorded, candidate, number));
                listener_.onParityPair(run_, number++, report->pairs.back());
            }
            describeModelOf(recorded, *report);
        }
        report->peakBytes = peakBytes();
        return report;
    }

private:
    void requireSense() const
    {
        const auto refuse = [](const std::string& what) { throw Error(Fault::BadInput, "parity: " + what); };
        if (request_.runs.size() < (request_.reference.empty() ? 2U : 1U))
            refuse("expected at least two runs, or one and a reference; found " + std::to_string(request_.runs.size()));
        for (const InspectionRequest& each : request_.runs)
            if (each.model != request_.runs.front().model)
                refuse("expected runs of one model, found " + request_.runs.front().model + " and " + each.model);
        for (const std::string& glob : hooks_) {
            const auto model = describeModel(request_.runs.front().model);
            if (!request_.hooks.empty() && matchingHooks(glob, model->config(), HookVocabulary::Decoder).empty())
                throw Error(Fault::BadInput,
                    "--hooks: '" + glob + "' matches no hook of this model; expected names such as "
                        + hookName(HookPoint::Pattern, 0) + " or blocks.*.hook_resid_post");
        }
    }

    void describeModelOf(const RecordedRun& recorded, ParityReport& report) const
    {
        const RunHeader header = headerOf(recorded.plan());
        report.model = request_.runs.front().model;
        report.modelName = header.model.name;
        report.versions = header.versions;
        for (std::size_t row = 0; row < request_.runs.front().prompts.size(); ++row)
            report.prompts.push_back(promptText(request_.runs.front(), row));
        report.inputs = request_.runs.front().inputs.empty() && report.prompts.empty()
            ? request_.reference.string()
            : request_.runs.front().inputs.string();
    }

    void tell(const std::string& what, std::size_t layer, std::size_t layers)
    {
        const double within = layers ? static_cast<double>(layer) / static_cast<double>(layers) : 0;
        listener_.onParityProgress(run_,
            {what + ": layer " + std::to_string(layer) + " of " + std::to_string(layers),
                std::min(
                    1.0, (static_cast<double>(done_) + within) / static_cast<double>(std::max(passes_, done_ + 1)))});
    }

    /// The request of a run, with the reference's inputs where it brings none of its own.
    InspectionRequest requestOf(std::size_t index) const
    {
        InspectionRequest request = request_.runs[index];
        if (request.prompts.empty() && request.inputs.empty())
            request.inputs = request_.reference;
        return request;
    }

    RecordedRun record(std::size_t index)
    {
        if (!request_.reference.empty())
            return RecordedRun::ofDump(request_.reference, requestOf(0), hooks_);
        RecordedRun recorded(planRun(requestOf(index)));
        const auto layers = static_cast<std::size_t>(recorded.plan().config().layers);
        const std::string label = request_.labelOf(index);
        const RunObserver observer{
            [&](const CanonicalHook& hook, const at::Tensor& value) { recorded.add(hook.name, value); },
            [&](std::size_t layer) { tell(label, layer, layers); }};
        const at::Tensor logits
            = observe(recorded.plan(), room_.keeper, observable(recorded.plan(), hooks_), observer, stop_);
        if (logits.defined())
            recorded.add("logits", logits);
        ++done_;
        return recorded;
    }

    PairedOutcome runBesideReference(
        const RecordedRun& reference, const PlannedRun& candidate, const std::string& label, PairedOptions options)
    {
        const auto layers = static_cast<std::size_t>(candidate.config().layers);
        options.onLayer = [&](std::size_t layer) { tell(label, layer, layers); };
        PairedOutcome outcome = runBeside(reference, candidate, request_, hooks_, room_.keeper, options, stop_);
        ++done_;
        return outcome;
    }

    std::shared_ptr<const ParityPair> compare(const RecordedRun& reference, std::size_t index, std::size_t number)
    {
        const PlannedRun candidate = planCandidate(reference, index);
        const std::string label = request_.labelOf(index);
        RecordedRun kept(candidate);
        PairedOptions options;
        options.pictures = request_.pictures;
        options.record = request_.keepPatterns ? &kept : nullptr;
        options.onRows = [&](const std::vector<ParityRow>& rows) { listener_.onParityRows(run_, number, rows); };
        const PairedOutcome outcome = runBesideReference(reference, candidate, label, options);
        const auto compared = std::any_of(outcome.rows.begin(), outcome.rows.end(),
            [](const ParityRow& row) { return row.verdict.kind != VerdictKind::NotCompared; });
        if (!compared)
            throw Error(Fault::BadInput,
                "parity: " + label + ": nothing was compared: expected hooks or logits that both sides tell, found none"
                    + (outcome.notCompared.empty() ? ""
                                                   : " (" + outcome.notCompared.front().first + ": "
                                + outcome.notCompared.front().second + ")"));

        auto pair = std::make_shared<ParityPair>();
        pair->reference = sideOf(reference,
            request_.reference.empty() ? request_.labelOf(request_.referenceOf(index))
                                       : request_.reference.filename().string());
        pair->candidate = sideOf(kept, label);
        pair->reference.firstNonFinite = outcome.referenceNonFinite;
        pair->candidate.firstNonFinite = outcome.candidateNonFinite;
        pair->rows = outcome.rows;
        pair->notCompared = outcome.notCompared;
        pair->logits = outcome.logits;
        pair->pictures = outcome.pictures;
        if (request_.keepPatterns) {
            pair->reference.capture = captureOf(reference, room_.queue);
            pair->candidate.capture = captureOf(kept, room_.queue);
        }
        explain(reference, candidate, outcome, label, *pair);
        return pair;
    }

    /// By its own rule of positions, unless a dump's were asked for: where the two differ is what aligning is for.
    PlannedRun planCandidate(const RecordedRun& reference, std::size_t index) const
    {
        const InspectionRequest request = requestOf(index);
        const bool dumps = reference.isDump() && request.inputs == request_.reference && request.prompts.empty();
        return planRun(request, !dumps || reference.positionsGiven());
    }

    ParitySide sideOf(const RecordedRun& recorded, const std::string& label) const
    {
        const RunHeader header = headerOf(recorded.plan());
        ParitySide side{.label = label, .system = {}, .provenance = provenance(header)};
        side.system = recorded.isDump() ? recorded.system()
                                        : "emulates " + header.emulates
                + (header.noReference.empty() ? "" : " (extension: no reference, " + header.noReference + ")");
        if (recorded.isDump())
            side.provenance = request_.reference.filename().string() + ": " + recorded.system();
        return side;
    }

    void explain(const RecordedRun& reference, const PlannedRun& candidate, const PairedOutcome& outcome,
        const std::string& label, ParityPair& pair)
    {
        const auto again = [&](const PlannedRun& run, bool full, const std::string& reasons) {
            ++passes_;
            return runBesideReference(reference, run, label + ", aligned " + reasons,
                {.full = full, .pictures = 0, .record = nullptr, .onRows = {}, .onLayer = {}});
        };
        if (request_.explain) {
            Explainer(reference, candidate, outcome, again).explain(pair);
            return;
        }
        judge(pair);
    }

    RunId run_;
    const ParityRequest& request_;
    EngineRoom& room_;
    std::stop_token stop_;
    ParityListener& listener_;
    std::vector<std::string> hooks_;
    std::size_t done_ = 0, passes_ = 1; ///< forward passes, those known of so far
};

} // namespace

void compareRuns(
    RunId run, const ParityRequest& request, EngineRoom& room, const std::stop_token& stop, ParityListener& listener)
{
    const c10::InferenceMode inference;
    listener.onParityFinished(run, Comparison(run, request, room, stop, listener).compareAll());
}

} // namespace headscope
