// SPDX-License-Identifier: GPL-3.0-or-later
// Attention rollout of a run, read through the same door as a head.
#pragma once

#include "core/cache/capture.h"

#include <functional>
#include <memory>

namespace headscope {

/// Tokens of the longest sequence whose rollout is made: it needs all of it at once.
inline constexpr std::size_t longestRollout = 2048;

/// "rollout up to layer 5, mean over heads"
std::string describeRollout(LayerId last);

/// Rows of layers that are done, of those there are. On the source's own thread.
using RolloutProgress = std::function<void(std::size_t done, std::size_t total)>;

/// A source of one layer with one head, whose pattern is the rollout of layers 0 to `last` (RolloutProduct says what
/// that is), A being the mean of all heads of a layer.
///
/// Options  special tokens always take part; with perRow the rows of the product are divided by their largest value.
///
/// Threads  the first request starts a thread that reads all patterns of those layers and multiplies; requests wait for
///          it and are answered there, later ones within the call. Dropping the source ends the thread, at once but for
///          a block of rows under way; requests are not answered then. A failure of the source is the answer to all of
///          them; scores, another layer or head and a range outside fail with Error(BadInput) at once.
///
/// \pre source is not null
/// \throws Error(BadInput) for a layer that is not there, a sequence longer than longestRollout, and when there are not
///         as many keys as queries.
std::shared_ptr<PatternSource> rolloutOf(
    std::shared_ptr<PatternSource> source, LayerId last, RolloutProgress progress = {});

/// Of a sequence of a capture. \throws Error(BadInput) likewise, and where queries look at another text, however long.
std::shared_ptr<PatternSource> rolloutOf(
    const Capture& capture, SequenceId sequence, LayerId last, RolloutProgress progress = {});

} // namespace headscope
