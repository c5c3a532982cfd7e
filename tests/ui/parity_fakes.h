// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up comparisons.
#pragma once

#include "core/parity/parity_request.h"
#include "tests/ui/fakes.h"

namespace headscope::test {

inline ParityRow fakeRow(std::optional<std::size_t> layer, const std::string& hook, VerdictKind kind, double gap,
    RowClass rows = RowClass::Real)
{
    ParityRow row;
    row.hook = layer ? "blocks." + std::to_string(*layer) + "." + hook : hook;
    row.layer = layer;
    row.rows = rows;
    row.tolerance = 1e-4;
    row.difference.cells = 36;
    row.difference.identical = kind == VerdictKind::Identical;
    row.difference.maxAbsolute = gap;
    row.difference.neededTolerance = gap;
    row.verdict.kind = kind;
    row.verdict.gap = gap;
    return row;
}

/// What two layers of a model give: everything agrees but for the patterns of layer 1.
inline std::vector<ParityRow> fakeRows(VerdictKind pattern = VerdictKind::Diverges)
{
    std::vector<ParityRow> rows{fakeRow({}, "hook_embed", VerdictKind::Identical, 0)};
    for (std::size_t layer = 0; layer < 2; ++layer) {
        const bool bad = layer == 1;
        rows.push_back(fakeRow(layer, "attn.hook_q", VerdictKind::WithinTolerance, 3e-6));
        rows.push_back(
            fakeRow(layer, "attn.hook_pattern", bad ? pattern : VerdictKind::WithinTolerance, bad ? 0.25 : 1e-7));
        rows.push_back(fakeRow(layer, "attn.hook_pattern", VerdictKind::Identical, 0, RowClass::Padded));
        rows.push_back(fakeRow(layer, "hook_resid_post", bad ? pattern : VerdictKind::Identical, bad ? 1.27 : 0));
    }
    rows.push_back(fakeRow({}, "logits", pattern, 0.5));
    auto& worst = rows[6].difference;
    worst.worst = {0, 2, 4, 1};
    worst.worstReference = 0.5;
    worst.worstCandidate = 0.25;
    return rows;
}

inline std::shared_ptr<ParityPair> fakePair(
    const std::string& candidate = "hooked", VerdictKind pattern = VerdictKind::Diverges)
{
    auto pair = std::make_shared<ParityPair>();
    pair->reference.label = "native";
    pair->reference.system = "emulates transformers 5.23.0";
    pair->candidate.label = candidate;
    pair->candidate.system = "emulates HookedTransformer 3.5.1";
    pair->rows = fakeRows(pattern);
    pair->verdict.kind = pair->real.kind = pattern;
    pair->verdict.gap = 1.27;
    pair->verdict.alignedGap = 8.3e-7;
    if (pattern == VerdictKind::Diverges || pattern == VerdictKind::Known) {
        pair->verdict.reasons = {Reason::PositionIds};
        pair->reasons = {{Reason::PositionIds, "arange", "mask", 8.3e-7, 0, true},
            {Reason::MaskSentinel, "finfo.min", "-inf", 1.27, 6, false}};
    }
    if (pattern == VerdictKind::Diverges)
        pair->firstDivergence = 6;
    LogitAgreement logits;
    logits.positions = 11;
    logits.top1 = 1;
    logits.top5 = 0.98;
    logits.referenceLoss = 3.25;
    logits.candidateLoss = 3.5;
    logits.answers = {{0, 5, 4, 1, 4.5, 1, 0.5, 0.25}, {1, 3, 2, 3, 2, 2, 1.5, 1.75}};
    pair->logits = logits;
    return pair;
}

inline std::shared_ptr<ParityReport> fakeReport(std::vector<std::shared_ptr<const ParityPair>> pairs)
{
    auto report = std::make_shared<ParityReport>();
    report->model = report->modelName = "fake";
    report->prompts = {"The cat sat", "100%1 sure"};
    report->pairs = std::move(pairs);
    return report;
}

} // namespace headscope::test
