// SPDX-License-Identifier: GPL-3.0-or-later
// What a comparison of runs found, as plain data: for tables, files and pictures.
#pragma once

#include "core/cache/capture.h"
#include "core/parity/reasons.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// Rows of tokens that count, and rows of padding: compared apart, because what a system computes for padding is
/// nobody's result.
enum class RowClass { Real, Padded };
std::string_view spell(RowClass rows); ///< "real", "padded"

/// A cell of a hook value, by its meaning; what a value does not have is left out.
struct CellPlace {
    std::size_t sequence = 0;
    std::optional<std::size_t> head{};
    std::size_t row = 0; ///< query position in the reference's padded sequence (key position of k and v)
    std::size_t column = 0; ///< key position of scores and patterns; feature of everything else
};

/// How far one hook value of the candidate lies from the reference's, over one class of rows. Cells that the mask
/// forbids are left out of every figure but the sentinels.
struct Difference {
    std::uint64_t cells = 0; ///< compared
    bool identical = false; ///< the same bits, but for the payload of a NaN
    double maxAbsolute = 0, meanAbsolute = 0; ///< |a - b|; NaN and infinities are left out and counted below
    double maxRelative = 0, meanRelative = 0; ///< |a - b| / max(|a|, |b|); 0 where both are 0
    double cosine = 1; ///< of all cells as one vector, in double; NaN where one side is 0 throughout
    /// The smallest t with |a - b| <= t + t * size in every cell. The size is |a|, and, in all but patterns and
    /// log-softmax, at least the root mean square of the row: rounding errors of a sum go with its terms, and a
    /// residual stream may hold thousands beside hundredths. Infinite where only one side is NaN or infinite.
    double neededTolerance = 0;
    std::optional<double> meanDivergence{}, maxDivergence{}; ///< KL(reference ‖ candidate) of rows, nats; patterns and
                                                             ///< log-softmax
    std::optional<double> argMaxAgreement{}; ///< share of rows whose largest cell is the same; scores, patterns, logits
    std::uint64_t referenceNans = 0, candidateNans = 0, referenceInfinities = 0, candidateInfinities = 0;
    std::string referenceSentinel{}, candidateSentinel{}; ///< what stands in forbidden cells of scores: "-inf",
                                                          ///< "finfo.min", "other", "mixed"; empty without such cells
    CellPlace worst{}; ///< where neededTolerance comes from
    double worstReference = 0, worstCandidate = 0; ///< the two values there
};

enum class VerdictKind {
    Identical, ///< bit for bit
    WithinTolerance,
    Known, ///< beyond it, and within it once the reasons are taken away, each of them needed
    Diverges,
    NotCompared,
};
std::string_view spell(VerdictKind kind); ///< "identical", "within tolerance", "known", "diverges", "not compared"

struct Verdict {
    VerdictKind kind = VerdictKind::NotCompared;
    std::vector<Reason> reasons{}; ///< Known: the minimal set; Diverges: those that explain a part
    double gap = 0; ///< largest |a - b| of the logits, where they are beyond tolerance, else of all that is; with
                    ///< nothing beyond it, of everything compared
    double alignedGap = 0; ///< likewise with the reasons taken away
};
/// "known: POSITION_IDS (closes from 1.27 to 8.3e-07 when aligned)"; "diverges (partly: POSITION_IDS)".
std::string describe(const Verdict& verdict);

/// One hook point of one layer, one class of rows.
struct ParityRow {
    std::string hook; ///< "blocks.3.attn.hook_pattern" in the decoder vocabulary, whatever the runs call it; "logits",
                      ///< "log_softmax"
    std::optional<std::size_t> layer{};
    RowClass rows = RowClass::Real;
    double tolerance = 0;
    Difference difference; ///< of the runs as asked for
    std::optional<Difference> aligned{}; ///< with the reasons of the pair's verdict taken away
    Verdict verdict;
};

/// What taking one difference of policy away does.
struct ReasonTest {
    Reason reason = Reason::PositionIds;
    std::string reference, candidate; ///< the two policies, for people: "arange", "mask"
    double gapAligned = 0; ///< of real rows when only this one is aligned, as in Verdict
    std::size_t failingAligned = 0; ///< rows of the table beyond tolerance then, of both classes
    bool needed = false; ///< part of the verdict
};

/// The first value that is no number.
struct NonFinite {
    std::string hook;
    std::optional<std::size_t> layer{};
    CellPlace cell;
    bool isNan = false; ///< else infinite
};

/// Answers of one prompt under both runs.
struct AnswerAgreement {
    std::size_t sequence = 0, position = 0; ///< where the answer is read, in the reference's padded sequence
    double referenceCorrect = 0, referenceIncorrect = 0, candidateCorrect = 0, candidateIncorrect = 0; ///< logits
    double referenceLoss = 0, candidateLoss = 0; ///< -log softmax of the (first) correct answer, nats
    double referenceDifference() const { return referenceCorrect - referenceIncorrect; }
    double candidateDifference() const { return candidateCorrect - candidateIncorrect; }
};

/// Logits as people read them.
struct LogitAgreement {
    std::size_t positions = 0; ///< real tokens compared
    double top1 = 0, top5 = 0; ///< share of positions with the same best token; mean overlap of the best five
    double referenceLoss = 0, candidateLoss = 0; ///< mean next-token cross entropy over real tokens, nats; NaN without
    std::vector<AnswerAgreement> answers{};
};

/// One side of a pair.
struct ParitySide {
    std::string label; ///< "hooked float16 right", what tells the runs apart
    std::string system; ///< "emulates HookedTransformer 3.5.1 (…)", or what a dump says that it is
    std::string provenance; ///< one line
    std::optional<NonFinite> firstNonFinite{}; ///< cells that the mask forbids do not count
    CapturePtr capture{}; ///< with whole patterns, when ParityRequest::keepPatterns asked for them; null for a dump
                          ///< that holds none
};

/// A head whose patterns lie far apart, small enough for a report.
struct PatternPicture {
    std::size_t layer = 0, head = 0, sequence = 0;
    std::size_t height = 0, width = 0; ///< values
    std::size_t step = 1; ///< positions per value; the one that differs most is shown
    std::vector<float> reference, candidate; ///< [height, width]
    std::vector<std::string> tokens; ///< labels of the positions, [T]
    double maxAbsolute = 0;
};

struct ParityPair {
    ParitySide reference, candidate;
    std::vector<ParityRow> rows{}; ///< in the order of the pass
    std::vector<ReasonTest>
        reasons{}; ///< every reason that tells the two apart; empty when nothing had to be explained
    Verdict verdict{}; ///< over everything
    Verdict real{}, padded{}; ///< over each class of rows
    std::optional<std::size_t> firstDivergence{}; ///< index into rows: the first that neither agrees nor is explained
    std::vector<std::pair<std::string, std::string>> notCompared{}; ///< hook, and why
    std::optional<LogitAgreement> logits{};
    std::vector<PatternPicture> pictures{}; ///< worst first
};
/// "diverges at L1 blocks.1.attn.hook_attn_scores (partly: POSITION_IDS)", or describe(pair.verdict).
std::string describe(const ParityPair& pair);

struct ParityReport {
    std::string model; ///< as asked for
    std::string modelName;
    std::vector<std::pair<std::string, std::string>> versions{};
    std::vector<std::string> prompts{}; ///< empty when an inputs file was given
    std::string inputs{}; ///< that file's name
    std::vector<std::shared_ptr<const ParityPair>> pairs{};
    std::uint64_t peakBytes = 0; ///< largest resident set of the process up to the end

    VerdictKind worst() const; ///< the gravest verdict of the pairs, as VerdictKind orders them
};

} // namespace headscope
