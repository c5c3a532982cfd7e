// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/rollout_product.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace headscope {

RolloutProduct::RolloutProduct(std::size_t tokens)
    : tokens_(tokens)
    , words_((tokens + 63) / 64)
    , product_(tokens * tokens)
    , next_(tokens * tokens)
    , weights_(blockRows * tokens)
    , begins_(tokens)
    , ends_(tokens)
    , reach_(tokens * words_)
    , allowed_(tokens * words_)
    , real_(tokens)
{
}

bool RolloutProduct::addRows(
    const double* mean, const CellKind* kinds, std::size_t rows, const std::function<bool()>& go)
{
    for (std::size_t done = 0; done < rows;) {
        const std::size_t count = std::min(blockRows, rows - done), query = row_;
        if (!go())
            return false;
        for (std::size_t i = 0; i < count; ++i, ++row_)
            readRow(row_, mean + (done + i) * tokens_, kinds + (done + i) * tokens_, weights_.data() + i * tokens_);
        if (first_)
            std::copy_n(weights_.begin(), count * tokens_, next_.begin() + static_cast<std::ptrdiff_t>(query * tokens_));
        else
            multiply(query, count, weights_.data());
        done += count;
    }
    return row_ < tokens_ || finishLayer(go);
}

/// (A + I) / 2, the row divided by its sum.
void RolloutProduct::readRow(std::size_t query, const double* mean, const CellKind* kinds, double* weights)
{
    std::fill_n(weights, tokens_, 0);
    real_[query] = kinds[query] != CellKind::Padding;
    if (real_[query] == 0)
        return;
    double sum = 0.5;
    for (std::size_t key = 0; key < tokens_; ++key)
        if (kinds[key] == CellKind::Allowed) {
            weights[key] = mean[key] / 2;
            sum += weights[key];
            set(allowed_, query, key);
        }
    weights[query] += 0.5;
    set(allowed_, query, query);
    for (std::size_t key = 0; key < tokens_; ++key)
        weights[key] /= sum;
}

void RolloutProduct::multiply(std::size_t query, std::size_t rows, const double* weights)
{
    std::array<double, blockRows * blockColumns> sums; // stays in the nearest cache
    for (std::size_t left = 0; left < tokens_; left += blockColumns) {
        const std::size_t right = std::min(left + blockColumns, tokens_);
        sums.fill(0);
        for (std::size_t key = 0; key < tokens_; ++key) {
            const std::size_t begin = std::max(left, begins_[key]), end = std::min(right, ends_[key]);
            if (begin >= end)
                continue;
            const double* const from = product_.data() + key * tokens_;
            for (std::size_t row = 0; row < rows; ++row) {
                const double weight = weights[row * tokens_ + key];
                if (weight == 0)
                    continue; // NaN of a row that nobody attends to stays there
                double* const to = sums.data() + row * blockColumns;
                for (std::size_t column = begin; column < end; ++column)
                    to[column - left] += weight * from[column];
            }
        }
        for (std::size_t row = 0; row < rows; ++row)
            std::copy_n(sums.begin() + static_cast<std::ptrdiff_t>(row * blockColumns), right - left,
                next_.begin() + static_cast<std::ptrdiff_t>((query + row) * tokens_ + left));
    }
}

bool RolloutProduct::finishLayer(const std::function<bool()>& go)
{
    row_ = 0;
    std::swap(product_, next_);
    if (std::exchange(first_, false)) {
        reach_ = allowed_;
    } else {
        // Layers mostly have one mask, and a causal one reaches no further when it is applied again: then there is
        // nothing to work out.
        bool within = true;
        for (std::size_t i = 0; within && i < reach_.size(); ++i)
            within = (allowed_[i] & ~reach_[i]) == 0;
        Bits joined(reach_.size());
        if (within && !closed_) {
            if (!joinReach(reach_, reach_, joined, go))
                return false;
            closed_ = joined == reach_;
        }
        if (!(within && closed_)) {
            if (!joinReach(allowed_, reach_, joined, go))
                return false;
            closed_ = false;
            std::swap(reach_, joined);
        }
    }
    std::fill(allowed_.begin(), allowed_.end(), 0);
    for (std::size_t query = 0; query < tokens_; ++query) {
        const std::uint64_t* const row = reach_.data() + query * words_;
        const std::uint64_t* const first = std::find_if(row, row + words_, [](std::uint64_t word) { return word != 0; });
        begins_[query] = ends_[query] = 0;
        if (first == row + words_)
            continue;
        const std::uint64_t* last = row + words_ - 1;
        while (*last == 0)
            --last;
        begins_[query] = static_cast<std::size_t>(first - row) * 64 + static_cast<std::size_t>(std::countr_zero(*first));
        ends_[query] = static_cast<std::size_t>(last - row + 1) * 64 - static_cast<std::size_t>(std::countl_zero(*last));
    }
    return true;
}

/// Whom each query reaches by way of whom it reaches on the left.
bool RolloutProduct::joinReach(
    const Bits& left, const Bits& right, Bits& joined, const std::function<bool()>& go) const
{
    std::fill(joined.begin(), joined.end(), 0);
    for (std::size_t query = 0; query < tokens_; ++query) {
        if (query % blockRows == 0 && !go())
            return false;
        std::uint64_t* const to = joined.data() + query * words_;
        for (std::size_t word = 0; word < words_; ++word)
            for (std::uint64_t rest = left[query * words_ + word]; rest != 0; rest &= rest - 1) {
                const std::size_t by = word * 64 + static_cast<std::size_t>(std::countr_zero(rest));
                const std::uint64_t* const from = right.data() + by * words_;
                for (std::size_t i = 0; i < words_; ++i)
                    to[i] |= from[i];
            }
    }
    return true;
}

} // namespace headscope
