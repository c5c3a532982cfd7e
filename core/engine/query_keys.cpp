// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/query_keys.h"

#include "core/error.h"

#include <c10/core/InferenceMode.h>

namespace headscope {
namespace {

Error refused(const std::string& what) { return Error(Fault::BadInput, "queries and keys: " + what); }

void requireInside(const char* what, std::size_t value, std::size_t count)
{
    if (value >= count)
        throw refused(std::string("expected a ")
                          .append(what)
                          .append(" from 0 to ")
                          .append(std::to_string(count - 1))
                          .append(", found ")
                          .append(std::to_string(value)));
}

void requirePlace(const TensorCapture& capture, const QueryKeyPlace& place)
{
    const RunHeader& header = capture.header();
    requireInside("sequence", place.sequence.value, header.sequences());
    requireInside("layer", place.layer.value, header.model.layers);
    requireInside("head", place.head.value, header.model.heads);
    requireInside("query", place.query.value, header.length());
    const std::size_t keys = header.keysOf(place.sequence.value).size();
    if (place.keys.begin >= place.keys.end || place.keys.end > keys)
        throw refused("expected keys within 0:" + std::to_string(keys) + ", found " + std::to_string(place.keys.begin)
            + ":" + std::to_string(place.keys.end));
    const std::string layer = "layer " + std::to_string(place.layer.value);
    if (place.layer.value >= capture.layers().size())
        throw refused(layer + " has not been computed yet");
    if (capture.hasQueryKeys(place.layer.value))
        return;
    if (!capture.has(place.layer.value, Stage::Pattern))
        throw refused("expected a run that keeps patterns; found one that keeps none");
    throw refused(
        "expected a layer whose scores are made of them; the scores or the pattern of " + layer + " were edited");
}

/// Rows of a [T, d] matrix, one after the other.
std::vector<float> hostRows(const at::Tensor& matrix, Range rows)
{
    const at::Tensor host
        = matrix.narrow(0, static_cast<std::int64_t>(rows.begin), static_cast<std::int64_t>(rows.size()))
              .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat))
              .contiguous();
    const float* values = host.const_data_ptr<float>();
    return {values, values + host.numel()};
}

} // namespace

QueryKeyVectors queryKeyVectors(const TensorCapture& capture, const QueryKeyPlace& place)
{
    requirePlace(capture, place);
    const c10::InferenceMode inference;
    const HeadInputs inputs = capture.headInputs(place.sequence.value, place.layer.value, place.head.value);
    const auto& shared = capture.shared();
    const ScoreArithmetic how = scoreArithmetic(shared.model->config(), shared.policies, place.layer.value);
    QueryKeyVectors result{.sequence = place.sequence,
        .layer = place.layer,
        .head = place.head,
        .query = place.query,
        .keys = place.keys,
        .width = static_cast<std::size_t>(inputs.query.size(1)),
        .queryVector = hostRows(inputs.query, {place.query.value, place.query.value + 1}),
        .keyVectors = hostRows(inputs.key, place.keys),
        .scale = how.scale,
        .softCap = how.cap};
    return result;
}

} // namespace headscope
