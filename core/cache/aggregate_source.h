// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads of one run as one, read through the same door as a head.
#pragma once

#include "core/analysis/head_place.h"
#include "core/cache/pattern_source.h"

#include <memory>

namespace headscope {

/// What becomes of the values of a cell, one of each head.
enum class Aggregate {
    Mean,
    Maximum,
    Deviation, ///< the standard deviation of all of them: the root of the mean squared distance from their mean
};

/// "mean of 3 heads: L0 H1, L1 H2, L3 H0"; of a layer all of whose heads are among them just "layer 5".
std::string describe(Aggregate aggregate, const std::vector<HeadPlace>& heads, std::size_t headsOfALayer);

/// A source of one layer with one head, whose pattern is the aggregate of those heads' patterns. They are asked for
/// single cells, one head after the other in strips of rows of bounded size, and the result is pooled: never an
/// aggregate of pooled values.
///
/// Values   computed in double. A head that may not attend to a key counts with 0 there; NaN where any head has NaN in
///          an allowed cell. Padding rows stay padding. Special tokens are left out of each head before. With perRow
///          the combined rows are divided by their own largest value, which takes all of their keys.
/// Kinds    Allowed where any head's is; else Masked where any is; else Padding.
/// Threads  the sink is called on the thread that answers the last strip; the sums are made where each is answered.
///          Dropping the ticket withdraws what the source was asked for. Its failure is the answer; scores, another
///          layer or head and a range outside fail with Error(BadInput) at once, on the caller's thread.
///
/// \pre source is not null
/// \throws Error(BadInput) without heads, and when one is not there.
std::shared_ptr<PatternSource> aggregateOf(
    std::shared_ptr<PatternSource> source, std::vector<HeadPlace> heads, Aggregate aggregate);

} // namespace headscope
