// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of two runs belong together. Internal to core: includes ATen.
#pragma once

#include "core/engine/model_inputs.h"
#include "core/parity/parity_report.h"

#include <vector>

namespace headscope {

/// Positions of two runs of the same prompts. Real tokens are paired from the end, so that padding on either side, and
/// a BOS in front of one of them, shift nothing. Rows of padding are paired only where both runs have the same layout.
struct RowPairing {
    struct Sequence {
        at::Tensor reference, candidate; ///< [N] int64, positions, ascending
    };
    std::vector<Sequence> real, padded; ///< [sequence]
    bool sameLayout = false; ///< same length, and padding in the same places
    bool sameIds = true; ///< paired tokens have the same ids
    std::size_t unpaired = 0; ///< real tokens without a partner, of both

    const std::vector<Sequence>& of(RowClass rows) const { return rows == RowClass::Real ? real : padded; }
    bool any(RowClass rows) const;
};

/// \throws Error(BadInput) when the numbers of sequences differ.
RowPairing pairRows(const ModelInputs& reference, const ModelInputs& candidate);

/// The rows `indices` of each sequence, one after the other: value [B, T, …] -> [sum of N, C] on the host.
at::Tensor pairedRows(const at::Tensor& value, const std::vector<RowPairing::Sequence>& sequences,
    at::Tensor RowPairing::Sequence::*side);

} // namespace headscope
