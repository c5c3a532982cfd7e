// SPDX-License-Identifier: GPL-3.0-or-later
// A sequence with gaps, so that it lines up with another one.
#pragma once

#include "core/cache/pattern_source.h"

#include <memory>
#include <optional>
#include <vector>

namespace headscope {

/// The attention of some positions to one another. Cells of a position that is nothing are padding, with the value 0.
/// The source is asked for single cells, in strips of rows of bounded size one after the other, and the result is
/// pooled.
///
/// Options  specials and perRow are those of the source's own rows, all of whose keys count.
/// Threads  the sink is called on the thread that answers the last strip. Dropping the ticket ends the work after the
///          strip under way. A failure of the source is the answer; a range outside fails with Error(BadInput) at once.
/// \pre source is not null; positions grow by one from each to the next that is not nothing
/// \throws Error(BadInput) for a position that the source does not have.
std::shared_ptr<PatternSource> alignedTo(
    std::shared_ptr<PatternSource> source, std::vector<std::optional<std::size_t>> positions);

} // namespace headscope
