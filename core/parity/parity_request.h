// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs to compare, and how closely.
#pragma once

#include "core/parity/parity_report.h"
#include "core/run/inspection_request.h"

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// How far values may lie apart: |a - b| <= t + t * size, see Difference::neededTolerance.
struct Tolerances {
    std::optional<double> all{}; ///< instead of the dtype's own
    std::vector<std::pair<std::string, double>> hooks{}; ///< glob of hook names and its tolerance; the first that
                                                         ///< matches counts, before `all`

    /// \param coarsest the less precise dtype of the two runs.
    double of(const std::string& hook, DType coarsest) const;
};
/// float64 1e-9, float32 1e-4, float16 5e-3, bfloat16 2e-2 (reference/parity.md §1.7).
double defaultTolerance(DType dtype);

/// The hooks that are compared when nobody names any.
const std::vector<std::string>& defaultParityHooks();

/// Tokens whose logits are set against each other for one sequence.
struct AnswerTokens {
    std::vector<std::int64_t> correct{}, incorrect{}; ///< several are averaged
};

/// Runs of one model on one batch. The first run is the reference of all others, unless a dump is.
struct ParityRequest {
    std::vector<InspectionRequest> runs{};
    std::vector<std::size_t> references{}; ///< [run] index of the run it is compared with, its own for a reference;
                                           ///< empty: 0 for all
    std::filesystem::path reference{}; ///< a dump by `run` or tests/oracle/dump_reference.py; empty: runs[0]
    std::vector<std::string> hooks{}; ///< globs of decoder names; empty: defaultParityHooks()
    Tolerances tolerances{};
    std::vector<AnswerTokens> answers{}; ///< [sequence]; empty: none
    std::optional<std::size_t> answerIndex{}; ///< position in the padded sequence, where no 2-D mask says
    bool explain = true; ///< run again with policies aligned when something differs
    std::size_t pictures = 6; ///< of heads, per pair
    bool keepPatterns = false; ///< keep whole patterns of both sides, in temporary files

    std::size_t referenceOf(std::size_t run) const { return run < references.size() ? references[run] : 0; }
    /// The run's backend, and what else tells it from the others: "hooked float16 right".
    std::string labelOf(std::size_t run) const;
};

/// Results as they come. Every call comes from the engine's runner thread; implementations must be quick and not throw.
class ParityListener {
public:
    virtual ~ParityListener() = default;
    struct Progress {
        std::string what; ///< "hooked: layer 3 of 30", "hooked, aligned POSITION_IDS: layer 3 of 30"
        double share = 0; ///< of the work known so far, 0 to 1
    };
    virtual void onParityProgress(RunId run, const Progress& progress) = 0;
    /// Rows of a pair as they are ready, before anything has been explained.
    virtual void onParityRows(RunId run, std::size_t pair, std::vector<ParityRow> rows) = 0;
    virtual void onParityPair(RunId run, std::size_t pair, std::shared_ptr<const ParityPair> result) = 0;
    virtual void onParityFinished(RunId run, std::shared_ptr<const ParityReport> report) = 0;
    virtual void onParityFailed(RunId run, std::exception_ptr why) = 0;
    virtual void onParityCancelled(RunId run) = 0;
};

} // namespace headscope
