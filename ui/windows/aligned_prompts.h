// SPDX-License-Identifier: GPL-3.0-or-later
// Two prompts of one batch, lined up.
#pragma once

#include "core/analysis/token_alignment.h"
#include "core/cache/capture.h"
#include "ui/windows/comparison_panels.h"

namespace headscope::ui {

/// Two sequences of a capture with gaps where one has no token, so that rows and columns mean the same in both.
struct AlignedPrompts {
    std::vector<AlignedPlace> places;
    std::size_t same = 0, replaced = 0, onlyA = 0, onlyB = 0; ///< places
    std::shared_ptr<const std::vector<Token>> tokens; ///< of each place; two that differ as "·Mary→·John"

    /// The place of a position of A or else of B; nothing for padding.
    std::optional<std::size_t> placeOf(bool inA, std::size_t position) const;
    ComparedSources sourcesOf(const Capture& capture, SequenceId a, SequenceId b) const;
};

/// \pre the capture has both sequences
AlignedPrompts alignedPrompts(const Capture& capture, SequenceId a, SequenceId b);

} // namespace headscope::ui
