// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/prompt_batches.h"

#include "core/error.h"

#include <algorithm>

namespace headscope {
namespace {

Encoding givenIds(const PromptText& prompt, const std::string& where, const ModelDescription& model)
{
    const std::size_t count = prompt.ids.size();
    Encoding encoding{.ids = prompt.ids,
        .pieces = {},
        .offsets = std::vector<std::pair<std::size_t, std::size_t>>(count),
        .special = std::vector<bool>(count),
        .typeIds = std::vector<std::int64_t>(count),
        .words = std::vector<std::int64_t>(count, -1),
        .texts = std::vector<int>(count)};
    for (const std::int64_t id : prompt.ids) {
        if (id >= model.config().vocabulary)
            throw Error(Fault::BadInput,
                where + ": expected token ids from 0 to " + std::to_string(model.config().vocabulary - 1) + ", found "
                    + std::to_string(id));
        encoding.pieces.push_back(model.tokenizer() ? model.tokenizer()->piece(id) : std::string());
    }
    return encoding;
}

} // namespace

Encoding encodePrompt(
    const PromptText& prompt, const std::string& where, const InspectionRequest& request, const ModelDescription& model)
{
    Encoding encoding
        = prompt.ids.empty() ? encodeText(prompt.text, where, request, model) : givenIds(prompt, where, model);
    const auto most = static_cast<std::size_t>(model.config().maxPositions);
    if (encoding.ids.size() > most && model.config().rope.kind != RopeConfig::Kind::Dynamic)
        throw Error(Fault::BadInput,
            where + ": expected at most " + std::to_string(most) + " tokens (the model's positions), found "
                + std::to_string(encoding.ids.size()));
    return encoding;
}

PromptBatch PromptBatches::at(std::size_t first, const LogitDifferenceRequest& answers,
    const InspectionRequest& request, const ModelDescription& model, const BackendPolicies& policies) const
{
    const std::size_t count = std::min(batch_, encodings_.size() - first);
    EncodedPrompts part = all_;
    part.encodings = std::span(encodings_).subspan(first, count);
    PromptBatch result{
        .first = first, .inputs = makeInputs(request, model, policies, true, &part), .real = {}, .positions = {}};
    const at::Tensor& real = result.inputs.real;
    result.real = real.defined() ? real : at::ones(result.inputs.ids.sizes(), at::kBool);
    result.positions = answerPositions(result, answers);
    return result;
}

at::Tensor PromptBatches::answerPositions(const PromptBatch& batch, const LogitDifferenceRequest& answers) const
{
    const at::Tensor real = batch.real.contiguous();
    const bool* cells = real.const_data_ptr<bool>();
    at::Tensor positions = at::empty({real.size(0)}, at::kLong);
    for (std::int64_t row = 0; row < real.size(0); ++row) {
        const bool* tokens = cells + row * real.size(1);
        const auto answerIndex = answers.answerIndexOf(batch.first + static_cast<std::size_t>(row));
        if (answerIndex && *answerIndex >= length())
            throw Error(Fault::BadInput,
                "--answer-index: expected 0 to " + std::to_string(length() - 1) + " (prompts are padded to "
                    + std::to_string(length()) + " tokens), found " + std::to_string(*answerIndex));
        std::int64_t last = real.size(1) - 1;
        while (last > 0 && !tokens[last])
            --last;
        if (answerIndex && !tokens[*answerIndex])
            throw Error(Fault::BadInput,
                "--answer-index: expected a token in every prompt, found padding at " + std::to_string(*answerIndex)
                    + " in " + wheres_[batch.first + static_cast<std::size_t>(row)]);
        positions.data_ptr<std::int64_t>()[row] = answerIndex ? static_cast<std::int64_t>(*answerIndex) : last;
    }
    return positions;
}

namespace {

struct Donor {
    PromptText prompt;
    std::string where, source;
};

Donor donorOf(std::size_t example, const LogitDifferenceRequest& request, const PromptBatches& prompts)
{
    const std::vector<PromptExample>& examples = request.prompts.examples;
    if (const std::optional<PromptSet>& from = request.ablation.from) {
        const PromptExample& other = from->examples[from->examples.size() == 1 ? 0 : example];
        return {other.text(), other.where + ": prompt", other.where};
    }
    if (examples[example].corrupt)
        return {*examples[example].corrupt, examples[example].where + ": corrupt", "corrupt"};
    for (std::size_t step = 1; step < examples.size(); ++step) {
        const std::size_t other = (example + step) % examples.size();
        if (prompts.tokens(other) == prompts.tokens(example))
            return {examples[other].text(), examples[other].where + ": prompt", "example " + std::to_string(other)};
    }
    throw Error(Fault::BadInput,
        examples[example].where
            + ": cross-run ablation takes its values from `corrupt`, from --ablate-from or from another prompt of as "
              "many tokens ("
            + std::to_string(prompts.tokens(example)) + "); found none of them");
}

} // namespace

DonorBatches donorBatches(const LogitDifferenceRequest& request, const PromptBatches& prompts,
    const InspectionRequest& run, const ModelDescription& model)
{
    const std::size_t count = request.prompts.examples.size();
    const std::optional<PromptSet>& from = request.ablation.from;
    if (from && from->examples.size() != 1 && from->examples.size() != count)
        throw Error(Fault::BadInput,
            "--ablate-from: expected 1 prompt, or " + std::to_string(count) + " as there are in " + request.prompts.name
                + "; found " + std::to_string(from->examples.size()));
    std::vector<Encoding> encodings;
    std::vector<std::string> wheres, sources;
    for (std::size_t example = 0; example < count; ++example) {
        Donor donor = donorOf(example, request, prompts);
        encodings.push_back(encodePrompt(donor.prompt, donor.where, run, model));
        if (encodings.back().ids.size() != prompts.tokens(example))
            throw Error(Fault::BadInput,
                donor.where + ": expected " + std::to_string(prompts.tokens(example)) + " tokens as "
                    + prompts.where(example) + " has, as cross-run ablation goes token for token; found "
                    + std::to_string(encodings.back().ids.size()));
        wheres.push_back(std::move(donor.where));
        sources.push_back(std::move(donor.source));
    }
    return {{std::move(encodings), std::move(wheres), prompts.batchSize()}, std::move(sources)};
}

at::Tensor rowsAt(const at::Tensor& value, const at::Tensor& positions)
{
    const at::Device device = value.device();
    return value.index({at::arange(positions.size(0), at::kLong).to(device), positions.to(device)});
}

at::Tensor wideOnHost(const at::Tensor& value)
{
    return value.to(at::TensorOptions().device(at::kCPU).dtype(at::kDouble));
}

} // namespace headscope
