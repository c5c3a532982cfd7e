// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/term_shares.h"

#include "core/engine/ops.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace headscope {

at::Tensor narrowOnHost(const at::Tensor& value) { return value.to(at::kCPU, at::kFloat).contiguous(); }

SumRows::SumRows(const at::Tensor& rows)
    : signs_(at::where(at::lt(narrowOnHost(rows), 0.0), -1.0F, 1.0F).contiguous())
    , doubled_(at::mul(at::abs(narrowOnHost(rows)), 2.0))
{
}

float SumRows::nearness(std::int64_t row, const float* term, float factor) const
{
    constexpr std::int64_t lanes = 16;
    const std::int64_t width = this->width();
    const float* sign = signs_.const_data_ptr<float>() + row * width;
    const float* doubled = doubled_.const_data_ptr<float>() + row * width;
    const auto element = [&](std::int64_t at) {
        const float along = sign[at] * (factor * term[at]);
        return std::min(along, doubled[at] - along);
    };
    std::array<float, lanes> sums{};
    std::int64_t at = 0;
    for (; at + lanes <= width; at += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane)
            sums[static_cast<std::size_t>(lane)] += element(at + lane);
    double sum = 0;
    for (; at < width; ++at)
        sum += static_cast<double>(element(at));
    for (const float each : sums)
        sum += static_cast<double>(each);
    return std::max(0.0F, static_cast<float>(sum));
}

void addNearness(const SumRows& sums, const HeadTerms& head, float* result, const std::function<bool()>& go)
{
    const std::int64_t tokens = sums.rows(), width = sums.width();
    const float* factors = head.factors.const_data_ptr<float>();
    const float* terms = head.terms.const_data_ptr<float>();
    at::parallel_for(0, tokens, 8, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t row = first; row < last && go(); ++row)
            for (std::int64_t key = 0; key < tokens; ++key)
                if (const float factor = factors[row * tokens + key]; factor != 0)
                    result[row * tokens + key] = sums.nearness(row, terms + key * width, factor);
    });
}

} // namespace headscope
