// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/inspector.h"

#include "core/engine/memory_estimate.h"
#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace headscope {
namespace {

void requireMemory(std::uint64_t needed, const ModelInputs& inputs)
{
    const std::uint64_t available = availableMemory();
    if (needed > available)
        throw Error(Fault::OutOfMemory,
            "this run needs about " + byteText(needed) + " for " + std::to_string(inputs.ids.size(0)) + " × "
                + std::to_string(inputs.ids.size(1)) + " tokens, but only " + byteText(available) + " are free");
}

void requireMatches(const InspectionRequest& request, const ModelConfig& config)
{
    for (const std::string& glob : request.hooks) {
        const bool found = std::any_of(allHookPoints().begin(), allHookPoints().end(), [&](HookPoint point) {
            if (!fires(point, *config.architecture))
                return false;
            const std::size_t layers = isLayerHook(point) ? static_cast<std::size_t>(config.layers) : 1;
            for (std::size_t layer = 0; layer < layers; ++layer)
                if (globMatches(glob, hookName(point, layer)))
                    return true;
            return false;
        });
        if (!found)
            throw Error(Fault::BadInput,
                "--hooks: '" + glob + "' matches no hook of this model; expected names such as "
                    + hookName(HookPoint::Pattern, 0) + " or blocks.*.hook_resid_post");
    }
}

/// A value as a capture keeps it: a view of something larger (q, k and v of a joint projection) would keep all of that
/// alive.
at::Tensor kept(const at::Tensor& value, at::Device device)
{
    const at::Tensor there = value.to(device);
    return there.nbytes() < there.storage().nbytes() ? there.contiguous() : there;
}

std::uint64_t fingerprint(const std::vector<std::vector<Token>>& tokens)
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

} // namespace

void Inspector::load(RunId run, const std::shared_ptr<const ModelDescription>& model, DType dtype, at::Device device,
    const std::stop_token& stop, RunListener& listener)
{
    weights_
        = std::make_unique<ModelWeights>(loadWeights(model, dtype, device, [&](std::size_t done, std::size_t total) {
              if (stop.stop_requested())
                  throw Cancelled{};
              listener.onProgress(run, {Progress::Step::Loading, done, total});
          }));
    model->requireIntact();
    if (model->info().storedDtype != spell(dtype)) // converted, so the mapped original is not needed any more
        for (const SafetensorsFile& file : model->files())
            file.forgetPages();
}

void Inspector::inspect(RunId run, const InspectionRequest& request, std::stop_token stop, RunListener& listener)
{
    const c10::InferenceMode inference;
    const auto model = describeModel(request.model);
    const at::Device device = parseDevice(request.device, "--device");
    const at::Device cacheDevice
        = request.cacheDevice.empty() ? device : parseDevice(request.cacheDevice, "--cache-device");
    requireMatches(request, model->config());
    ModelInputs inputs = makeInputs(request, *model);

    const auto estimate = estimateMemory(*model, request, static_cast<std::uint64_t>(inputs.ids.size(0)),
        static_cast<std::uint64_t>(inputs.ids.size(1)));
    const bool loaded = holds(model.get(), request.dtype, device);
    if (!loaded)
        weights_.reset(); // the old weights go before the new ones come, and count as free
    if (device.is_cpu() || cacheDevice.is_cpu()) // another device's memory is its allocator's business
        requireMemory(loaded || !device.is_cpu() ? estimate.run : estimate.total(), inputs);
    if (!loaded)
        load(run, model, request.dtype, device, stop, listener);

    auto shared = std::make_shared<EagerCapture::Shared>();
    shared->header = {.request = request,
        .model = model->info(),
        .tokens = std::move(inputs.tokens),
        .device = device.str(),
        .maskForm = inputs.mask.form(),
        .positionsUsed = inputs.positionsUsed,
        .estimatedBytes = estimate.total(),
        .versions = libraryVersions(),
        .promptHash = 0};
    shared->header.promptHash = fingerprint(shared->header.tokens);
    shared->mask = inputs.mask;
    shared->model = model;
    shared->queue = queue_;
    std::shared_ptr<const EagerCapture> capture = std::make_shared<const EagerCapture>(shared);
    listener.onStarted(run, capture);

    HookRegistry hooks;
    std::vector<std::pair<std::string, at::Tensor>> seen;
    std::vector<HookRegistry::Handle> handles;
    for (const std::string& glob : request.hooks)
        handles.push_back(hooks.add(glob, [&](const std::string& name, const at::Tensor& value) {
            const auto same = [&](const auto& each) { return each.first == name; };
            if (std::none_of(seen.begin(), seen.end(), same)) // two globs may match one name
                seen.emplace_back(name, kept(value, cacheDevice));
        }));

    const auto layers = static_cast<std::size_t>(model->config().layers);
    listener.onProgress(run, {Progress::Step::Layers, 0, layers});
    ForwardPass pass(*weights_, hooks, stop, request.keepScores);
    const auto onLayer = [&](std::size_t layer, LayerOutcome outcome) {
        model->requireIntact();
        outcome.pattern = request.keepPatterns ? outcome.pattern.to(cacheDevice) : at::Tensor();
        if (outcome.scores.defined())
            outcome.scores = outcome.scores.to(cacheDevice);
        capture = capture->with(std::move(outcome), std::exchange(seen, {}));
        listener.onLayer(run, capture, LayerId{layer});
        listener.onProgress(run, {Progress::Step::Layers, layer + 1, layers});
    };
    const at::Tensor logits = pass.run(inputs, onLayer, [&] {
        listener.onProgress(run, {Progress::Step::Unembedding, layers, layers});
    });
    model->requireIntact();
    capture = capture->withLogits(logits.to(cacheDevice), std::exchange(seen, {}));
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
