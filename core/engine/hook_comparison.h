// SPDX-License-Identifier: GPL-3.0-or-later
// Compares one hook value of two runs after the other. Internal to core: includes ATen.
#pragma once

#include "core/engine/canonical_hooks.h"
#include "core/engine/difference_sum.h"
#include "core/engine/planned_run.h"
#include "core/engine/row_pairing.h"
#include "core/parity/parity_request.h"

#include <map>

namespace headscope {

/// Identical, WithinTolerance or Diverges; NotCompared without cells.
VerdictKind verdictOn(const Difference& difference, double tolerance);

/// Compares values of a reference with those of a candidate.
///
/// Threads  the engine's runner thread.
class HookComparison {
public:
    /// \param full whether every figure is wanted, or only what verdicts need. The runs must outlive this object.
    HookComparison(const PlannedRun& reference, const PlannedRun& candidate, const RowPairing& pairing,
        const Tolerances& tolerances, bool full);

    /// A row of the table for real tokens and, where the layouts agree and there is any, one for padding.
    std::vector<ParityRow> compare(const CanonicalHook& hook, const at::Tensor& reference, const at::Tensor& candidate);
    /// Likewise of the logits [B, T, V]: "logits" and "log_softmax".
    std::vector<ParityRow> compareLogits(const at::Tensor& reference, const at::Tensor& candidate);

    const std::optional<NonFinite>& firstNonFinite(bool ofCandidate) const
    {
        return ofCandidate ? candidateNonFinite_ : referenceNonFinite_;
    }

private:
    struct Planes {
        at::Tensor reference, candidate; ///< [B|1, 1|H, T, T] bool; undefined: everything is allowed
    };
    const Planes& planes(std::size_t layer);
    DifferenceSum sumRows(const CanonicalHook& hook, const at::Tensor& a, const at::Tensor& b, RowClass rows) const;
    DifferenceSum sumSquares(const CanonicalHook& hook, const at::Tensor& a, const at::Tensor& b, RowClass rows);
    ParityRow rowOf(const std::string& name, std::optional<std::size_t> layer, RowClass rows, const DifferenceSum& sum);

    const PlannedRun& reference_;
    const PlannedRun& candidate_;
    const RowPairing& pairing_;
    const Tolerances& tolerances_;
    bool full_;
    DType coarsest_;
    std::map<std::int64_t, Planes> planes_; ///< by window
    std::optional<NonFinite> referenceNonFinite_, candidateNonFinite_;
};

} // namespace headscope
