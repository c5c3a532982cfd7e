// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/predictions.h"

#include "core/engine/tokens_after.h"
#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace headscope {
namespace {

constexpr std::size_t blockRows = 32; ///< logits of so many positions are held at once

/// Logits of some positions of a row, as they come: chunks of what the run kept, at most `blockRows` at a time.
/// [positions, vocabulary] float32 on the host
class LogitRows {
public:
    LogitRows(const TensorCapture& capture, SequenceId sequence)
        : capture_(capture)
        , row_(static_cast<std::int64_t>(sequence.value))
    {
    }

    at::Tensor at(Range positions) const
    {
        const auto begin = static_cast<std::int64_t>(positions.begin), end = static_cast<std::int64_t>(positions.end);
        if (capture_.ending().logits.defined())
            return onHost(capture_.ending().logits.select(0, row_).narrow(0, begin, end - begin));
        const Unembedding& unembedding = capture_.shared().unembedding;
        std::vector<at::Tensor> parts;
        std::int64_t first = 0; // position of the chunk's first row
        for (const at::Tensor& chunk : capture_.ending().hidden) {
            const std::int64_t from = std::max(begin, first), to = std::min(end, first + chunk.size(1));
            if (from < to)
                parts.push_back(onHost(unembedding(
                    chunk.select(0, row_).narrow(0, from - first, to - from).to(unembedding.weights.weight.device()))));
            first += chunk.size(1);
        }
        if (first < end)
            throw Error(Fault::Backend, "logits: position " + std::to_string(first) + " was not kept");
        return parts.size() == 1 ? parts.front() : at::cat(parts, 0);
    }

private:
    static at::Tensor onHost(const at::Tensor& logits)
    {
        return logits.to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat)).contiguous();
    }

    const TensorCapture& capture_;
    std::int64_t row_;
};

void requirePositions(const TensorCapture& capture, SequenceId sequence, Range positions)
{
    const RunHeader& header = capture.header();
    if (!capture.finished())
        throw Error(Fault::BadInput, "next tokens: the run has not finished");
    if (sequence.value >= header.sequences() || positions.begin >= positions.end || positions.end > header.length())
        throw Error(Fault::BadInput,
            "next tokens: there is no sequence " + std::to_string(sequence.value) + ", position "
                + std::to_string(positions.begin));
    if (!capture.shared().model->config().hasHead)
        throw Error(Fault::BadInput,
            "next tokens: " + header.model.name + " has no language-model head ('"
                + capture.shared().model->weights().missing.front() + "' is missing), so there are no logits");
}

TokensAfter tokensAfter(const TensorCapture& capture, SequenceId sequence, std::size_t position)
{
    return {capture.shared().model->tokenizer(), capture.header().tokens[sequence.value], position};
}

/// \param logits, probabilities of the position, [vocabulary]
Prediction predictionAt(const TensorCapture& capture, SequenceId sequence, std::size_t position,
    const at::Tensor& logits, const at::Tensor& probabilities)
{
    const auto vocabulary = static_cast<std::size_t>(logits.size(0));
    const float* values = logits.const_data_ptr<float>();
    const float* shares = probabilities.const_data_ptr<float>();
    const auto best = static_cast<std::size_t>(std::max_element(values, values + vocabulary) - values);
    TokensAfter describe = tokensAfter(capture, sequence, position);
    Prediction result{
        .position = {position}, .best = describe(static_cast<std::int64_t>(best), values[best], shares[best])};
    const auto& tokens = capture.header().tokens[sequence.value];
    if (position + 1 >= tokens.size() || tokens[position].padding || tokens[position + 1].padding)
        return result;
    const auto next = static_cast<std::size_t>(tokens[position + 1].id);
    result.actual = describe(tokens[position + 1].id, values[next], shares[next]);
    result.actualRank = 1 + static_cast<std::size_t>(std::count_if(values, values + vocabulary, [&](float value) {
        return value > values[next];
    }));
    return result;
}

} // namespace

NextTokens nextTokens(const TensorCapture& capture, SequenceId sequence, TokenPos position, std::size_t count)
{
    requirePositions(capture, sequence, {position.value, position.value + 1});
    const c10::InferenceMode inference;
    const at::Tensor row = LogitRows(capture, sequence).at({position.value, position.value + 1})[0];
    const at::Tensor probabilities = at::softmax(row, -1);
    const auto [values, ids] = at::topk(row, std::min<std::int64_t>(static_cast<std::int64_t>(count), row.size(0)));
    NextTokens result{sequence, position, {}};
    TokensAfter describe = tokensAfter(capture, sequence, position.value);
    for (std::int64_t i = 0; i < ids.size(0); ++i) {
        const auto id = ids.const_data_ptr<std::int64_t>()[i];
        result.top.push_back(
            describe(id, values.const_data_ptr<float>()[i], probabilities.const_data_ptr<float>()[id]));
    }
    return result;
}

Predictions predictions(
    const TensorCapture& capture, SequenceId sequence, Range positions, const std::atomic<bool>& withdrawn)
{
    requirePositions(capture, sequence, positions);
    const c10::InferenceMode inference;
    Predictions result{sequence, positions, {}};
    const LogitRows rows(capture, sequence);
    for (std::size_t begin = positions.begin; begin < positions.end; begin += blockRows) {
        if (withdrawn.load())
            throw Cancelled{};
        const Range block{begin, std::min(begin + blockRows, positions.end)};
        const at::Tensor logits = rows.at(block), probabilities = at::softmax(logits, -1);
        for (std::size_t position = block.begin; position < block.end; ++position) {
            const auto row = static_cast<std::int64_t>(position - block.begin);
            result.of.push_back(predictionAt(capture, sequence, position, logits[row], probabilities[row]));
        }
    }
    return result;
}

} // namespace headscope
