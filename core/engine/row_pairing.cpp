// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/row_pairing.h"

#include "core/error.h"

#include <algorithm>

namespace headscope {
namespace {

/// [B, T] bool, on the host and contiguous.
at::Tensor realTokens(const ModelInputs& inputs)
{
    return inputs.real.defined() ? inputs.real.contiguous() : at::ones(inputs.ids.sizes(), at::kBool);
}

/// Positions of a row where `wanted` holds.
std::vector<std::int64_t> positions(const at::Tensor& row, bool wanted)
{
    std::vector<std::int64_t> result;
    const bool* values = row.const_data_ptr<bool>();
    for (std::int64_t i = 0; i < row.numel(); ++i)
        if (values[i] == wanted)
            result.push_back(i);
    return result;
}

at::Tensor lastOf(const std::vector<std::int64_t>& all, std::size_t count)
{
    const std::vector<std::int64_t> part(all.end() - static_cast<std::ptrdiff_t>(count), all.end());
    return at::tensor(part, at::kLong);
}

} // namespace

bool RowPairing::any(RowClass rows) const
{
    return std::any_of(
        of(rows).begin(), of(rows).end(), [](const Sequence& each) { return each.reference.numel() > 0; });
}

RowPairing pairRows(const ModelInputs& reference, const ModelInputs& candidate)
{
    if (reference.ids.size(0) != candidate.ids.size(0))
        throw Error(Fault::BadInput,
            "parity: expected as many sequences on both sides, found " + std::to_string(reference.ids.size(0)) + " and "
                + std::to_string(candidate.ids.size(0)));
    const at::Tensor left = realTokens(reference), right = realTokens(candidate);
    RowPairing result;
    result.sameLayout = left.sizes() == right.sizes() && at::equal(left, right);
    for (std::int64_t row = 0; row < left.size(0); ++row) {
        const auto first = positions(left[row], true), second = positions(right[row], true);
        const std::size_t common = std::min(first.size(), second.size());
        result.unpaired += first.size() + second.size() - 2 * common;
        auto& pair = result.real.emplace_back(RowPairing::Sequence{lastOf(first, common), lastOf(second, common)});
        result.sameIds = result.sameIds
            && at::equal(
                reference.ids[row].index_select(0, pair.reference), candidate.ids[row].index_select(0, pair.candidate));
        if (result.sameLayout) {
            const auto pads = positions(left[row], false);
            result.padded.push_back({lastOf(pads, pads.size()), lastOf(pads, pads.size())});
        }
    }
    return result;
}

at::Tensor pairedRows(
    const at::Tensor& value, const std::vector<RowPairing::Sequence>& sequences, at::Tensor RowPairing::Sequence::*side)
{
    std::vector<at::Tensor> parts;
    for (std::size_t row = 0; row < sequences.size(); ++row) {
        const at::Tensor& indices = sequences[row].*side;
        const auto which = value.size(0) == 1 ? 0 : static_cast<std::int64_t>(row); // a value may be one for all rows
        parts.push_back(value[which].index_select(0, indices.to(value.device())).flatten(1).to(at::kCPU));
    }
    return at::cat(parts, 0);
}

} // namespace headscope
