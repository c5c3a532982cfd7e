// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/pattern_picture.h"

#include <algorithm>
#include <cmath>

namespace headscope {
namespace {

/// One head's pattern [N, N] at the paired positions, in float32.
at::Tensor square(const at::Tensor& patterns, const CellPlace& where, const at::Tensor& positions)
{
    return patterns[static_cast<std::int64_t>(where.sequence)][static_cast<std::int64_t>(where.head.value_or(0))]
        .to(at::kCPU, at::kFloat)
        .index_select(0, positions)
        .index_select(1, positions)
        .contiguous();
}

} // namespace

PatternPicture pictureOf(const at::Tensor& reference, const at::Tensor& candidate, const CellPlace& worst,
    std::size_t layer, const RowPairing& pairing, const std::vector<std::vector<Token>>& tokens, std::size_t largest)
{
    const auto& pair = pairing.real[worst.sequence];
    const at::Tensor a = square(reference, worst, pair.reference), b = square(candidate, worst, pair.candidate);
    const auto length = static_cast<std::size_t>(a.size(0));
    const std::size_t step = (length + largest - 1) / largest, side = (length + step - 1) / step;
    PatternPicture picture{.layer = layer,
        .head = worst.head.value_or(0),
        .sequence = worst.sequence,
        .height = side,
        .width = side,
        .step = step,
        .reference = std::vector<float>(side * side, 0),
        .candidate = std::vector<float>(side * side, 0),
        .tokens = {}};
    const float *left = a.const_data_ptr<float>(), *right = b.const_data_ptr<float>();
    std::vector<float> furthest(side * side, -1);
    for (std::size_t row = 0; row < length; ++row)
        for (std::size_t column = 0; column < length; ++column) {
            const float x = left[row * length + column], y = right[row * length + column];
            const std::size_t cell = row / step * side + column / step;
            const float gap = std::isnan(x - y) ? HUGE_VALF : std::fabs(x - y);
            if (gap < furthest[cell] || (gap == furthest[cell] && x <= picture.reference[cell]))
                continue;
            furthest[cell] = gap;
            picture.reference[cell] = x;
            picture.candidate[cell] = y;
        }
    picture.maxAbsolute = furthest.empty() ? 0 : *std::max_element(furthest.begin(), furthest.end());
    const std::int64_t* positions = pair.reference.const_data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < length; ++i)
        picture.tokens.push_back(tokens[worst.sequence][static_cast<std::size_t>(positions[i])].label);
    return picture;
}

} // namespace headscope
