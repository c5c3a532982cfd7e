// SPDX-License-Identifier: GPL-3.0-or-later
// Some positions of a sequence as if they were all of it.
#pragma once

#include "core/cache/pattern_source.h"

namespace headscope {

/// The attention of positions begin … end - 1 to one another, counted from 0: what two runs have in common that pad
/// the same tokens differently.
///
/// Threads  as the source's own. Fails as it does; a range outside the part fails with Error(BadInput) at once, on the
///          caller's thread.
/// \throws Error(BadInput) when the source has not that many positions.
std::shared_ptr<PatternSource> partOf(std::shared_ptr<PatternSource> source, Range positions);

} // namespace headscope
