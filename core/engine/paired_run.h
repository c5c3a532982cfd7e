// SPDX-License-Identifier: GPL-3.0-or-later
// A candidate run beside a recorded one. Internal to core: includes ATen.
#pragma once

#include "core/engine/hook_comparison.h"
#include "core/engine/observed_run.h"
#include "core/engine/recorded_run.h"

namespace headscope {

/// What a candidate's run gave beside the reference.
struct PairedOutcome {
    std::vector<ParityRow> rows; ///< in the order of the pass
    std::vector<std::string> missing; ///< hooks of the reference that sdpa keeps the candidate from telling
    std::vector<std::pair<std::string, std::string>> notCompared; ///< hook (with * for layers), and why
    std::optional<NonFinite> referenceNonFinite, candidateNonFinite;
    std::optional<LogitAgreement> logits;
    std::vector<PatternPicture> pictures;

    /// The row of that hook and class; nullptr when it was not compared.
    const ParityRow* find(const std::string& hook, RowClass rows) const;
    /// Rows beyond tolerance, and hooks that are missing (for real rows).
    std::size_t failing(RowClass rows) const;
};

/// How much of an outcome is wanted.
struct PairedOptions {
    bool full = true; ///< every figure, the logits' agreement; else what verdicts need
    std::size_t pictures = 0;
    RecordedRun* record = nullptr; ///< gets the candidate's patterns and scores as well
    std::function<void(const std::vector<ParityRow>&)> onRows; ///< rows as they are ready
    std::function<void(std::size_t)> onLayer;
};

/// Runs the candidate and compares as its hooks fire.
PairedOutcome runBeside(const RecordedRun& reference, const PlannedRun& candidate, const ParityRequest& request,
    const std::vector<std::string>& hooks, ModelKeeper& keeper, const PairedOptions& options,
    const std::stop_token& stop);

/// The hooks of a run that are told by it: not patterns and scores under sdpa, which would be recomputed.
std::map<std::string, CanonicalHook> observable(const PlannedRun& run, const std::vector<std::string>& hooks);

} // namespace headscope
