// SPDX-License-Identifier: GPL-3.0-or-later
// Finds out why a candidate differs, by running it again. Internal to core: includes ATen.
#pragma once

#include "core/engine/alignment.h"
#include "core/engine/paired_run.h"
#include "core/parity/explanation.h"

#include <functional>
#include <map>

namespace headscope {

/// The rows that a verdict is about.
struct VerdictScope {
    bool real = true, padded = true;
    bool has(RowClass rows) const { return rows == RowClass::Real ? real : padded; }
};

/// Explains one candidate's difference. Every set of reasons is run at most once.
class Explainer {
public:
    /// Runs the candidate as changed. \param full with every figure. \param what names the reasons, for progress.
    using Run = std::function<PairedOutcome(const PlannedRun& run, bool full, const std::string& what)>;

    /// All of them must outlive this object.
    Explainer(const RecordedRun& reference, const PlannedRun& candidate, const PairedOutcome& asAsked, Run run);

    /// Fills in verdicts, tested reasons, and what every row is with the reasons taken away.
    /// \pre the rows of the pair are those of `asAsked`
    void explain(ParityPair& pair);

private:
    const PairedOutcome& outcome(ReasonSet set);
    std::vector<Reason> reasonsOf(ReasonSet set) const;
    std::string textOf(ReasonSet set) const;
    std::optional<ReasonSet> minimal(VerdictScope scope);
    Verdict verdict(VerdictScope scope, std::optional<ReasonSet> set);
    std::pair<double, double> gaps(VerdictScope scope, ReasonSet set);
    ReasonSet helpful(VerdictScope scope);
    ReasonTest testOf(std::size_t index, ReasonSet needed, const Verdict& verdict);
    void fillRows(ParityPair& pair, ReasonSet set, bool explained);

    const RecordedRun& reference_;
    const PlannedRun& candidate_;
    const PairedOutcome& asAsked_;
    Run run_;
    std::vector<Discrepancy> reasons_; ///< that tell the two apart
    std::map<ReasonSet, PairedOutcome> outcomes_;
};

/// Verdicts without any explanation.
void judge(ParityPair& pair);

} // namespace headscope
