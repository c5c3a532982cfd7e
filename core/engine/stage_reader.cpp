// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/stage_reader.h"

#include "core/cache/tile_builder.h"
#include "core/engine/tensor_capture.h"

#include <ATen/ops/linalg_vector_norm.h>

#include <cmath>
#include <limits>

namespace headscope {
namespace {

bool isLeftOut(const Token& token) { return token.special || token.padding; }

/// [d, D] of one head, a view.
at::Tensor projectionOf(const LinearWeights& output, std::int64_t head, std::int64_t width)
{
    return output.layout == ProjectionLayout::InOut ? output.weight.narrow(0, head * width, width)
                                                    : output.weight.narrow(1, head * width, width).t();
}

} // namespace

at::Tensor valueNorms(const at::Tensor& values, std::size_t head, const LinearWeights* output)
{
    constexpr std::int64_t block = 512; // rows projected at a time
    const auto wide = values.options().dtype(at::kFloat);
    const at::Tensor through
        = output ? projectionOf(*output, static_cast<std::int64_t>(head), values.size(1)).to(wide) : at::Tensor();
    const at::Tensor norms = at::empty({values.size(0)}, wide);
    for (std::int64_t first = 0; first < values.size(0); first += block) {
        const std::int64_t count = std::min(block, values.size(0) - first);
        const at::Tensor some = values.narrow(0, first, count).to(wide);
        norms.narrow(0, first, count)
            .copy_(at::linalg_vector_norm(output ? at::matmul(some, through) : some, 2, at::IntArrayRef{-1}));
    }
    return norms.to(at::kCPU);
}

at::Tensor maskNumbers(const AttentionMask& mask, std::int64_t window)
{
    const auto all = mask.whole();
    const auto rows = static_cast<std::int64_t>(all.rows.size()), keys = static_cast<std::int64_t>(all.columns.size());
    const at::Tensor open = mask.allowed(at::kCPU, window), bias = mask.bias(at::kFloat, at::kCPU);
    at::Tensor numbers = bias.defined() ? bias.expand({1, 1, rows, keys}) : at::zeros({1, 1, rows, keys}, at::kFloat);
    if (open.defined())
        numbers
            = at::where(at::logical_or(open, at::lt(numbers, 0)), numbers, -std::numeric_limits<double>::infinity());
    return numbers.to(at::kFloat)[0][0];
}

RowDivision::RowDivision(const TensorCapture& capture, const PatternTile& tile)
    : capture_(capture)
    , tokens_(capture.header().tokens[tile.sequence.value])
    , stage_(tile.perRow ? tile.stage : Stage::Pattern)
{
    const bool ofProbabilities = tile.stage != Stage::Scores && tile.stage != Stage::Mask;
    divides_ = tile.perRow || (ofProbabilities && tile.specials == SpecialTokens::Renormalise);
    if (!divides_)
        return;
    known_ = &capture.shared().memory->divisors[{tile.sequence.value, tile.layer.value, tile.head.value,
        static_cast<std::size_t>(stage_), tile.specials != SpecialTokens::Show, tile.perRow}];
    known_->resize(tokens_.size(), std::numeric_limits<float>::quiet_NaN());
}

void RowDivision::exclude(std::size_t row, Range columns, CellKind* kinds) const
{
    const bool whole = isLeftOut(tokens_[row]);
    for (std::size_t column = columns.begin; column < columns.end; ++column, ++kinds)
        if (*kinds == CellKind::Allowed && (whole || isLeftOut(tokens_[column])))
            *kinds = CellKind::Excluded;
}

float RowDivision::divisor(std::size_t row, const PatternTile& tile)
{
    float& known = (*known_)[row];
    if (!std::isnan(known))
        return known;
    PatternTile whole; // rows that are read together, over every key
    whole.rows = tile.rows;
    whole.columns = {0, tokens_.size()};
    const Range rows = stripFrom(whole, row);
    const at::Tensor cells
        = capture_.rectangle(tile.sequence.value, tile.layer.value, tile.head.value, stage_, rows, whole.columns)
              .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat))
              .contiguous();
    std::vector<CellKind> kinds(whole.columns.size());
    for (std::size_t each = rows.begin; each < rows.end; ++each) {
        capture_.kinds(tile.sequence.value, tile.layer.value, tile.head.value, each, whole.columns, kinds.data());
        if (tile.specials != SpecialTokens::Show)
            exclude(each, whole.columns, kinds.data());
        const float* values = cells.const_data_ptr<float>() + (each - rows.begin) * kinds.size();
        double sum = 0;
        float most = 0;
        for (std::size_t key = 0; key < kinds.size(); ++key)
            if (kinds[key] == CellKind::Allowed && std::isfinite(values[key])) {
                sum += values[key];
                most = std::max(most, std::abs(values[key]));
            }
        (*known_)[each] = tile.perRow ? most : static_cast<float>(sum);
    }
    return known;
}

void RowDivision::apply(std::size_t row, const PatternTile& tile, float* cells, CellKind* kinds)
{
    if (tile.specials != SpecialTokens::Show)
        exclude(row, tile.columns, kinds);
    if (!divides_)
        return;
    const float by = divisor(row, tile);
    for (std::size_t column = 0; column < tile.columns.size(); ++column)
        if (kinds[column] == CellKind::Excluded && tile.specials == SpecialTokens::Renormalise)
            cells[column] = 0;
        else if (by > 0)
            cells[column] /= by;
}

} // namespace headscope
