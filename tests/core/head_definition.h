// SPDX-License-Identifier: GPL-3.0-or-later
// Head scores by their definition, cell by cell in double.
#pragma once

#include "core/engine/tensor_capture.h"

#include <array>
#include <cmath>

namespace headscope::seeds {

using Dense = std::vector<std::vector<double>>; // [query][key]

/// The cells that TransformerLens's detect_head looks for, as matrices over real tokens.
inline std::array<Dense, 3> detectionPatterns(const std::vector<std::int64_t>& ids)
{
    const std::size_t n = ids.size();
    std::array<Dense, 3> result;
    result.fill(Dense(n, std::vector<double>(n)));
    auto& [previous, duplicate, induction] = result;
    for (std::size_t q = 0; q < n; ++q)
        for (std::size_t k = 0; k <= q; ++k) {
            previous[q][k] = k + 1 == q;
            duplicate[q][k] = k < q && ids[q] == ids[k];
            induction[q][k] = k > 0 && ids[k - 1] == ids[q]; // k - 1 < q
        }
    return result;
}

/// Scores by their definition from a whole pattern [T,T] and the kinds of its cells.
inline HeadScores byDefinition(const TensorCapture& capture, std::size_t sequence, std::size_t layer, std::size_t head,
    const at::Tensor& whole, HeadScoreOptions options)
{
    const auto& tokens = capture.header().tokens[sequence];
    const std::int64_t window = capture.shared().model->config().windows[layer];
    std::vector<std::size_t> real;
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (!tokens[i].padding) {
            real.push_back(i);
            ids.push_back(tokens[i].id);
        }
    const auto chosen = detectionPatterns(ids);
    const at::Tensor wide = whole.to(at::kDouble).contiguous();
    std::array<double, 3> sums{};
    double entropy = 0, first = 0, total = 0;
    std::size_t rows = 0;
    for (std::size_t q = 0; q < real.size(); ++q) {
        bool any = false;
        for (std::size_t k = 0; k < real.size(); ++k) {
            if (capture.shared().mask().kind(sequence, head, real[q], real[k], window) != CellKind::Allowed)
                continue;
            any = true;
            const double p = wide.const_data_ptr<double>()[real[q] * tokens.size() + real[k]];
            entropy -= p != 0 ? p * std::log(p) : 0; // NaN counts
            first += k == 0 ? p : 0;
            if ((options.excludeBos && k == 0) || (options.excludeCurrentToken && k == q))
                continue;
            total += p;
            for (std::size_t i = 0; i < 3; ++i)
                sums[i] += p * chosen[i][q][k];
        }
        rows += any;
    }
    const auto count = static_cast<double>(rows);
    return {rows, entropy / count, first / count, sums[0] / total, sums[1] / total, sums[2] / total};
}

inline double gap(const HeadScores& a, const HeadScores& b)
{
    double worst = a.rows == b.rows ? 0 : INFINITY;
    for (const auto value : {&HeadScores::entropy, &HeadScores::firstToken, &HeadScores::previousToken,
             &HeadScores::duplicateToken, &HeadScores::induction}) {
        const double x = a.*value, y = b.*value;
        if (std::isnan(x) != std::isnan(y))
            return INFINITY;
        if (!std::isnan(x))
            worst = std::max(worst, std::abs(x - y));
    }
    return worst;
}

} // namespace headscope::seeds
