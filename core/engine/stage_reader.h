// SPDX-License-Identifier: GPL-3.0-or-later
// The stages that are made of others, and rows divided by something of their own. Internal to core: includes ATen.
#pragma once

#include "core/engine/attention_mask.h"
#include "core/engine/weights.h"
#include "core/run/run_header.h"

#include <array>
#include <map>

namespace headscope {

class TensorCapture;

/// What is remembered of a run's heads, so that it is computed once. Reader thread.
struct StageMemory {
    std::map<std::array<std::size_t, 4>, at::Tensor> valueNorms; ///< by sequence, layer, head, whether projected
    std::map<std::array<std::size_t, 6>, std::vector<float>> divisors; ///< of rows; NaN: not known
};

/// The lengths of a head's values, [T] float32 on the CPU.
/// \param values [T, d]
/// \param output the layer's output projection, through which the head's values go first; null: they do not
at::Tensor valueNorms(const at::Tensor& values, std::size_t head, const LinearWeights* output);

/// What a mask does to the scores of a head, [R, K] float32 on the CPU: 0 where it allows, the user's own number where
/// there is one, else -inf.
/// \param mask of just these rows and keys of one sequence and head
at::Tensor maskNumbers(const AttentionMask& mask, std::int64_t window);

/// Changes rows of a tile's stage as PatternTile::specials and ::perRow say. Reader thread; the capture outlives it.
class RowDivision {
public:
    /// \param tile with sequence, layer, head and stage
    RowDivision(const TensorCapture& capture, const PatternTile& tile);

    /// \param cells, kinds of the tile's columns of one row
    void apply(std::size_t row, const PatternTile& tile, float* cells, CellKind* kinds);

private:
    void exclude(std::size_t row, Range columns, CellKind* kinds) const;
    float divisor(std::size_t row, const PatternTile& tile);

    const TensorCapture& capture_;
    const std::vector<Token>& tokens_;
    Stage stage_; ///< whose rows the divisor is of
    bool divides_ = false;
    std::vector<float>* known_ = nullptr; ///< divisors by row
};

} // namespace headscope
