// SPDX-License-Identifier: GPL-3.0-or-later
// How alike the patterns of heads are.
#pragma once

#include "ui/views/cell_codes.h"

#include <memory>
#include <optional>
#include <vector>

namespace headscope::ui {

/// Small patterns of all heads, as the grid shows them; null where a head has not come yet. Shared, so that a worker
/// may read them.
using SmallPatterns = std::vector<std::shared_ptr<const CellCodes>>;

/// The cosine of the angle between the pattern of one head and that of each, in [0, 1]: 1 for the same up to a factor,
/// 0 for heads that never attend to the same cell. Masked cells and padding count as 0. Long patterns are
/// compared as they are pooled.
/// Nothing   for heads that have not come, are of another size, or attend to nothing.
/// NaN       where either has NaN.
/// Threads   any; a pure function.
std::vector<std::optional<float>> likeness(const SmallPatterns& heads, std::size_t to);

} // namespace headscope::ui
