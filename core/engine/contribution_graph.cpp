// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/contribution_graph.h"

#include "core/engine/edits.h"
#include "core/engine/memory_estimate.h"
#include "core/engine/ops.h"
#include "core/engine/planned_run.h"
#include "core/engine/sequence_graph.h"
#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace headscope {
namespace {

Error refused(const std::string& what) { return {Fault::BadInput, "contribution graph: " + what}; }

/// The values' bias [G, d]; undefined without one.
at::Tensor valueBias(const LayerWeights& part, const ModelConfig& config)
{
    const std::int64_t groups = config.keyValueHeads, d = config.headWidth;
    if (!part.qkv.defined())
        return part.value.bias.defined() ? part.value.bias.view({groups, d}) : at::Tensor();
    if (!part.qkv.bias.defined())
        return {};
    return config.architecture->qkv == QkvLayout::JointByHead
        ? part.qkv.bias.view({config.heads, 3 * d}).narrow(1, 2 * d, d)
        : part.qkv.bias.narrow(0, 2 * config.width, config.width).view({groups, d});
}

/// W_O of every head, with the weight of a norm behind it: [H, d, D] float32 on the host.
at::Tensor outputWeight(const LayerWeights& part, const ModelConfig& config, const BackendPolicies& policies)
{
    at::Tensor weight = narrowOnHost(part.output.weight);
    if (part.output.layout == ProjectionLayout::OutIn)
        weight = weight.t();
    if (config.architecture->normPlace == NormPlace::Around && part.postNorm1.weight.defined()) {
        const bool offset = config.architecture->norm == NormKind::RmsOffset && !policies.plainNorms;
        weight = at::mul(weight, at::add(narrowOnHost(part.postNorm1.weight), offset ? 1.0 : 0.0));
    }
    return weight.contiguous().view({config.heads, config.headWidth, config.width});
}

/// Hears one pass and takes each layer's sums apart as they come.
class GraphProbe {
public:
    GraphProbe(const PlannedRun& plan, const LoadedModel& model, const ContributionGraphRequest& request,
        const std::stop_token& stop, const std::function<void(std::size_t, std::size_t)>& onLayer)
        : config_(model.config())
        , policies_(plan.policies)
        , model_(model)
        , stop_(stop)
        , onLayer_(onLayer)
    {
        for (std::size_t row = 0; row < plan.inputs.tokens.size(); ++row)
            sequences_.emplace_back(row, plan.inputs.tokens[row], request, config_);
    }

    /// Behind the edits, so that what they make is seen. This object must outlive the handles.
    void listen(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles)
    {
        const auto keep = [&](HookPoint point, at::Tensor LayerParts::*place) {
            each(point, hooks, handles, [this, place](std::size_t, const at::Tensor& value) { parts_.*place = value; });
        };
        keep(HookPoint::ResidPre, &LayerParts::before);
        keep(HookPoint::Value, &LayerParts::values);
        keep(HookPoint::Pattern, &LayerParts::pattern);
        keep(HookPoint::PostNorm1Scale, &LayerParts::normScale);
        keep(HookPoint::MlpOut, &LayerParts::mlp);
        each(HookPoint::ResidMid, hooks, handles, [this](std::size_t layer, const at::Tensor& value) {
            parts_.mid = value;
            addAttention(layer, value);
        });
        each(HookPoint::ResidPost, hooks, handles, [this](std::size_t layer, const at::Tensor& value) {
            if (config_.parallelResidual)
                addAttention(layer, value);
            else
                addMlp(layer, value);
            parts_ = {};
            onLayer_(layer + 1, static_cast<std::size_t>(config_.layers));
        });
    }

    std::vector<ContributionGraph> take()
    {
        std::vector<ContributionGraph> result;
        for (SequenceGraph& sequence : sequences_)
            result.push_back(sequence.take());
        return result;
    }

private:
    using Hear = std::function<void(std::size_t layer, const at::Tensor& value)>;

    void each(HookPoint point, HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, const Hear& hear) const
    {
        if (!fires(point, config_, HookVocabulary::Decoder))
            return;
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(config_.layers); ++layer)
            handles.push_back(hooks.observe(hookName(point, layer),
                [hear, layer](const std::string&, const at::Tensor& value) { hear(layer, value); }));
    }

    void pause() const
    {
        if (stop_.stop_requested())
            throw Cancelled{};
    }

    void addAttention(std::size_t layer, const at::Tensor& sums)
    {
        requireFinite(layer, sums);
        const LayerWeights& part = model_.weightsReadSoFar().layers[layer];
        const at::Tensor bias = valueBias(part, config_);
        const HeadWeights weights{
            outputWeight(part, config_, policies_), bias.defined() ? narrowOnHost(bias) : at::Tensor()};
        for (SequenceGraph& sequence : sequences_) {
            sequence.addAttention(parts_, sums, weights, [this] { return !stop_.stop_requested(); });
            pause();
        }
    }

    void addMlp(std::size_t layer, const at::Tensor& sums)
    {
        requireFinite(layer, sums);
        for (SequenceGraph& sequence : sequences_) {
            sequence.addMlp(parts_, sums);
            pause();
        }
    }

    static void requireFinite(std::size_t layer, const at::Tensor& sums)
    {
        if (!at::isfinite(sums).all().item<bool>())
            throw refused("expected finite numbers in the residual stream, found NaN or infinity in layer "
                + std::to_string(layer));
    }

    const ModelConfig& config_;
    const BackendPolicies& policies_;
    const LoadedModel& model_;
    const std::stop_token& stop_;
    const std::function<void(std::size_t, std::size_t)>& onLayer_;
    LayerParts parts_; ///< of the layer in progress
    std::vector<SequenceGraph> sequences_;
};

InspectionRequest lean(InspectionRequest run)
{
    run.attention = AttentionKind::Eager; // fused kernels tell no pattern
    run.keepPatterns = run.keepScores = run.keepLogits = false;
    run.hooks.clear();
    return run;
}

void requireSums(const PlannedRun& plan, const EditSet& edits)
{
    const ModelConfig& config = plan.config();
    const Architecture& family = *config.architecture;
    const bool linear = family.normPlace == NormPlace::Before
        || (family.normPlace == NormPlace::Around && family.norm != NormKind::Layer);
    if (!linear)
        throw refused("expected a decoder that normalises before its blocks, found " + family.family
            + ", which normalises what they add up to");
    for (const HookPoint point : {HookPoint::Mixed, HookPoint::Result, HookPoint::PostNorm1Scale,
             HookPoint::PostNorm1Normalized, HookPoint::AttentionOut, HookPoint::ResidMid, HookPoint::ResidPost})
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(config.layers); ++layer)
            if (const std::string name = hookName(point, layer); edits.touches(name))
                throw refused("expected no edit between attention's pattern and the residual stream, found one of "
                    + name + ": the stream would be no sum of its terms");
}

std::uint64_t requireFewTokens(const ContributionGraphRequest& request, const PlannedRun& plan)
{
    std::uint64_t bytes = 0;
    const auto layers = static_cast<std::uint64_t>(plan.config().layers),
               heads = static_cast<std::uint64_t>(plan.config().heads);
    for (std::size_t row = 0; row < plan.inputs.tokens.size(); ++row) {
        const auto& tokens = plan.inputs.tokens[row];
        const auto count = static_cast<std::uint64_t>(
            std::count_if(tokens.begin(), tokens.end(), [](const Token& token) { return !token.padding; }));
        if (count > mostGraphTokens)
            throw refused("expected at most " + std::to_string(mostGraphTokens) + " tokens in a prompt, found "
                + std::to_string(count) + " in prompt " + std::to_string(row));
        const std::uint64_t heard = request.everyHead ? heads * sizeof(float) : 0;
        bytes += layers * count * count * (sizeof(float) + sizeof(std::uint16_t) + heard);
    }
    return bytes;
}

const LoadedModel& load(const PlannedRun& plan, std::uint64_t result, ModelKeeper& keeper, const std::stop_token& stop)
{
    const WeightRecipe recipe = recipeFor(plan.policies);
    const bool loaded = keeper.holds(*plan.description, recipe, plan.placement.dtype);
    if (!loaded)
        keeper.drop(); // the old weights go before the new ones come, and count as free
    const auto batch = static_cast<std::uint64_t>(plan.inputs.ids.size(0)),
               length = static_cast<std::uint64_t>(plan.inputs.ids.size(1)),
               heads = static_cast<std::uint64_t>(plan.config().heads);
    const auto estimate = estimateMemory(*plan.description, plan.request, batch, length);
    const std::uint64_t layer = 2 * heads * length * length * sizeof(float); // one pattern, one layer's terms
    const std::uint64_t graph = result + batch * layer;
    const std::uint64_t model = plan.placement.front().is_cpu() ? (loaded ? estimate.run : estimate.total()) : 0;
    requireMemory(model + graph, plan.inputs); // of another device the model's part is its allocator's business
    return keeper.require(plan.description, recipe, plan.placement, [&](std::size_t, std::size_t) {
        if (stop.stop_requested())
            throw Cancelled{};
    });
}

} // namespace

ContributionGraphs computeContributionGraphs(const ContributionGraphRequest& request, ModelKeeper& keeper,
    const std::stop_token& stop, const std::function<void(std::size_t, std::size_t)>& onLayer)
{
    const c10::InferenceMode inference;
    const PlannedRun plan = planRun(lean(request.run));
    const EditSet edits(plan.request.edits, plan.config(), plan.policies, plan.inputs.mask.padding());
    requireSums(plan, edits);
    const LoadedModel& model = load(plan, requireFewTokens(request, plan), keeper, stop);
    // Native tells less, but computes the same.
    const bool little = plan.policies.hooks == HookVocabulary::HuggingFace;
    HookRegistry hooks(little ? HookVocabulary::Decoder : plan.policies.hooks);
    GraphProbe probe(plan, model, request, stop, onLayer);
    std::vector<HookRegistry::Handle> handles;
    edits.addTo(hooks, handles);
    probe.listen(hooks, handles);
    onLayer(0, static_cast<std::size_t>(plan.config().layers));
    ForwardPass pass(model, plan.policies, hooks, stop, {AttentionKind::Eager, false, false});
    pass.hidden(plan.inputs, [&](std::size_t, const LayerOutcome&) { plan.description->requireIntact(); });
    return {.header = headerOf(plan), .sequences = probe.take()};
}

} // namespace headscope
