// SPDX-License-Identifier: GPL-3.0-or-later
// Ways of running one model, axis by axis.
#pragma once

#include "core/parity/parity_request.h"

namespace headscope {

/// The values that each axis takes; every combination is a run. An empty axis has the value of the common request.
struct ParityAxes {
    std::vector<Backend> backends{};
    std::vector<AttentionKind> attentions{};
    std::vector<std::string> devices{};
    std::vector<DType> dtypes{};
    std::vector<PaddingSide> paddings{};
    std::vector<MaskForm> masks{};
    std::vector<PositionPolicy> positions{};
};

/// Every combination as a run, and which is whose reference: with several backends the first one, for each combination
/// of the others; with one, the first combination of all. With a dump (`common.reference`) every run is a candidate.
/// Choices that a backend does not have (--bridge-mode, --processing, --sentinel) go to those that do.
ParityRequest crossed(const InspectionRequest& common, const ParityAxes& axes);

/// For a command line, where nobody would notice: \throws Error(BadInput) for a choice of `common` that no run has
/// taken.
void requireTakenChoices(const InspectionRequest& common, const std::vector<InspectionRequest>& runs);

} // namespace headscope
