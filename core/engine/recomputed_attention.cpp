// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/recomputed_attention.h"

#include <algorithm>
#include <limits>

namespace headscope {
namespace {

constexpr std::size_t rowGrid = 16; ///< rows are computed in blocks that begin at multiples of this
constexpr std::size_t keyGrid = 64; ///< likewise columns
constexpr std::size_t blockCells = 1 << 17; ///< of a block, so that what is computed of it stays in the cache
constexpr std::size_t shortRow = 512; ///< keys; rows that are not longer are always computed whole

std::int64_t signedOf(std::size_t value) { return static_cast<std::int64_t>(value); }

at::Tensor cut(const at::Tensor& tensor, std::int64_t axis, Range range)
{
    return tensor.narrow(axis, signedOf(range.begin), signedOf(range.size()));
}

Range onGrid(Range range, std::size_t grid, std::size_t count)
{
    return {range.begin / grid * grid, std::min(count, (range.end + grid - 1) / grid * grid)};
}

Range within(Range part, Range whole) { return {part.begin - whole.begin, part.end - whole.begin}; }

at::Tensor asBatch(const at::Tensor& matrix) { return matrix.unsqueeze(0).unsqueeze(0); }

} // namespace

at::Tensor fusedMask(const AttentionMask& mask, const BackendPolicies& policies, at::ScalarType type, at::Device device,
    std::int64_t window)
{
    if (!mask.hasBias())
        return mask.allowed(device, window);
    if (policies.mask == MaskStep::AddNumbers)
        return mask.additive(type, device, window).to(type);
    const at::Tensor open = mask.allowed(device, window), bias = mask.bias(type, device);
    return open.defined() ? at::where(open, bias, -std::numeric_limits<double>::infinity()).to(type) : bias;
}

at::Tensor recomputedScores(
    const PatternRecipe& recipe, const at::Tensor& q, const at::Tensor& k, const AttentionMask& mask)
{
    const ScoreArithmetic how = scoreArithmetic(recipe.config, recipe.policies, recipe.layer);
    const auto type = q.scalar_type();
    const LayerMask numbers(
        mask, recipe.policies, type, how.upcast ? at::kFloat : type, q.device(), recipe.config.windows[recipe.layer]);
    return maskedScores(rawScores(q, k, how, recipe.policies), numbers, recipe.policies);
}

at::Tensor recomputedPattern(
    const PatternRecipe& recipe, const at::Tensor& scores, const AttentionMask& mask, at::ScalarType type)
{
    const bool wide = recipe.config.architecture->softmax == SoftmaxPrecision::Float32;
    const at::Tensor pattern = patternOf(scores, wide, type, recipe.policies).to(type);
    if (!recipe.fused || mask.isPlain() || mask.hasBias())
        return pattern;
    const at::Tensor open = mask.allowed(pattern.device(), recipe.config.windows[recipe.layer]);
    return open.defined() ? at::where(open.any(-1, true), pattern, 0.0) : pattern;
}

double recomputationError(
    const PatternRecipe& recipe, const std::array<at::Tensor, 3>& qkv, const AttentionMask& mask, const at::Tensor& z)
{
    const auto& [q, k, v] = qkv;
    const std::int64_t rows = std::min<std::int64_t>(q.size(2), signedOf(rowGrid));
    const auto all = mask.whole();
    const std::size_t keys = all.columns.size();
    const AttentionMask part
        = mask.section({all.sequences, all.heads, {keys - static_cast<std::size_t>(rows), keys}, all.columns});
    const at::Tensor last = q.narrow(2, q.size(2) - rows, rows);
    const at::Tensor pattern
        = recomputedPattern(recipe, recomputedScores(recipe, last, k, part), part, q.scalar_type());
    const at::Tensor difference = at::sub(mixValues(pattern, v), z.narrow(1, z.size(1) - rows, rows));
    return difference.abs().max().to(at::kCPU).item<double>();
}

AttentionMask AttentionReader::section(const HeadInputs& head, Range rows, Range columns) const
{
    return mask_.section({{head.sequence, head.sequence + 1}, {head.head, head.head + 1}, rows, columns});
}

at::Tensor AttentionReader::scores(std::size_t layer, const HeadInputs& head, Range rows, Range columns) const
{
    const PatternRecipe recipe{config_, policies_, layer};
    const std::size_t count = static_cast<std::size_t>(head.query.size(0)),
                      keys = static_cast<std::size_t>(head.key.size(0));
    const bool whole = head.query.element_size() < 4 || keys <= shortRow;
    const Range block = onGrid(rows, rowGrid, count), across = whole ? Range{0, keys} : onGrid(columns, keyGrid, keys);
    const at::Tensor all = recomputedScores(recipe, asBatch(cut(head.query, 0, block)),
        asBatch(cut(head.key, 0, across)), section(head, block, across))[0][0];
    return cut(cut(all, 0, within(rows, block)), 1, within(columns, across));
}

std::size_t AttentionReader::lastKey(Range rows) const
{
    const std::size_t keys = mask_.whole().columns.size();
    return mask_.causal() && mask_.isPlain() ? onGrid(rows, keyGrid, keys).end : keys;
}

/// Rows on the grid -> [rows, lastKey]
at::Tensor AttentionReader::wholeRows(const PatternRecipe& recipe, const HeadInputs& head, Range rows) const
{
    const Range across{0, lastKey(rows)};
    const AttentionMask part = section(head, rows, across);
    const at::Tensor scores
        = recomputedScores(recipe, asBatch(cut(head.query, 0, rows)), asBatch(cut(head.key, 0, across)), part);
    return recomputedPattern(recipe, scores, part, head.query.scalar_type())[0][0];
}

AttentionReader::RowSums& AttentionReader::sumsOf(const PatternRecipe& recipe, const HeadInputs& head, Range rows)
{
    const std::size_t count = static_cast<std::size_t>(head.query.size(0));
    RowSums& sums = sums_[{recipe.layer, head.sequence, head.head}];
    const bool wide
        = config_.architecture->softmax == SoftmaxPrecision::Float32 && policies_.softmax == SoftmaxStep::Architecture;
    const auto type = wide ? at::kFloat : head.query.scalar_type();
    if (sums.known.empty()) {
        sums.known.resize(count);
        sums.peak = at::zeros({signedOf(count), 1}, head.query.options().dtype(type));
        sums.sum = at::zeros_like(sums.peak);
    }
    for (std::size_t first = rows.begin / rowGrid * rowGrid; first < rows.end; first += rowGrid) {
        if (sums.known[first])
            continue;
        std::size_t end = first;
        const std::size_t most = std::max(rowGrid, blockCells / lastKey({first, first + 1}));
        while (end < rows.end && end - first + rowGrid <= most && !sums.known[end])
            end = std::min(count, end + rowGrid);
        const Range block{first, end}, across{0, lastKey(block)};
        const at::Tensor scores = recomputedScores(recipe, asBatch(cut(head.query, 0, block)),
            asBatch(cut(head.key, 0, across)), section(head, block, across))[0][0]
                                      .to(type);
        const at::Tensor peak = at::amax(scores, {-1}, true);
        cut(sums.peak, 0, block).copy_(peak);
        cut(sums.sum, 0, block).copy_(at::exp(at::sub(scores, peak)).sum(-1, true));
        std::fill(sums.known.begin() + static_cast<std::ptrdiff_t>(first),
            sums.known.begin() + static_cast<std::ptrdiff_t>(end), true);
    }
    return sums;
}

at::Tensor AttentionReader::pattern(std::size_t layer, bool fused, const HeadInputs& head, Range rows, Range columns)
{
    const PatternRecipe recipe{config_, policies_, layer, fused};
    const std::size_t count = static_cast<std::size_t>(head.query.size(0));
    const Range block = onGrid(rows, rowGrid, count);
    const std::size_t across = lastKey(block);
    if (columns.begin >= across) // nothing of it may be attended to
        return at::zeros({signedOf(rows.size()), signedOf(columns.size())}, head.query.options());
    const bool whole = head.query.element_size() < 4 || mask_.hasBias() || across <= shortRow;
    if (whole || 2 * columns.size() >= across) {
        const at::Tensor some = cut(wholeRows(recipe, head, block), 0, within(rows, block));
        if (columns.end <= across)
            return cut(some, 1, columns);
        const at::Tensor wide = at::zeros({signedOf(rows.size()), signedOf(columns.size())}, some.options());
        if (columns.begin < across)
            wide.narrow(1, 0, signedOf(across - columns.begin)).copy_(cut(some, 1, {columns.begin, across}));
        return wide;
    }
    const RowSums& sums = sumsOf(recipe, head, rows);
    const auto type = sums.peak.scalar_type();
    const at::Tensor part = scores(layer, head, rows, columns).to(type);
    const at::Tensor weights
        = at::div(at::exp(at::sub(part, cut(sums.peak, 0, rows))), cut(sums.sum, 0, rows)).to(head.query.scalar_type());
    if (policies_.emptyRow == EmptyRow::Zeros)
        return at::where(at::isnan(weights), 0.0, weights);
    if (!fused || mask_.isPlain())
        return weights;
    // Whether a row may attend to anything is asked of all its keys.
    const at::Tensor open
        = section(head, rows, {0, mask_.whole().columns.end}).allowed(weights.device(), config_.windows[layer]);
    return open.defined() ? at::where(open.view({open.size(-2), open.size(-1)}).any(-1, true), weights, 0.0) : weights;
}

} // namespace headscope
