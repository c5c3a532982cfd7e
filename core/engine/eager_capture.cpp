// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/eager_capture.h"

#include "core/engine/eager_pattern_source.h"
#include "core/error.h"
#include "core/io/safetensors_writer.h"
#include "core/text/token_text.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace headscope {

std::shared_ptr<const EagerCapture> EagerCapture::with(
    LayerOutcome layer, std::vector<std::pair<std::string, at::Tensor>> hooks) const
{
    auto next = std::make_shared<EagerCapture>(*this);
    next->layers_.push_back(std::make_shared<const LayerOutcome>(std::move(layer)));
    std::move(hooks.begin(), hooks.end(), std::back_inserter(next->hooks_));
    return next;
}

std::shared_ptr<const EagerCapture> EagerCapture::withLogits(
    at::Tensor logits, std::vector<std::pair<std::string, at::Tensor>> hooks) const
{
    auto next = std::make_shared<EagerCapture>(*this);
    next->logits_ = std::move(logits);
    next->finished_ = true;
    std::move(hooks.begin(), hooks.end(), std::back_inserter(next->hooks_));
    return next;
}

std::vector<std::string> EagerCapture::hookNames() const
{
    std::vector<std::string> names;
    for (const auto& [name, value] : hooks_)
        names.push_back(name);
    return names;
}

std::shared_ptr<PatternSource> EagerCapture::patterns(SequenceId sequence) const
{
    if (sequence.value >= header().sequences())
        throw Error(Fault::BadInput,
            "sequence: expected 0 to " + std::to_string(header().sequences() - 1) + ", found "
                + std::to_string(sequence.value));
    return std::make_shared<EagerPatternSource>(shared_from_this(), sequence);
}

Ticket EagerCapture::requestNextTokens(
    SequenceId sequence, TokenPos position, std::size_t count, NextTokensSink sink) const
{
    return postForResult<NextTokens>(
        shared_->queue, Priority::Visible,
        [self = shared_from_this(), sequence, position, count] {
            std::shared_ptr<const NextTokens> result;
            translated("reading logits",
                [&] { result = std::make_shared<const NextTokens>(self->nextTokens(sequence, position, count)); });
            return result;
        },
        std::move(sink));
}

NextTokens EagerCapture::nextTokens(SequenceId sequence, TokenPos position, std::size_t count) const
{
    if (!finished())
        throw Error(Fault::BadInput, "next tokens: the run has not finished");
    if (sequence.value >= header().sequences() || position.value >= header().length())
        throw Error(Fault::BadInput,
            "next tokens: there is no sequence " + std::to_string(sequence.value) + ", position "
                + std::to_string(position.value));
    if (!logits_.defined())
        throw Error(Fault::BadInput,
            "next tokens: " + header().model.name + " has no language-model head ('"
                + shared_->model->weights().missing.front() + "' is missing), so there are no logits");
    const c10::InferenceMode inference;
    const at::Tensor row = logits_.select(0, static_cast<std::int64_t>(sequence.value))
                               .select(0, static_cast<std::int64_t>(position.value))
                               .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat));
    const at::Tensor probabilities = at::softmax(row, -1);
    const auto [values, ids] = at::topk(row, std::min<std::int64_t>(static_cast<std::int64_t>(count), row.size(0)));
    NextTokens result{sequence, position, {}};
    const Tokenizer* tokenizer = shared_->model->tokenizer();
    for (std::int64_t i = 0; i < ids.size(0); ++i) {
        const auto id = ids.const_data_ptr<std::int64_t>()[i];
        NextToken token{.id = id,
            .piece = {},
            .label = std::to_string(id),
            .logit = values.const_data_ptr<float>()[i],
            .probability = probabilities.const_data_ptr<float>()[id]};
        if (tokenizer && !tokenizer->piece(id).empty()) {
            token.piece = tokenizer->piece(id);
            token.label = visibleText(tokenizer->bytes(id));
        }
        result.top.push_back(std::move(token));
    }
    return result;
}

Ticket EagerCapture::requestWrite(std::filesystem::path output, DoneSink sink) const
{
    return postForResult<bool>(
        shared_->queue, Priority::Visible,
        [self = shared_from_this(), output = std::move(output)] {
            translated("writing " + output.string(), [&] { self->write(output); });
            return std::make_shared<const bool>(true);
        },
        [sink = std::move(sink)](const std::shared_ptr<const bool>&, const std::exception_ptr& why) { sink(why); });
}

void EagerCapture::write(const std::filesystem::path& output) const
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
    if (!run.request.edits.empty())
        metadata["edits"] = describe(run.request.edits);
    for (const auto& [name, version] : run.versions)
        metadata["version." + name] = version;

    std::vector<at::Tensor> kept; // contiguous host copies, alive until written
    std::vector<StoredTensor> tensors;
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        const at::Tensor& host = kept.emplace_back(tensor.to(at::kCPU).contiguous());
        tensors.push_back({name, storedType(host.scalar_type()), host.sizes().vec(),
            std::as_bytes(std::span(static_cast<const char*>(host.const_data_ptr()), host.nbytes()))});
    };
    if (!logits_.defined())
        metadata["logits"] = "none: the model has no language-model head";
    else
        add("logits", logits_);
    for (const auto& [name, value] : hooks_)
        add(name, value);
    writeSafetensors(output, tensors, metadata);
}

} // namespace headscope
