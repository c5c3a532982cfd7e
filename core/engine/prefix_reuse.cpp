// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/prefix_reuse.h"

#include <algorithm>

namespace headscope {
namespace {

constexpr std::int64_t leastWorthwhile = 16; ///< tokens
constexpr std::size_t mostChunks = 16; ///< of a layer, before they are copied into one

/// The first column in which two [·, T] tensors differ; both may be undefined.
std::int64_t firstDifference(const at::Tensor& a, const at::Tensor& b, std::int64_t most)
{
    if (!a.defined() && !b.defined())
        return most;
    if (!a.defined() || !b.defined() || a.size(0) != b.size(0))
        return 0;
    const std::int64_t common = std::min({a.size(1), b.size(1), most});
    const at::Tensor differs = at::ne(a.narrow(1, 0, common), b.narrow(1, 0, common)).any(0).to(at::kCPU).contiguous();
    const bool* begin = differs.const_data_ptr<bool>();
    return std::find(begin, begin + common, true) - begin;
}

/// The same question, whatever the text.
bool askTheSame(InspectionRequest a, const InspectionRequest& b)
{
    a.prompts = b.prompts;
    a.secondPrompts = b.secondPrompts;
    a.inputs = b.inputs;
    a.cacheBudget = b.cacheBudget;
    return a == b;
}

/// The first `length` rows of some chunks.
template <class Chunk, class Rows>
std::vector<Chunk> firstRows(const std::vector<Chunk>& chunks, std::int64_t length, Rows rows)
{
    std::vector<Chunk> result;
    for (const Chunk& chunk : chunks) {
        if (length <= 0)
            break;
        result.push_back(chunk);
        length -= rows(result.back(), length);
    }
    return result;
}

std::vector<LayerChunk> firstRows(const std::vector<LayerChunk>& layer, std::int64_t length)
{
    return firstRows(layer, length, [](LayerChunk& chunk, std::int64_t most) {
        chunk.rows = std::min(chunk.rows, most);
        return chunk.rows;
    });
}

at::Tensor together(const std::vector<LayerChunk>& layer, at::Tensor LayerOutcome::*which, const at::Tensor& next = {})
{
    std::vector<at::Tensor> parts;
    for (const LayerChunk& chunk : layer)
        parts.push_back(((*chunk.outcome).*which).narrow(2, 0, chunk.rows));
    if (next.defined()) {
        for (at::Tensor& part : parts)
            part = part.to(next.device());
        parts.push_back(next);
    }
    return parts.size() == 1 ? parts.front() : at::cat(parts, 2);
}

} // namespace

bool leavesPrefix(const InspectionRequest& request)
{
    return request.attention != AttentionKind::Eager && !request.keepLogits && request.hooks.empty()
        && request.edits.empty();
}

std::int64_t reusablePrefix(const TensorCapture& last, const InspectionRequest& request, const ModelInputs& inputs,
    const ModelDescription& model)
{
    const auto& before = last.shared();
    const ModelConfig& config = model.config();
    if (before.model.get() != &model || !last.finished() || !askTheSame(before.header.request, request))
        return 0;
    if (!leavesPrefix(request))
        return 0;
    if (!config.architecture->causal || config.rope.kind == RopeConfig::Kind::Dynamic)
        return 0;
    if (inputs.mask.rank() > 2 || before.mask().rank() > 2)
        return 0;
    const auto real = [](const AttentionMask& mask, const at::Tensor& ids) {
        return mask.padding().defined() ? mask.padding() : at::ones(ids.sizes(), at::kBool);
    };
    std::int64_t same = inputs.ids.size(1) - 1; // the last token is always computed
    same = firstDifference(before.inputs.ids, inputs.ids, same);
    same = firstDifference(before.inputs.positions, inputs.positions, same);
    same = firstDifference(before.inputs.tokenTypes, inputs.tokenTypes, same);
    same = firstDifference(real(before.mask(), before.inputs.ids), real(inputs.mask, inputs.ids), same);
    return same < leastWorthwhile ? 0 : same;
}

ModelInputs inputsFrom(const ModelInputs& inputs, std::int64_t first)
{
    ModelInputs result = inputs;
    for (at::Tensor* tensor : {&result.ids, &result.positions, &result.tokenTypes})
        if (tensor->defined())
            *tensor = tensor->narrow(1, first, tensor->size(1) - first);
    return result;
}

Prefix prefixOf(std::shared_ptr<const TensorCapture> last, std::int64_t length)
{
    return {length, [last = std::move(last), length](std::size_t layer, const Prefix::Layer& next) {
                const auto chunks = firstRows(last->layers()[layer], length);
                return Prefix::Layer{
                    together(chunks, &LayerOutcome::key, next.key), together(chunks, &LayerOutcome::value, next.value)};
            }};
}

std::vector<LayerChunk> joined(const std::vector<LayerChunk>& layer, std::int64_t length, LayerOutcome next)
{
    std::vector<LayerChunk> chunks = firstRows(layer, length);
    const std::int64_t rows = next.query.size(2);
    chunks.push_back({std::make_shared<const LayerOutcome>(std::move(next)), rows});
    if (chunks.size() <= mostChunks)
        return chunks;
    LayerOutcome one = *chunks.back().outcome;
    for (const LayerChunk& chunk : chunks)
        one.recomputeError = std::max(one.recomputeError, chunk.outcome->recomputeError);
    one.query = together(chunks, &LayerOutcome::query);
    one.key = together(chunks, &LayerOutcome::key);
    one.value = together(chunks, &LayerOutcome::value);
    return {{std::make_shared<const LayerOutcome>(std::move(one)), length + rows}};
}

std::vector<at::Tensor> joined(const std::vector<at::Tensor>& hidden, std::int64_t length, const at::Tensor& next)
{
    std::vector<at::Tensor> chunks = firstRows(hidden, length, [](at::Tensor& chunk, std::int64_t most) {
        chunk = chunk.narrow(1, 0, std::min(chunk.size(1), most));
        return chunk.size(1);
    });
    chunks.push_back(next);
    return chunks.size() <= mostChunks ? chunks : std::vector<at::Tensor>{at::cat(chunks, 1)};
}

} // namespace headscope
