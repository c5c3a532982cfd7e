// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/streamed_head.h"

#include <ATen/ops/index_select.h>

#include <cmath>

namespace headscope {
namespace {

constexpr std::size_t tileKeys = 512; ///< with blockRows rows of float32 half a MiB, and as much for the weights
/// What a forbidden cell scores: far below any score, and finite, as 0 times it must be 0.
constexpr double forbidden = -1e30;

at::Tensor cut(const at::Tensor& tensor, Range range)
{
    return tensor.narrow(0, static_cast<std::int64_t>(range.begin), static_cast<std::int64_t>(range.size()));
}

at::Tensor rowsOf(const at::Tensor& matrix, const std::vector<std::int64_t>& rows)
{
    if (static_cast<std::int64_t>(rows.size()) == matrix.size(0))
        return matrix.stride(1) == 1 ? matrix : matrix.contiguous();
    const at::Tensor indices = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
    std::copy(rows.begin(), rows.end(), indices.mutable_data_ptr<std::int64_t>());
    return at::index_select(matrix, 0, indices);
}

/// A row's softmax so far: weights are relative to `peak`.
struct RunningRow {
    double peak = 0, sum = 0;
    double product = 0; ///< sum of weight * (score - peak)
    double first = 0, counted = 0;
    ChosenCells chosen{};

    void raise(double higher)
    {
        const double factor = std::exp(peak - higher);
        product = factor * (product + sum * (peak - higher));
        for (double* each : {&sum, &first, &counted})
            *each *= factor;
        chosen *= factor;
        peak = higher;
    }

    PatternSums sums() const
    {
        PatternSums result{1, std::log(sum) - product / sum, first / sum, counted / sum, chosen};
        result.chosen *= 1 / sum;
        return result;
    }
};

} // namespace

StreamedHead::StreamedHead(const HeadInputs& head, const std::vector<std::int64_t>& real, ScoreArithmetic how,
    bool causal, std::int64_t window)
    : query_(rowsOf(head.query, real))
    , key_(rowsOf(head.key, real))
    , how_(how)
    , causal_(causal)
    , window_(window)
{
}

template <class Value> void StreamedHead::score(at::Tensor& scores, Range rows, Range keys) const
{
    at::addmm_out(scores, scores, cut(query_, rows), cut(key_, keys).t(), 0, how_.scale);
    if (how_.cap > 0)
        scores.div_(how_.cap).tanh_().mul_(how_.cap);
    auto* cells = scores.mutable_data_ptr<Value>();
    const auto width = static_cast<std::ptrdiff_t>(keys.size());
    for (std::size_t row = rows.begin; row < rows.end; ++row, cells += width) {
        if (const auto window = static_cast<std::size_t>(window_); window > 0 && row + 1 > keys.begin + window)
            std::fill(cells, cells + std::min(width, static_cast<std::ptrdiff_t>(row + 1 - window - keys.begin)),
                static_cast<Value>(forbidden));
        if (causal_ && row + 1 < keys.end)
            std::fill(cells + (row < keys.begin ? 0 : static_cast<std::ptrdiff_t>(row + 1 - keys.begin)), cells + width,
                static_cast<Value>(forbidden));
    }
}

template <class Value>
PatternSums StreamedHead::sumsAs(const TokenRepeats& tokens, Range rows, HeadScoreOptions options) const
{
    const auto window = static_cast<std::size_t>(window_);
    const std::size_t firstKey = window > 0 && rows.begin + 1 > window ? rows.begin + 1 - window : 0;
    const std::size_t lastKey = causal_ ? rows.end : tokens.size();
    const auto count = static_cast<std::int64_t>(rows.size());
    const at::Tensor scratch = at::empty({2, count * static_cast<std::int64_t>(tileKeys)}, query_.options());
    const at::Tensor peaks = at::empty({count, 1}, query_.options());
    std::vector<RunningRow> running(rows.size());
    for (std::size_t begin = firstKey; begin < lastKey; begin += tileKeys) {
        const Range keys{begin, std::min(lastKey, begin + tileKeys)};
        const auto width = static_cast<std::int64_t>(keys.size());
        at::Tensor scores = scratch[0].narrow(0, 0, count * width).view({count, width});
        at::Tensor weights = scratch[1].narrow(0, 0, count * width).view({count, width});
        score<Value>(scores, rows, keys);
        const at::Tensor highest = at::amax(scores, {-1});
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const double here = static_cast<double>(highest.const_data_ptr<Value>()[i]);
            if (begin == firstKey)
                running[i].peak = here;
            else if (!(here <= running[i].peak)) // NaN, too
                running[i].raise(here);
            peaks.mutable_data_ptr<Value>()[i] = static_cast<Value>(running[i].peak);
        }
        at::exp_out(weights, scores.sub_(peaks));
        const at::Tensor sums = weights.sum(-1), products = scores.mul_(weights).sum(-1);
        auto* cells = weights.mutable_data_ptr<Value>();
        for (std::size_t i = 0; i < rows.size(); ++i, cells += width) {
            RunningRow& row = running[i];
            row.sum += static_cast<double>(sums.const_data_ptr<Value>()[i]);
            row.product += static_cast<double>(products.const_data_ptr<Value>()[i]);
            row.first += begin == 0 ? static_cast<double>(cells[0]) : 0;
            if (options.excludeBos && begin == 0)
                cells[0] = 0;
            if (const std::size_t key = rows.begin + i;
                options.excludeCurrentToken && key >= keys.begin && key < keys.end)
                cells[key - begin] = 0;
            row.chosen += ChosenCells::of(
                tokens, rows.begin + i, keys, [&](std::size_t key) { return static_cast<double>(cells[key - begin]); });
        }
        // Summed anew without the cells left out: a difference would lose digits where they hold nearly everything.
        const at::Tensor counted = options == HeadScoreOptions{} ? sums : weights.sum(-1);
        for (std::size_t i = 0; i < rows.size(); ++i)
            running[i].counted += static_cast<double>(counted.const_data_ptr<Value>()[i]);
    }
    PatternSums result;
    for (const RunningRow& row : running)
        result += row.sums();
    return result;
}

PatternSums StreamedHead::sums(const TokenRepeats& tokens, Range rows, HeadScoreOptions options) const
{
    return query_.scalar_type() == at::kDouble ? sumsAs<double>(tokens, rows, options)
                                               : sumsAs<float>(tokens, rows, options);
}

} // namespace headscope
