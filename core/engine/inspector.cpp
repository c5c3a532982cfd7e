// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/inspector.h"

#include "core/engine/edits.h"
#include "core/engine/memory_estimate.h"
#include "core/engine/planned_run.h"
#include "core/engine/prefix_reuse.h"
#include "core/engine/spilled_tensor.h"
#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <optional>

namespace headscope {
namespace {

void requireMatches(const InspectionRequest& request, const ModelConfig& config, HookVocabulary vocabulary)
{
    for (const std::string& glob : request.hooks)
        if (matchingHooks(glob, config, vocabulary).empty())
            throw Error(Fault::BadInput,
                "--hooks: '" + glob + "' matches no hook of this model and backend; expected names such as "
                    + hookName(HookPoint::Pattern, 0) + " or blocks.*.hook_resid_post"
                    + (vocabulary == HookVocabulary::HuggingFace
                            ? " (native tells only these; --backend tapped tells all)"
                            : ""));
}

/// Collects the hook values that a request names; of edited ones what they were before as well.
class HookCollector {
public:
    using Values = std::vector<std::pair<std::string, at::Tensor>>;

    HookCollector(const InspectionRequest& request, std::optional<at::Device> device)
        : globs_(request.hooks)
        , device_(device)
    {
    }

    void observeBefore(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, const EditSet& edits)
    {
        for (const std::string& glob : globs_)
            handles.push_back(hooks.observe(glob, [this, &edits](const std::string& name, const at::Tensor& value) {
                if (edits.touches(name))
                    keep(name + ".before_edit", value);
            }));
    }

    void observeAfter(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles)
    {
        for (const std::string& glob : globs_)
            handles.push_back(
                hooks.observe(glob, [this](const std::string& name, const at::Tensor& value) { keep(name, value); }));
    }

    Values take() { return std::exchange(seen_, {}); }

private:
    /// A view of something larger (q, k and v of a joint projection) would keep all of that alive.
    void keep(const std::string& name, const at::Tensor& value)
    {
        if (std::any_of(seen_.begin(), seen_.end(), [&](const auto& each) { return each.first == name; }))
            return; // two globs may match one name
        const at::Tensor there = device_ ? value.to(*device_) : value;
        seen_.emplace_back(name, there.nbytes() < there.storage().nbytes() ? there.contiguous() : there);
    }

    const std::vector<std::string>& globs_;
    std::optional<at::Device> device_; ///< where captures are kept; none: where they were computed
    Values seen_;
};

/// Sends q, k and v to a temporary file once there are more of them than memory is meant for.
class Spill {
public:
    explicit Spill(std::uint64_t budget)
        : budget_(budget)
    {
    }

    void operator()(LayerOutcome& outcome)
    {
        for (at::Tensor* tensor : {&outcome.query, &outcome.key, &outcome.value}) {
            if (!tensor->defined() || !tensor->is_cpu())
                continue;
            if (kept_ + tensor->nbytes() > budget_)
                *tensor = spilled(*tensor).tensor;
            else
                kept_ += tensor->nbytes();
        }
    }

private:
    std::uint64_t budget_, kept_ = 0;
};

} // namespace

void Inspector::inspect(RunId run, const InspectionRequest& request, std::stop_token stop, RunListener& listener)
{
    const c10::InferenceMode inference;
    inspect(run, planRun(request), std::move(stop), listener);
}

void Inspector::inspect(RunId run, const PlannedRun& plan, std::stop_token stop, RunListener& listener)
{
    const c10::InferenceMode inference;
    const auto& [request, description, placement, policies, inputs, takesPositions] = plan;
    std::optional<at::Device> cacheDevice;
    if (!request.cacheDevice.empty())
        cacheDevice = parseDevice(request.cacheDevice, "--cache-device");
    requireMatches(request, description->config(), policies.hooks);
    const EditSet edits(request.edits, description->config(), policies, inputs.mask.padding());

    const auto estimate = estimateMemory(*description, request, static_cast<std::uint64_t>(inputs.ids.size(0)),
        static_cast<std::uint64_t>(inputs.ids.size(1)));
    const WeightRecipe recipe = recipeFor(policies);
    const bool loaded = keeper_.holds(*description, recipe, placement.dtype);
    const bool comparable
        = loaded && last_ && last_->shared().recipe == recipe && last_->header().device == placement.deviceText();
    const std::int64_t reused = comparable ? reusablePrefix(*last_, request, inputs, *description) : 0;
    if (!reused)
        last_.reset();
    const std::shared_ptr<const TensorCapture> before = last_; // stays the last one should this run be cancelled
    if (!loaded)
        keeper_.drop(); // the old weights go before the new ones come, and count as free
    const bool onHost = placement.front().is_cpu();
    if (onHost || (cacheDevice && cacheDevice->is_cpu())) // another device's memory is its allocator's business
        requireMemory(loaded || !onHost ? estimate.run : estimate.total(), inputs);
    const LoadedModel& model
        = keeper_.require(description, recipe, placement, [&](std::size_t done, std::size_t total) {
              if (stop.stop_requested())
                  throw Cancelled{};
              listener.onProgress(run, {Progress::Step::Loading, done, total});
          });

    auto shared = std::make_shared<TensorCapture::Shared>();
    shared->recipe = recipe;
    shared->header = headerOf(plan);
    shared->header.reusedTokens = static_cast<std::size_t>(reused);
    shared->inputs = inputs;
    shared->policies = policies;
    shared->model = description;
    shared->queue = queue_;
    shared->reader = std::make_unique<AttentionReader>(description->config(), shared->policies, inputs.mask);

    HookRegistry hooks(policies.hooks);
    HookCollector collector(request, cacheDevice);
    std::vector<HookRegistry::Handle> handles;
    collector.observeBefore(hooks, handles, edits);
    edits.addTo(hooks, handles);
    collector.observeAfter(hooks, handles);
    ForwardPass pass(model, policies, hooks, stop, {request.attention, request.keepPatterns, request.keepScores});
    shared->unembedding = pass.unembedding();
    std::shared_ptr<const TensorCapture> capture = std::make_shared<const TensorCapture>(shared);
    listener.onStarted(run, capture);

    const auto layers = static_cast<std::size_t>(description->config().layers);
    listener.onProgress(run, {Progress::Step::Layers, 0, layers});
    const auto kept
        = [&](const at::Tensor& value) { return value.defined() && cacheDevice ? value.to(*cacheDevice) : value; };
    Spill spill(request.cacheBudget ? request.cacheBudget : availableMemory() / 2);
    const auto onLayer = [&](std::size_t layer, LayerOutcome outcome) {
        description->requireIntact();
        for (at::Tensor* tensor : {&outcome.pattern, &outcome.scores, &outcome.query, &outcome.key, &outcome.value})
            *tensor = kept(*tensor);
        spill(outcome);
        capture = reused ? capture->with(joined(before->layers()[layer], reused, std::move(outcome)), collector.take())
                         : capture->with(std::move(outcome), collector.take());
        listener.onLayer(run, capture, LayerId{layer});
        listener.onProgress(run, {Progress::Step::Layers, layer + 1, layers});
    };
    const Prefix prefix = reused ? prefixOf(before, reused) : Prefix{};
    const at::Tensor hidden
        = reused ? pass.hidden(inputsFrom(inputs, reused), onLayer, &prefix) : pass.hidden(inputs, onLayer);
    TensorCapture::Ending ending;
    if (request.keepLogits || hooks.edits(HookPoint::UnembedOut)) {
        if (stop.stop_requested())
            throw Cancelled{};
        listener.onProgress(run, {Progress::Step::Unembedding, layers, layers});
        ending.logits = kept(pass.logits(hidden));
    } else if (hidden.defined()) {
        ending.hidden = reused ? joined(before->ending().hidden, reused, kept(hidden)) : std::vector{kept(hidden)};
    }
    description->requireIntact();
    capture = capture->ended(std::move(ending), collector.take());
    last_ = leavesPrefix(request) ? capture : nullptr;
    listener.onFinished(run, capture);
}

Outlook makeOutlook(const InspectionRequest& request)
{
    const auto model = describeModel(request.model);
    Outlook outlook{.model = model->info(),
        .tokenCounts = {},
        .length = 0,
        .estimatedBytes = 0,
        .availableBytes = availableMemory()};
    for (const Encoding& encoding : encodePrompts(request, *model)) {
        outlook.tokenCounts.push_back(encoding.ids.size());
        outlook.length = std::max(outlook.length, encoding.ids.size());
    }
    outlook.estimatedBytes = estimateMemory(*model, request, outlook.tokenCounts.size(), outlook.length).total();
    return outlook;
}

} // namespace headscope
