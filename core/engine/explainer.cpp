// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/explainer.h"

#include <algorithm>
#include <tuple>

namespace headscope {
namespace {

std::size_t failing(const PairedOutcome& outcome, VerdictScope scope)
{
    std::size_t count = 0;
    for (const RowClass rows : {RowClass::Real, RowClass::Padded})
        count += scope.has(rows) ? outcome.failing(rows) : 0;
    return count;
}

bool makesWorse(const PairedOutcome& with, const PairedOutcome& without, VerdictScope scope)
{
    for (const ParityRow& row : without.rows) {
        if (!scope.has(row.rows) || row.verdict.kind != VerdictKind::Diverges)
            continue;
        const ParityRow* other = with.find(row.hook, row.rows);
        if (!other || other->verdict.kind != VerdictKind::Diverges
            || row.difference.neededTolerance > 2 * other->difference.neededTolerance)
            return true;
    }
    return failing(without, scope) > failing(with, scope);
}

/// The gravest kind of the rows in scope, and the largest gap.
Verdict plainVerdict(const std::vector<ParityRow>& rows, VerdictScope scope)
{
    Verdict verdict;
    for (const ParityRow& row : rows) {
        if (!scope.has(row.rows) || row.verdict.kind == VerdictKind::NotCompared)
            continue;
        verdict.gap = std::max(verdict.gap, row.difference.maxAbsolute);
        if (verdict.kind == VerdictKind::NotCompared || row.verdict.kind > verdict.kind)
            verdict.kind = row.verdict.kind;
    }
    verdict.alignedGap = verdict.gap;
    return verdict;
}

void judgeFirst(ParityPair& pair)
{
    const auto first = std::find_if(pair.rows.begin(), pair.rows.end(),
        [](const ParityRow& row) { return row.verdict.kind == VerdictKind::Diverges; });
    if (first != pair.rows.end())
        pair.firstDivergence = static_cast<std::size_t>(first - pair.rows.begin());
}

} // namespace

Explainer::Explainer(const RecordedRun& reference, const PlannedRun& candidate, const PairedOutcome& asAsked, Run run)
    : reference_(reference)
    , candidate_(candidate)
    , asAsked_(asAsked)
    , run_(std::move(run))
    , reasons_(discrepancies(reference.plan(), candidate, pairRows(reference.plan().inputs, candidate.inputs)))
{
}

/// Fills in verdicts, tested reasons and what every row is with the reasons taken away.
void Explainer::explain(ParityPair& pair)
{
    const VerdictScope all{}, real{true, false}, padded{false, true};
    const auto set = minimal(all);
    pair.real = verdict(real, minimal(real));
    pair.padded = verdict(padded, minimal(padded));
    pair.verdict = verdict(all, set);
    const ReasonSet final = set.value_or(everyReason(reasons_.size()));
    for (std::size_t index = 0; index < reasons_.size(); ++index)
        pair.reasons.push_back(testOf(index, set.value_or(0), pair.verdict));
    fillRows(pair, final, set.has_value());
}

const PairedOutcome& Explainer::outcome(ReasonSet set)
{
    if (set == 0)
        return asAsked_;
    const auto [it, isNew] = outcomes_.try_emplace(set);
    if (isNew)
        it->second = run_(aligned(candidate_, reference_.plan(), reasonsOf(set)), false, textOf(set));
    return it->second;
}

std::vector<Reason> Explainer::reasonsOf(ReasonSet set) const
{
    std::vector<Reason> result;
    for (std::size_t index = 0; index < reasons_.size(); ++index)
        if (contains(set, index))
            result.push_back(reasons_[index].reason);
    return result;
}

std::string Explainer::textOf(ReasonSet set) const
{
    std::string text;
    for (const Reason reason : reasonsOf(set))
        text += (text.empty() ? "" : " + ") + std::string(infoOf(reason).id);
    return text;
}

/// The reasons that everything of the scope needs to agree; none when they do not suffice, nothing when it agrees.
std::optional<ReasonSet> Explainer::minimal(VerdictScope scope)
{
    if (failing(asAsked_, scope) == 0)
        return 0;
    return minimalReasons(reasons_.size(), [&](ReasonSet set) { return failing(outcome(set), scope) == 0; });
}

Verdict Explainer::verdict(VerdictScope scope, std::optional<ReasonSet> set)
{
    Verdict result;
    bool any = false, identical = true;
    for (const ParityRow& row : asAsked_.rows)
        if (scope.has(row.rows) && row.verdict.kind != VerdictKind::NotCompared) {
            any = true;
            identical = identical && row.verdict.kind == VerdictKind::Identical;
        }
    const ReasonSet used = set.value_or(everyReason(reasons_.size()));
    std::tie(result.gap, result.alignedGap) = gaps(scope, used);
    if (!any) {
        result.kind = VerdictKind::NotCompared;
    } else if (!set) {
        result.kind = VerdictKind::Diverges;
        result.reasons = reasonsOf(helpful(scope));
    } else if (*set != 0) {
        result.kind = VerdictKind::Known;
        result.reasons = reasonsOf(*set);
    } else {
        result.kind = identical ? VerdictKind::Identical : VerdictKind::WithinTolerance;
    }
    return result;
}

/// How far apart what diverges is: of the logits where they do, else of everything that does; with nothing beyond
/// tolerance, of everything.
std::pair<double, double> Explainer::gaps(VerdictScope scope, ReasonSet set)
{
    const PairedOutcome& then = outcome(failing(asAsked_, scope) ? set : 0);
    double all = 0, before = 0, after = 0;
    bool logits = false;
    for (const ParityRow& row : asAsked_.rows) {
        if (!scope.has(row.rows))
            continue;
        all = std::max(all, row.difference.maxAbsolute);
        if (row.verdict.kind != VerdictKind::Diverges)
            continue;
        const bool isLogits = row.hook == "logits" || row.hook == "log_softmax";
        if (isLogits && !logits) {
            logits = true;
            before = after = 0;
        }
        if (logits && !isLogits)
            continue;
        const ParityRow* same = then.find(row.hook, row.rows);
        before = std::max(before, row.difference.maxAbsolute);
        after = std::max(after, same ? same->difference.maxAbsolute : 0);
    }
    return failing(asAsked_, scope) ? std::pair(before, after) : std::pair(all, all);
}

/// Reasons without which more diverges, or further, than with all of them.
ReasonSet Explainer::helpful(VerdictScope scope)
{
    ReasonSet result = 0;
    const ReasonSet all = everyReason(reasons_.size());
    for (std::size_t index = 0; index < reasons_.size(); ++index)
        if (makesWorse(outcome(all), outcome(without(all, index)), scope))
            result |= ReasonSet{1} << index;
    return result;
}

ReasonTest Explainer::testOf(std::size_t index, ReasonSet needed, const Verdict& verdict)
{
    const Discrepancy& what = reasons_[index];
    const PairedOutcome& alone = outcome(ReasonSet{1} << index);
    const bool helps = verdict.kind == VerdictKind::Diverges
        && std::find(verdict.reasons.begin(), verdict.reasons.end(), what.reason) != verdict.reasons.end();
    return {.reason = what.reason,
        .reference = what.reference,
        .candidate = what.candidate,
        .gapAligned = gaps({true, false}, ReasonSet{1} << index).second,
        .failingAligned = failing(alone, {}),
        .needed = contains(needed, index) || helps};
}

/// What each row is once the reasons are taken away, and which of them it needs.
void Explainer::fillRows(ParityPair& pair, ReasonSet set, bool explained)
{
    if (set == 0) { // nothing could be taken away
        judgeFirst(pair);
        return;
    }
    const PairedOutcome full = run_(aligned(candidate_, reference_.plan(), reasonsOf(set)), true, textOf(set));
    for (std::size_t index = 0; index < pair.rows.size(); ++index) {
        ParityRow& row = pair.rows[index];
        const ParityRow* then = full.find(row.hook, row.rows);
        if (!then)
            continue;
        row.aligned = then->difference;
        row.verdict.alignedGap = then->difference.maxAbsolute;
        if (row.verdict.kind != VerdictKind::Diverges)
            continue;
        for (std::size_t reason = 0; reason < reasons_.size(); ++reason) {
            if (!contains(set, reason))
                continue;
            const ParityRow* kept = outcome(without(set, reason)).find(row.hook, row.rows);
            if (kept && kept->verdict.kind == VerdictKind::Diverges
                && (then->verdict.kind != VerdictKind::Diverges
                    || kept->difference.neededTolerance > 2 * then->difference.neededTolerance))
                row.verdict.reasons.push_back(reasons_[reason].reason);
        }
        if (then->verdict.kind != VerdictKind::Diverges)
            row.verdict.kind = VerdictKind::Known;
        else if (!explained && !pair.firstDivergence)
            pair.firstDivergence = index;
    }
}

void judge(ParityPair& pair)
{
    pair.real = plainVerdict(pair.rows, {true, false});
    pair.padded = plainVerdict(pair.rows, {false, true});
    pair.verdict = plainVerdict(pair.rows, {});
    judgeFirst(pair);
}

} // namespace headscope
