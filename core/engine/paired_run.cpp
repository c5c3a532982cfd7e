// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/paired_run.h"

#include "core/engine/logit_agreement.h"
#include "core/engine/pattern_picture.h"
#include "core/error.h"

#include <algorithm>
#include <set>

namespace headscope {
namespace {

bool isSquare(HookPoint point) { return point == HookPoint::Pattern || point == HookPoint::AttentionScores; }

/// "blocks.*.attn.hook_q" for "blocks.3.attn.hook_q".
std::string anyLayer(const std::string& hook)
{
    if (!hook.starts_with("blocks."))
        return hook;
    return "blocks.*" + hook.substr(hook.find('.', 7));
}

/// Collects what a run beside a recorded one gives.
class Beside {
public:
    Beside(const RecordedRun& reference, const PlannedRun& candidate, const ParityRequest& request,
        const PairedOptions& options)
        : reference_(reference)
        , candidate_(candidate)
        , request_(request)
        , options_(options)
        , pairing_(pairRows(reference.plan().inputs, candidate.inputs))
        , comparison_(reference.plan(), candidate, pairing_, request.tolerances, options.full)
    {
        if (!pairing_.sameIds)
            throw Error(Fault::BadInput,
                "parity: expected the same tokens on both sides, found other ids"
                    + std::string(reference.isDump() ? " in the reference's input_ids" : ""));
    }

    void onHook(const CanonicalHook& hook, const at::Tensor& value)
    {
        if (options_.record && isSquare(hook.point))
            options_.record->add(hook.name, value);
        const at::Tensor* theirs = reference_.find(hook.name);
        if (!theirs) {
            skip(hook.name, "only the candidate tells it");
            return;
        }
        seen_.insert(hook.name);
        if (const std::string why
            = whyIncomparable(hook.point, reference_.plan().policies, candidate_.policies, candidate_.config());
            !why.empty()) {
            skip(hook.name, why);
            return;
        }
        requireShape(hook.name, *theirs, value, isSquare(hook.point));
        take(comparison_.compare(hook, *theirs, value));
        if (hook.point == HookPoint::Pattern)
            addPicture(hook, *theirs, value);
    }

    void onLogits(const at::Tensor& logits)
    {
        const at::Tensor* theirs = reference_.find("logits");
        if (!logits.defined() || !theirs) {
            if (logits.defined() || theirs)
                skip("logits", logits.defined() ? "only the candidate has them" : "only the reference has them");
            return;
        }
        seen_.insert("logits");
        requireShape("logits", *theirs, logits, false);
        take(comparison_.compareLogits(*theirs, logits));
        if (options_.full)
            outcome_.logits = agreementOf(
                *theirs, logits, reference_.plan().inputs, pairing_, request_.answers, request_.answerIndex);
    }

    PairedOutcome finish()
    {
        const bool fused = candidate_.request.attention != AttentionKind::Eager;
        for (const auto& [name, value] : reference_.values()) {
            if (seen_.contains(name))
                continue;
            const bool square = name.ends_with("attn.hook_pattern") || name.ends_with("attn.hook_attn_scores");
            const bool told = square && fused
                && (candidate_.policies.hooks != HookVocabulary::HuggingFace || name.ends_with("hook_pattern"));
            if (told)
                outcome_.missing.push_back(name);
            skip(name, told ? "the candidate attends with sdpa, which tells none" : "only the reference tells it");
        }
        if (!pairing_.sameLayout)
            skip("padded rows", "the two are padded differently");
        outcome_.referenceNonFinite = comparison_.firstNonFinite(false);
        outcome_.candidateNonFinite = comparison_.firstNonFinite(true);
        return std::move(outcome_);
    }

private:
    void skip(const std::string& hook, const std::string& why)
    {
        const std::pair<std::string, std::string> entry{anyLayer(hook), why};
        if (std::find(outcome_.notCompared.begin(), outcome_.notCompared.end(), entry) == outcome_.notCompared.end())
            outcome_.notCompared.push_back(entry);
    }

    void requireShape(const std::string& name, const at::Tensor& theirs, const at::Tensor& ours, bool square) const
    {
        const std::string label = (reference_.isDump() ? reference_.plan().request.inputs.empty()
                                              ? std::string("--reference")
                                              : reference_.plan().request.inputs.string()
                                                       : std::string("parity"))
            + ": " + name;
        requireHookShape(label, theirs, ours, square);
        const std::int64_t length = reference_.plan().inputs.ids.size(1), found = theirs.size(square ? 2 : 1);
        if (found != length)
            throw Error(Fault::BadInput,
                label + ": expected " + std::to_string(length) + " positions, found " + std::to_string(found));
    }

    void take(std::vector<ParityRow> rows)
    {
        if (options_.onRows)
            options_.onRows(rows);
        outcome_.rows.insert(
            outcome_.rows.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
        reference_.forgetPages();
    }

    void addPicture(const CanonicalHook& hook, const at::Tensor& theirs, const at::Tensor& ours)
    {
        const ParityRow* row = outcome_.find(hook.name, RowClass::Real);
        if (options_.pictures == 0 || !row || row->difference.identical || row->difference.cells == 0)
            return;
        auto& pictures = outcome_.pictures;
        pictures.push_back(pictureOf(
            theirs, ours, row->difference.worst, hook.layer.value_or(0), pairing_, reference_.plan().inputs.tokens));
        std::stable_sort(pictures.begin(), pictures.end(),
            [](const PatternPicture& a, const PatternPicture& b) { return a.maxAbsolute > b.maxAbsolute; });
        if (pictures.size() > options_.pictures)
            pictures.pop_back();
    }

    const RecordedRun& reference_;
    const PlannedRun& candidate_;
    const ParityRequest& request_;
    const PairedOptions& options_;
    RowPairing pairing_;
    HookComparison comparison_;
    PairedOutcome outcome_;
    std::set<std::string> seen_;
};

} // namespace

const ParityRow* PairedOutcome::find(const std::string& hook, RowClass which) const
{
    const auto found = std::find_if(
        rows.begin(), rows.end(), [&](const ParityRow& row) { return row.hook == hook && row.rows == which; });
    return found == rows.end() ? nullptr : &*found;
}

std::size_t PairedOutcome::failing(RowClass which) const
{
    const auto beyond = std::count_if(rows.begin(), rows.end(),
        [&](const ParityRow& row) { return row.rows == which && row.verdict.kind == VerdictKind::Diverges; });
    return static_cast<std::size_t>(beyond) + (which == RowClass::Real ? missing.size() : 0);
}

std::map<std::string, CanonicalHook> observable(const PlannedRun& run, const std::vector<std::string>& hooks)
{
    auto result = canonicalHooks(hooks, run.config(), run.policies.hooks);
    if (run.request.attention != AttentionKind::Eager)
        std::erase_if(result, [](const auto& each) { return isSquare(each.second.point); });
    return result;
}

PairedOutcome runBeside(const RecordedRun& reference, const PlannedRun& candidate, const ParityRequest& request,
    const std::vector<std::string>& hooks, ModelKeeper& keeper, const PairedOptions& options,
    const std::stop_token& stop)
{
    Beside beside(reference, candidate, request, options);
    const RunObserver observer{
        [&](const CanonicalHook& hook, const at::Tensor& value) { beside.onHook(hook, value); }, options.onLayer};
    beside.onLogits(observe(candidate, keeper, observable(candidate, hooks), observer, stop));
    reference.requireIntact();
    return beside.finish();
}

} // namespace headscope
