// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures of patterns that lie far apart. Internal to core: includes ATen.
#pragma once

#include "core/engine/planned_run.h"
#include "core/engine/row_pairing.h"
#include "core/parity/parity_report.h"

namespace headscope {

/// The head of one layer and sequence whose patterns [B, H, T, T] differ most, at the positions that are paired.
/// \param largest values a picture may have on a side.
PatternPicture pictureOf(const at::Tensor& reference, const at::Tensor& candidate, const CellPlace& worst,
    std::size_t layer, const RowPairing& pairing, const std::vector<std::vector<Token>>& tokens,
    std::size_t largest = 128);

} // namespace headscope
