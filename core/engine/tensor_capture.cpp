// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tensor_capture.h"

#include "core/cache/attention_file.h"
#include "core/engine/head_statistics.h"
#include "core/engine/predictions.h"
#include "core/engine/query_keys.h"
#include "core/engine/tensor_pattern_source.h"
#include "core/error.h"
#include "core/io/safetensors_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <set>

namespace headscope {

std::shared_ptr<const TensorCapture> TensorCapture::with(std::vector<LayerChunk> layer, Values hooks) const
{
    auto next = std::make_shared<TensorCapture>(*this);
    next->layers_.push_back(std::move(layer));
    std::move(hooks.begin(), hooks.end(), std::back_inserter(next->hooks_));
    return next;
}

std::shared_ptr<const TensorCapture> TensorCapture::with(LayerOutcome layer, Values hooks) const
{
    const auto rows = static_cast<std::int64_t>(header().length());
    return with({LayerChunk{std::make_shared<const LayerOutcome>(std::move(layer)), rows}}, std::move(hooks));
}

std::shared_ptr<const TensorCapture> TensorCapture::ended(Ending ending, Values hooks) const
{
    auto next = std::make_shared<TensorCapture>(*this);
    next->ending_ = std::move(ending);
    next->finished_ = true;
    std::move(hooks.begin(), hooks.end(), std::back_inserter(next->hooks_));
    return next;
}

bool TensorCapture::has(std::size_t layer, Stage stage) const
{
    if (layer >= layers_.size())
        return false;
    const LayerOutcome& outcome = *layers_[layer].front().outcome;
    const bool patterns = !isWhole(layer) || outcome.pattern.defined();
    switch (stage) {
    case Stage::Mask:
        return true;
    case Stage::Scores:
        return !isWhole(layer) || outcome.scores.defined();
    case Stage::Pattern:
        return patterns;
    case Stage::ValueWeighted:
    case Stage::ValueNorm:
        return patterns && outcome.value.defined() && outcome.output.defined();
    }
    return false;
}

double TensorCapture::recomputeError(std::size_t layer) const
{
    double worst = 0;
    for (const LayerChunk& chunk : layers_[layer])
        worst = std::max(worst, chunk.outcome->recomputeError);
    return worst;
}

std::string TensorCapture::origin(std::size_t layer) const
{
    if (isWhole(layer))
        return header().request.attention == AttentionKind::Eager ? "eager" : "eager (edited layer)";
    char error[32];
    std::snprintf(error, sizeof error, "%.1e", recomputeError(layer));
    return std::string("recomputed from q, k (max |P·V - z| ").append(error).append(")");
}

std::size_t TensorCapture::groupOf(std::size_t head) const
{
    const ModelConfig& config = shared_->model->config();
    return head / static_cast<std::size_t>(config.heads / config.keyValueHeads);
}

at::Tensor TensorCapture::rowsOf(
    std::size_t sequence, std::size_t layer, at::Tensor LayerOutcome::*which, std::size_t index) const
{
    std::vector<at::Tensor> parts;
    for (const LayerChunk& chunk : layers_[layer])
        parts.push_back(((*chunk.outcome).*which)
                            .select(0, static_cast<std::int64_t>(sequence))
                            .select(0, static_cast<std::int64_t>(index))
                            .narrow(0, 0, chunk.rows));
    return parts.size() == 1 ? parts.front() : at::cat(parts, 0);
}

HeadInputs TensorCapture::headInputs(std::size_t sequence, std::size_t layer, std::size_t head) const
{
    return {sequence, head, rowsOf(sequence, layer, &LayerOutcome::query, head),
        rowsOf(sequence, layer, &LayerOutcome::key, groupOf(head))};
}

void TensorCapture::kinds(
    std::size_t sequence, std::size_t layer, std::size_t head, std::size_t row, Range columns, CellKind* out) const
{
    shared_->mask().kinds(sequence, head, row, columns, shared_->model->config().windows[layer], out);
}

const at::Tensor& TensorCapture::normsOf(std::size_t sequence, std::size_t layer, std::size_t head, Stage stage) const
{
    const bool projected = stage == Stage::ValueWeighted;
    at::Tensor& norms = shared_->memory->valueNorms[{sequence, layer, head, projected}];
    if (!norms.defined())
        norms = valueNorms(rowsOf(sequence, layer, &LayerOutcome::value, groupOf(head)), head,
            projected ? &layers_[layer].front().outcome->output : nullptr);
    return norms;
}

at::Tensor TensorCapture::rectangle(
    std::size_t sequence, std::size_t layer, std::size_t head, Stage stage, Range rows, Range columns) const
{
    if (stage == Stage::Mask)
        return maskNumbers(shared_->mask().section({{sequence, sequence + 1}, {head, head + 1}, rows, columns}),
            shared_->model->config().windows[layer]);
    if (stage == Stage::ValueWeighted || stage == Stage::ValueNorm)
        return at::mul(rectangle(sequence, layer, head, Stage::Pattern, rows, columns)
                           .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat)),
            normsOf(sequence, layer, head, stage)
                .narrow(0, static_cast<std::int64_t>(columns.begin), static_cast<std::int64_t>(columns.size())));
    const LayerOutcome& outcome = *layers_[layer].front().outcome;
    if (isWhole(layer))
        return (stage == Stage::Pattern ? outcome.pattern : outcome.scores)
            .select(0, static_cast<std::int64_t>(sequence))
            .select(0, static_cast<std::int64_t>(head))
            .narrow(0, static_cast<std::int64_t>(rows.begin), static_cast<std::int64_t>(rows.size()))
            .narrow(1, static_cast<std::int64_t>(columns.begin), static_cast<std::int64_t>(columns.size()));
    const HeadInputs inputs = headInputs(sequence, layer, head);
    return stage == Stage::Scores ? shared_->reader->scores(layer, inputs, rows, columns)
                                  : shared_->reader->pattern(layer, outcome.fused, inputs, rows, columns);
}

std::vector<std::string> TensorCapture::hookNames() const
{
    std::vector<std::string> names;
    for (const auto& [name, value] : hooks_)
        names.push_back(name);
    return names;
}

std::shared_ptr<PatternSource> TensorCapture::patterns(SequenceId sequence) const
{
    if (sequence.value >= header().sequences())
        throw Error(Fault::BadInput,
            "sequence: expected 0 to " + std::to_string(header().sequences() - 1) + ", found "
                + std::to_string(sequence.value));
    return std::make_shared<TensorPatternSource>(shared_from_this(), sequence);
}

Ticket TensorCapture::requestNextTokens(
    SequenceId sequence, TokenPos position, std::size_t count, NextTokensSink sink) const
{
    return postForResult<NextTokens>(
        shared_->queue, Priority::Visible,
        [self = shared_from_this(), sequence, position, count] {
            std::shared_ptr<const NextTokens> result;
            translated("reading logits", [&] {
                result = std::make_shared<const NextTokens>(headscope::nextTokens(*self, sequence, position, count));
            });
            return result;
        },
        std::move(sink));
}

Ticket TensorCapture::requestPredictions(SequenceId sequence, Range positions, PredictionsSink sink) const
{
    return postForResult<Predictions>(
        shared_->queue, Priority::Thumbnail,
        [self = shared_from_this(), sequence, positions](const std::atomic<bool>& withdrawn) {
            std::shared_ptr<const Predictions> result;
            translated("reading logits", [&] {
                result = std::make_shared<const Predictions>(predictions(*self, sequence, positions, withdrawn));
            });
            return result;
        },
        std::move(sink));
}

Ticket TensorCapture::requestHeadScores(
    SequenceId sequence, LayerId layer, HeadScoreOptions options, LayerScoresSink sink) const
{
    return postForResult<LayerScores>(
        shared_->queue, Priority::Background,
        [self = shared_from_this(), sequence, layer, options](const std::atomic<bool>& withdrawn) {
            std::shared_ptr<const LayerScores> result;
            translated("scoring heads", [&] {
                result
                    = std::make_shared<const LayerScores>(headStatistics(*self, sequence, layer, options, withdrawn));
            });
            return result;
        },
        std::move(sink));
}

Ticket TensorCapture::requestQueryKeys(
    SequenceId sequence, LayerId layer, HeadId head, TokenPos query, Range keys, QueryKeySink sink) const
{
    return postForResult<QueryKeyVectors>(
        shared_->queue, Priority::Visible,
        [self = shared_from_this(), sequence, layer, head, query, keys] {
            std::shared_ptr<const QueryKeyVectors> result;
            translated("reading queries and keys", [&] {
                result = std::make_shared<const QueryKeyVectors>(
                    queryKeyVectors(*self, {sequence, layer, head, query, keys}));
            });
            return result;
        },
        std::move(sink));
}

Ticket TensorCapture::requestWrite(std::filesystem::path output, DoneSink sink) const
{
    return postForResult<bool>(
        shared_->queue, Priority::Visible,
        [self = shared_from_this(), output = std::move(output)] {
            translated("writing " + output.string(), [&] { self->write(output); });
            return std::make_shared<const bool>(true);
        },
        [sink = std::move(sink)](const std::shared_ptr<const bool>&, const std::exception_ptr& why) { sink(why); });
}

namespace {

/// What an attention file tells of its tokens (core/cache/attention_file.h), so that patterns written here can be
/// opened.
void describeTokens(const RunHeader& header, std::map<std::string, std::string>& metadata)
{
    auto pieces = nlohmann::json::array(), ids = nlohmann::json::array(), mask = nlohmann::json::array();
    std::set<std::string> special;
    bool known = true, padded = false;
    for (const auto& row : header.tokens) {
        pieces.push_back(nlohmann::json::array());
        ids.push_back(nlohmann::json::array());
        mask.push_back(nlohmann::json::array());
        for (const Token& token : row) {
            pieces.back().push_back(token.piece);
            ids.back().push_back(token.id);
            mask.back().push_back(token.padding ? 0 : 1);
            known = known && !token.piece.empty();
            padded = padded || token.padding;
            if (token.special)
                special.insert(token.piece);
        }
    }
    const auto text = [](const nlohmann::json& value) {
        return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    };
    metadata["input_ids"] = text(ids);
    metadata["causal"] = header.model.causal ? "1" : "0";
    if (known) {
        metadata["tokens"] = text(pieces);
        metadata["special_tokens"] = text(special);
    }
    if (padded)
        metadata["attention_mask"] = text(mask);
}

} // namespace

void TensorCapture::write(const std::filesystem::path& output) const
{
    const RunHeader& run = header();
    std::map<std::string, std::string> metadata{{"model", run.model.name}, {"family", run.model.family},
        {"backend", std::string(spell(run.request.backend))}, {"emulates", run.emulates},
        {"reference", run.noReference.empty() ? run.emulates : "extension: no reference (" + run.noReference + ")"},
        {"attention", std::string(spell(run.request.attention))}, {"device", run.device},
        {"dtype", std::string(spell(run.request.dtype))}, {"positions", run.positionsUsed}, {"mask", run.maskForm},
        {"padding", run.request.inputs.empty() ? std::string(spell(run.request.padding)) : "given"},
        {"prepend_bos", std::string(spell(run.request.prependBos))}, {"threads", std::to_string(run.request.threads)},
        {"cache_device", run.request.cacheDevice.empty() ? run.device : run.request.cacheDevice},
        {"provenance", provenance(run)}};
    for (std::size_t layer = 0; layer < layers_.size(); ++layer)
        if (!isWhole(layer)) {
            metadata["patterns"] = "recomputed from q, k";
            metadata["recompute_error." + std::to_string(layer)] = std::to_string(recomputeError(layer));
        }
    if (run.request.backend == Backend::Bridge)
        metadata["bridge_mode"] = spell(run.request.bridgeMode);
    if (shared_->policies.processed)
        metadata["processing"] = spell(shared_->policies.processing);
    if (!run.request.edits.empty())
        metadata["edits"] = describe(run.request.edits);
    for (const auto& [name, version] : run.versions)
        metadata["version." + name] = version;
    if (std::any_of(hooks_.begin(), hooks_.end(), [](const auto& hook) { return attentionTensor(hook.first); }))
        describeTokens(run, metadata);

    std::vector<at::Tensor> kept; // contiguous host copies, alive until written
    std::vector<StoredTensor> tensors;
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        const at::Tensor& host = kept.emplace_back(tensor.to(at::kCPU).contiguous());
        tensors.push_back({name, storedType(host.scalar_type()), host.sizes().vec(),
            std::as_bytes(std::span(static_cast<const char*>(host.const_data_ptr()), host.nbytes()))});
    };
    if (!ending_.logits.defined())
        metadata["logits"] = shared_->model->config().hasHead ? "none: this run computes them when they are asked for"
                                                              : "none: the model has no language-model head";
    else
        add("logits", ending_.logits);
    for (const auto& [name, value] : hooks_)
        add(name, value);
    writeSafetensors(output, tensors, metadata);
}

} // namespace headscope
