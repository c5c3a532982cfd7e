// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/logit_difference.h"

#include "core/engine/attribution.h"
#include "core/engine/edits.h"
#include "core/engine/head_cut.h"
#include "core/engine/memory_estimate.h"
#include "core/engine/planned_run.h"
#include "core/engine/prompt_batches.h"
#include "core/error.h"
#include "core/run/system_info.h"
#include "core/text/token_text.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace headscope {
namespace {

/// Logits of one row per prompt.
struct AnswerLogits {
    at::Tensor all; ///< [B, V] float64 on the host, as the model tells them
    at::Tensor beforeCap; ///< [B, V] likewise
};

/// One request of the list over the whole set.
class SetRun {
public:
    SetRun(const LogitDifferenceRequest& request, InspectionRequest run, const std::vector<ExampleAnswers>& answers,
        ModelKeeper& keeper, const std::stop_token& stop, std::function<void(std::size_t)> onPrompts);

    LogitDifferenceRun compute();

private:
    using Watch = std::function<void(HookRegistry&, std::vector<HookRegistry::Handle>&)>;

    PromptBatches encodeAll() const;
    RunHeader header() const;
    /// Means of heads of one layer in a run with those of the layers before it cut.
    HeadValues meansBehind(const std::vector<HeadPlace>& heads, const HeadValues& earlier) const;
    void requireRoom() const;
    void load();
    PromptBatch batch(const PromptBatches& prompts, std::size_t first) const
    {
        return prompts.at(first, request_, run_, *description_, policies_);
    }
    /// \param watch adds hooks that run after the request's own edits.
    AnswerLogits pass(const PromptBatch& batch, const Watch& watch) const;
    AnswerScore score(const AnswerLogits& logits, std::size_t row, std::size_t example) const;
    void read(const PromptBatch& batch, LogitDifferenceRun& result, HeadMeans& means) const;
    void readCut(const PromptBatch& batch, const HeadValues& values, LogitDifferenceRun& result) const;

    const LogitDifferenceRequest& request_;
    InspectionRequest run_;
    const std::vector<ExampleAnswers>& answers_;
    ModelKeeper& keeper_;
    const std::stop_token& stop_;
    std::function<void(std::size_t)> onPrompts_;
    std::shared_ptr<const ModelDescription> description_;
    Placement placement_;
    BackendPolicies policies_;
    PromptBatches prompts_;
    const LoadedModel* model_ = nullptr;
};

std::size_t batchSize(const LogitDifferenceRequest& request, const InspectionRequest& run)
{
    return run.edits.empty() ? std::max<std::size_t>(1, request.batch) : request.prompts.examples.size();
}

/// The heads whose means are wanted, layer by layer from the first on.
std::vector<std::vector<HeadPlace>> averagedLayers(const Ablation& ablation)
{
    std::map<std::size_t, std::vector<HeadPlace>> byLayer;
    if (ablation.method == AblationMethod::Mean)
        for (const HeadPlace& place : ablation.heads)
            byLayer[place.layer].push_back(place);
    std::vector<std::vector<HeadPlace>> result;
    for (auto& [layer, heads] : byLayer)
        result.push_back(std::move(heads));
    return result;
}

InspectionRequest lean(InspectionRequest run)
{
    run.keepPatterns = run.keepScores = run.keepLogits = false;
    return run;
}

SetRun::SetRun(const LogitDifferenceRequest& request, InspectionRequest run, const std::vector<ExampleAnswers>& answers,
    ModelKeeper& keeper, const std::stop_token& stop, std::function<void(std::size_t)> onPrompts)
    : request_(request)
    , run_(lean(std::move(run)))
    , answers_(answers)
    , keeper_(keeper)
    , stop_(stop)
    , onPrompts_(std::move(onPrompts))
    , description_(describeModel(run_.model))
    , placement_(PlacementChange(parseDevices(run_.device, "--device"), run_.dtype).appliedTo(Placement{}))
    , policies_(policiesFor(run_, description_->config()))
    , prompts_(encodeAll())
{
}

PromptBatches SetRun::encodeAll() const
{
    std::vector<Encoding> encodings;
    std::vector<std::string> wheres;
    for (const PromptExample& example : request_.prompts.examples) {
        encodings.push_back(encodePrompt(example.text(), example.where + ": prompt", run_, *description_));
        wheres.push_back(example.where);
    }
    return {std::move(encodings), std::move(wheres), batchSize(request_, run_)};
}

void SetRun::requireRoom() const
{
    if (!placement_.front().is_cpu()) // another device's memory is its allocator's business
        return;
    const auto estimate = estimateMemory(*description_, run_, prompts_.batchSize(), prompts_.length());
    const bool loaded = keeper_.holds(*description_, recipeFor(policies_), run_.dtype);
    const std::uint64_t needed = loaded ? estimate.run : estimate.total(), available = availableMemory();
    if (needed > available)
        throw Error(Fault::OutOfMemory,
            "this needs about " + byteText(needed) + " for batches of " + std::to_string(prompts_.batchSize()) + " × "
                + std::to_string(prompts_.length()) + " tokens, but only " + byteText(available)
                + " are free; --batch takes fewer at once");
}

void SetRun::load()
{
    const WeightRecipe recipe = recipeFor(policies_);
    if (!keeper_.holds(*description_, recipe, run_.dtype))
        keeper_.drop(); // the old weights go before the new ones come, and count as free
    requireRoom();
    model_ = &keeper_.require(description_, recipe, placement_, [this](std::size_t, std::size_t) {
        if (stop_.stop_requested())
            throw Cancelled{};
    });
}

AnswerLogits SetRun::pass(const PromptBatch& batch, const Watch& watch) const
{
    // Native tells less, but computes the same.
    const bool little = policies_.hooks == HookVocabulary::HuggingFace;
    const EditSet edits(run_.edits, model_->config(), policies_, batch.inputs.mask.padding());
    HookRegistry hooks(little ? HookVocabulary::Decoder : policies_.hooks);
    std::vector<HookRegistry::Handle> handles;
    edits.addTo(hooks, handles);
    watch(hooks, handles);
    ForwardPass forward(*model_, policies_, hooks, stop_, {run_.attention, false, false});
    const at::Tensor hidden = forward.hidden(batch.inputs, [](std::size_t, LayerOutcome) {});
    const at::Tensor plain = forward.unembedding().weights(rowsAt(hidden, batch.positions));
    AnswerLogits result{{}, wideOnHost(plain)};
    if (hooks.wants(HookPoint::UnembedOut))
        result.all = wideOnHost(rowsAt(forward.logits(hidden), batch.positions));
    else if (const double cap = model_->config().logitCap; cap > 0)
        result.all = wideOnHost(at::mul(at::tanh(at::div(plain, cap)), cap));
    else
        result.all = result.beforeCap;
    description_->requireIntact();
    onPrompts_(batch.size());
    return result;
}

AnswerScore SetRun::score(const AnswerLogits& logits, std::size_t row, std::size_t example) const
{
    const auto vocabulary = static_cast<std::size_t>(logits.all.size(1));
    const double* values = logits.all.const_data_ptr<double>() + row * vocabulary;
    const double* best = std::max_element(values, values + vocabulary);
    double others = 0;
    for (std::size_t id = 0; id < vocabulary; ++id)
        others += std::exp(values[id] - *best);
    AnswerScore result;
    for (const std::int64_t id : answers_[example].correctIds)
        result.correct.push_back(values[id]);
    for (const std::int64_t id : answers_[example].incorrectIds)
        result.incorrect.push_back(values[id]);
    const auto rank = [&](double logit) { // what is NaN comes after everything else
        return 1 + static_cast<std::size_t>(std::count_if(values, values + vocabulary, [&](double other) {
            return other > logit || (std::isnan(logit) && !std::isnan(other));
        }));
    };
    result.correctRank = rank(result.correct.front());
    result.incorrectRank = rank(result.incorrect.front());
    result.loss = *best + std::log(others) - result.correct.front();
    result.prediction = best - values;
    result.predictionLogit = *best;
    const Tokenizer* tokenizer = description_->tokenizer();
    const std::vector<TokenBytes> bytes{
        bytesOf(result.prediction, tokenizer, tokenizer && tokenizer->isSpecial(result.prediction))};
    result.predictionLabel = labelsOf(bytes).front().text;
    return result;
}

void SetRun::read(const PromptBatch& batch, LogitDifferenceRun& result, HeadMeans& means) const
{
    std::optional<AttributionProbe> probe;
    const AnswerLogits logits = pass(batch, [&](HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles) {
        means.watch(hooks, handles, batch.real);
        if (request_.attribution)
            probe.emplace(hooks, handles, batch.positions);
    });
    std::vector<Attribution> attributions;
    if (probe) {
        const AnswerDirections directions = answerDirections(
            model_->weightsReadSoFar().unembed, answers_, batch.first, static_cast<std::int64_t>(batch.size()));
        attributions = probe->explain(*model_, policies_, directions);
    }
    for (std::size_t row = 0; row < batch.size(); ++row) {
        const std::size_t example = batch.first + row;
        ExampleResult& each = result.examples[example];
        each.position = static_cast<std::size_t>(batch.positions.const_data_ptr<std::int64_t>()[row]);
        each.score = score(logits, row, example);
        if (!probe)
            continue;
        attributions[row].logitDifference = score({logits.beforeCap, {}}, row, example).difference();
        each.attribution = std::move(attributions[row]);
    }
    if (batch.inputs.positionsUsed != "arange") // of any batch: rows without padding may not need it
        result.header.positionsUsed = batch.inputs.positionsUsed;
    result.header.tokens.insert(result.header.tokens.end(), batch.inputs.tokens.begin(), batch.inputs.tokens.end());
}

void SetRun::readCut(const PromptBatch& batch, const HeadValues& values, LogitDifferenceRun& result) const
{
    const AnswerLogits logits = pass(batch, [&](HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles) {
        cutHeads(hooks, handles, request_.ablation.heads, values);
    });
    for (std::size_t row = 0; row < batch.size(); ++row)
        result.examples[batch.first + row].ablated = score(logits, row, batch.first + row);
}

RunHeader SetRun::header() const
{
    PlannedRun plan{run_, description_, placement_, policies_, batch(prompts_, 0).inputs};
    return headerOf(plan);
}

HeadValues SetRun::meansBehind(const std::vector<HeadPlace>& heads, const HeadValues& earlier) const
{
    std::vector<HeadPlace> cut;
    for (const auto& [place, value] : earlier)
        cut.push_back({place.first, place.second});
    HeadMeans means(heads);
    for (std::size_t first = 0; first < prompts_.prompts(); first += prompts_.batchSize()) {
        const PromptBatch prompts = batch(prompts_, first);
        pass(prompts, [&](HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles) {
            cutHeads(hooks, handles, cut, earlier);
            means.watch(hooks, handles, prompts.real);
        });
    }
    return means.means();
}

LogitDifferenceRun SetRun::compute()
{
    const Ablation& ablation = request_.ablation;
    const std::size_t count = prompts_.prompts(), step = prompts_.batchSize();
    const bool cut = !ablation.heads.empty(), crosses = cut && ablation.method == AblationMethod::CrossRun;
    requireHeads(ablation.heads, description_->config());
    LogitDifferenceRun result{
        .header = header(), .ablationSystem = {}, .notes = {}, .examples = std::vector<ExampleResult>(count)};
    result.header.tokens.clear();
    std::optional<DonorBatches> donors;
    if (crosses)
        donors.emplace(donorBatches(request_, prompts_, run_, *description_));
    load();
    const std::vector<std::vector<HeadPlace>> layers = averagedLayers(ablation);
    HeadMeans means(layers.empty() ? std::vector<HeadPlace>() : layers.front());
    for (std::size_t first = 0; first < count; first += step)
        read(batch(prompts_, first), result, means);
    result.header.promptHash = promptHash(result.header.tokens);
    const bool learned = description_->config().architecture->position == PositionKind::Learned;
    if (learned && prompts_.ragged() && run_.padding == PaddingSide::Left && result.header.positionsUsed == "arange")
        result.notes.emplace_back(
            "positions count the padding before shorter prompts, as transformers does when nobody "
            "gives it positions; --positions mask counts tokens");
    if (!cut)
        return result;
    InspectionRequest editing = run_;
    if (run_.backend == Backend::Native)
        editing.backend = Backend::Tapped;
    result.ablationSystem = policiesFor(editing, description_->config()).emulates;
    HeadValues values = means.means();
    for (std::size_t layer = 1; layer < layers.size(); ++layer)
        values.merge(meansBehind(layers[layer], values));
    for (std::size_t first = 0; first < count; first += step) {
        if (donors)
            pass(batch(donors->prompts, first), [&](HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles) {
                keepHeads(hooks, handles, ablation.heads, values);
            });
        const PromptBatch prompts = batch(prompts_, first);
        readCut(prompts, values, result);
        for (std::size_t row = 0; donors && row < prompts.size(); ++row)
            result.examples[first + row].ablatedFrom = donors->sources[first + row];
    }
    return result;
}

void requireConsistent(const LogitDifferenceRequest& request, const ModelDescription& model)
{
    const auto wrong = [](const std::string& what) { return Error(Fault::BadInput, what); };
    if (request.prompts.examples.empty())
        throw wrong("--prompts: expected at least one prompt, found none");
    if (!model.config().hasHead)
        throw wrong(model.info().name + ": has no language-model head (tensor '" + model.weights().missing.front()
            + "' is missing), so there are no logits");
    const bool placed = request.answerIndex || !request.answerIndices.empty();
    if (!model.config().architecture->causal && !placed)
        throw wrong("--answer-index: expected, as the answer of an encoder (" + model.config().architecture->family
            + ") does not stand after the last token; found nothing");
    if (!request.answerIndices.empty() && request.answerIndices.size() != request.prompts.examples.size())
        throw wrong("answer positions: expected one for each of " + std::to_string(request.prompts.examples.size())
            + " prompts, found " + std::to_string(request.answerIndices.size()));
    if (request.attribution)
        requireAttributable(model.config(), "--attribution");
    for (const InspectionRequest& run : request.runs)
        if (run.model != request.runs.front().model)
            throw wrong(
                "--model: expected one model for all runs, found " + run.model + " and " + request.runs.front().model);
}

} // namespace

LogitDifferenceResult computeLogitDifferences(const LogitDifferenceRequest& request, ModelKeeper& keeper,
    const std::stop_token& stop, const std::function<void(const LogitDifferenceListener::Progress&)>& onProgress)
{
    const c10::InferenceMode inference;
    const auto model = describeModel(request.runs.at(0).model);
    requireConsistent(request, *model);
    LogitDifferenceResult result{.request = request, .answers = {}, .runs = {}};
    for (const PromptExample& example : request.prompts.examples)
        result.answers.push_back(answerTokens(example, model->tokenizer(), model->config().vocabulary));
    const bool cut = !request.ablation.heads.empty();
    const std::size_t layers = averagedLayers(request.ablation).size(); // the first one's means come with the answers
    const std::size_t passes
        = 1 + cut + (layers > 1 ? layers - 1 : 0) + (cut && request.ablation.method == AblationMethod::CrossRun);
    LogitDifferenceListener::Progress progress{
        .what = {}, .done = 0, .total = request.runs.size() * passes * request.prompts.examples.size()};
    for (const InspectionRequest& run : request.runs) {
        progress.what = spell(run.backend);
        onProgress(progress);
        SetRun work(request, run, result.answers, keeper, stop, [&](std::size_t prompts) {
            progress.done += prompts;
            onProgress(progress);
        });
        result.runs.push_back(work.compute());
    }
    return result;
}

} // namespace headscope
