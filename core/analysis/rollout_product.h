// SPDX-License-Identifier: GPL-3.0-or-later
// Attention rollout, layer by layer and row by row.
#pragma once

#include "core/cache/pattern_source.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace headscope {

/// The product over layers of (A + I) / 2, later layers on the left, where A is the mean pattern of a layer and every
/// row is divided by its sum (Abnar and Zuidema 2020). Row q, column k: how much of token k is in position q after the
/// last layer, if residual and attention count alike.
///
/// Padding rows are no rows: they stay 0, and no real row attends to them. A key is Allowed where a real query can
/// reach it through what the layers' masks allow, whatever the weights.
///
/// Memory   [tokens, tokens] twice in double, [tokens, tokens] bits.
/// Threads  one at a time.
class RolloutProduct {
public:
    explicit RolloutProduct(std::size_t tokens);

    /// The next rows of the layer's mean pattern, all their keys; after the last row of a layer the next layer begins.
    /// \param mean  [rows, tokens]; what is not Allowed counts as 0
    /// \param kinds [rows, tokens]
    /// \param go    asked now and then; false ends the work
    /// \return whether it was not ended
    bool addRows(const double* mean, const CellKind* kinds, std::size_t rows, const std::function<bool()>& go);

    /// \pre a layer, and no more than whole layers, has been added.
    float value(std::size_t query, std::size_t key) const
    {
        return static_cast<float>(product_[query * tokens_ + key]);
    }
    CellKind kind(std::size_t query, std::size_t key) const
    {
        return reaches(reach_, query, key)        ? CellKind::Allowed
            : real_[query] != 0 && real_[key] != 0 ? CellKind::Masked
                                                  : CellKind::Padding;
    }

private:
    using Bits = std::vector<std::uint64_t>; ///< [tokens, words]

    static constexpr std::size_t blockRows = 16, blockColumns = 256;

    bool reaches(const Bits& bits, std::size_t query, std::size_t key) const
    {
        return (bits[query * words_ + key / 64] >> (key % 64) & 1) != 0;
    }
    void set(Bits& bits, std::size_t query, std::size_t key) const
    {
        bits[query * words_ + key / 64] |= std::uint64_t{1} << (key % 64);
    }
    void readRow(std::size_t query, const double* mean, const CellKind* kinds, double* weights);
    void multiply(std::size_t query, std::size_t rows, const double* weights);
    bool finishLayer(const std::function<bool()>& go);
    bool joinReach(const Bits& left, const Bits& right, Bits& joined, const std::function<bool()>& go) const;

    std::size_t tokens_, words_;
    bool first_ = true; ///< layer
    std::size_t row_ = 0; ///< the next of the layer
    std::vector<double> product_, next_; ///< up to the layer before; up to this one
    std::vector<double> weights_; ///< [blockRows, tokens]
    std::vector<std::size_t> begins_, ends_; ///< of each row of product_: outside them it is 0
    Bits reach_, allowed_; ///< through all layers before; in this layer, with the residual
    bool closed_ = false; ///< reaching twice reaches no further than once
    std::vector<std::uint8_t> real_; ///< not padding
};

} // namespace headscope
