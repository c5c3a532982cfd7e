// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/hook_comparison.h"

#include <algorithm>
#include <limits>

namespace headscope {
namespace {

constexpr std::int64_t cellsAtOnce = 1 << 21;

std::size_t sizeOf(std::int64_t value) { return static_cast<std::size_t>(value); }

std::vector<std::size_t> numbers(const at::Tensor& indices)
{
    const std::int64_t* begin = indices.const_data_ptr<std::int64_t>();
    return {begin, begin + indices.numel()};
}

/// [H, rows, columns] of one sequence of a plane; undefined when everything is allowed.
at::Tensor part(const at::Tensor& plane, std::int64_t sequence, std::int64_t heads, const at::Tensor& rows,
    const at::Tensor& columns)
{
    if (!plane.defined())
        return {};
    const at::Tensor one = plane[plane.size(0) == 1 ? 0 : sequence];
    return one.index_select(1, rows).index_select(2, columns).expand({heads, -1, -1});
}

/// What stands in the cells of `forbidden`; empty when there are none.
std::string sentinelOf(const at::Tensor& scores, const at::Tensor& forbidden)
{
    if (!forbidden.defined() || !forbidden.any().item<bool>())
        return {};
    const at::Tensor low = at::lt(scores, finfoMin(scores.scalar_type()) / 2);
    const at::Tensor endless = at::eq(scores, -std::numeric_limits<double>::infinity());
    const auto everywhere
        = [&](const at::Tensor& flags) { return at::bitwise_or(flags, forbidden.logical_not()).all().item<bool>(); };
    if (everywhere(endless))
        return "-inf";
    if (!everywhere(low))
        return "other";
    return at::bitwise_and(endless, forbidden).any().item<bool>() ? "mixed" : "finfo.min";
}

std::string joined(const std::string& known, const std::string& next)
{
    if (next.empty() || known == next)
        return known;
    return known.empty() ? next : (known == "other" || next == "other" ? "other" : "mixed");
}

DType coarser(DType a, DType b) { return defaultTolerance(a) > defaultTolerance(b) ? a : b; }

} // namespace

VerdictKind verdictOn(const Difference& difference, double tolerance)
{
    const bool sameSentinel = difference.referenceSentinel == difference.candidateSentinel;
    if (difference.cells == 0 && sameSentinel)
        return difference.referenceSentinel.empty() ? VerdictKind::NotCompared : VerdictKind::Identical;
    if (!sameSentinel || !(difference.neededTolerance <= tolerance))
        return VerdictKind::Diverges;
    return difference.identical ? VerdictKind::Identical : VerdictKind::WithinTolerance;
}

HookComparison::HookComparison(const PlannedRun& reference, const PlannedRun& candidate, const RowPairing& pairing,
    const Tolerances& tolerances, bool full)
    : reference_(reference)
    , candidate_(candidate)
    , pairing_(pairing)
    , tolerances_(tolerances)
    , full_(full)
    , coarsest_(coarser(reference.request.dtype, candidate.request.dtype))
{
}

const HookComparison::Planes& HookComparison::planes(std::size_t layer)
{
    const std::int64_t window = reference_.config().windows[layer];
    const auto [it, isNew] = planes_.try_emplace(window);
    if (isNew)
        it->second
            = {reference_.inputs.mask.allowed(at::kCPU, window), candidate_.inputs.mask.allowed(at::kCPU, window)};
    return it->second;
}

DifferenceSum HookComparison::sumRows(
    const CanonicalHook& hook, const at::Tensor& a, const at::Tensor& b, RowClass rows) const
{
    DifferenceSum sum(RowKind::Features, full_);
    const std::size_t heads = hook.layer && a.dim() == 4 ? sizeOf(a.size(2)) : 0;
    const auto& sequences = pairing_.of(rows);
    for (std::size_t sequence = 0; sequence < sequences.size(); ++sequence) {
        const std::vector<RowPairing::Sequence> one{sequences[sequence]};
        const auto ofSequence = [&](const at::Tensor& value) {
            return value.narrow(0, value.size(0) == 1 ? 0 : static_cast<std::int64_t>(sequence), 1);
        };
        const std::vector<std::size_t> positions = numbers(one.front().reference);
        const at::Tensor left = pairedRows(ofSequence(a), one, &RowPairing::Sequence::reference);
        const at::Tensor right = pairedRows(ofSequence(b), one, &RowPairing::Sequence::candidate);
        const std::size_t width = heads && left.numel() ? sizeOf(left.size(1)) / heads : 1;
        sum.add(left, right, {}, [&](std::size_t row, std::size_t column) {
            CellPlace place{.sequence = sequence, .row = positions[row], .column = column};
            if (heads)
                place.head = column / width, place.column = column % width;
            return place;
        });
    }
    return sum;
}

DifferenceSum HookComparison::sumSquares(
    const CanonicalHook& hook, const at::Tensor& a, const at::Tensor& b, RowClass rows)
{
    const bool scores = hook.point == HookPoint::AttentionScores;
    DifferenceSum sum(scores ? RowKind::Scores : RowKind::Probabilities, full_);
    const std::int64_t heads = a.size(1);
    const auto& sequences = pairing_.of(rows);
    for (std::size_t sequence = 0; sequence < sequences.size(); ++sequence) {
        const auto which = static_cast<std::int64_t>(sequence);
        const auto& pair = sequences[sequence];
        if (pair.reference.numel() == 0)
            continue;
        const bool real = rows == RowClass::Real;
        const at::Tensor keysA = real ? pair.reference : at::arange(a.size(3), at::kLong),
                         keysB = real ? pair.candidate : keysA;
        at::Tensor allowed;
        if (real || scores) { // a row of padding may often attend to nothing: what it got is compared whole
            const Planes& plane = planes(hook.layer.value_or(0));
            allowed = part(plane.reference, which, heads, pair.reference, keysA);
            const at::Tensor other = part(plane.candidate, which, heads, pair.candidate, keysB);
            if (other.defined())
                allowed = allowed.defined() ? at::bitwise_and(allowed, other) : other;
        }
        const std::int64_t count = pair.reference.numel(), keys = keysA.numel();
        const std::int64_t step
            = std::clamp<std::int64_t>(cellsAtOnce / std::max<std::int64_t>(1, count * keys), 1, heads);
        const std::vector<std::size_t> rowPositions = numbers(pair.reference), keyPositions = numbers(keysA);
        for (std::int64_t first = 0; first < heads; first += step) {
            const std::int64_t some = std::min(step, heads - first);
            const auto cut = [&](const at::Tensor& value, const at::Tensor& queries, const at::Tensor& columns) {
                return value[which]
                    .narrow(0, first, some)
                    .to(at::kCPU)
                    .index_select(1, queries)
                    .index_select(2, columns)
                    .reshape({some * count, keys});
            };
            sum.add(cut(a, pair.reference, keysA), cut(b, pair.candidate, keysB),
                allowed.defined() ? allowed.narrow(0, first, some).reshape({some * count, keys}) : at::Tensor(),
                [&](std::size_t row, std::size_t column) {
                    return CellPlace{.sequence = sequence,
                        .head = sizeOf(first) + row / sizeOf(count),
                        .row = rowPositions[row % sizeOf(count)],
                        .column = keyPositions[column]};
                });
        }
    }
    return sum;
}

ParityRow HookComparison::rowOf(
    const std::string& name, std::optional<std::size_t> layer, RowClass rows, const DifferenceSum& sum)
{
    ParityRow row{.hook = name,
        .layer = layer,
        .rows = rows,
        .tolerance = tolerances_.of(name, coarsest_),
        .difference = sum.finish(),
        .verdict = {}};
    row.verdict.gap = row.verdict.alignedGap = row.difference.maxAbsolute;
    row.verdict.kind = verdictOn(row.difference, row.tolerance);
    for (const bool ofCandidate : {false, true}) {
        auto& first = ofCandidate ? candidateNonFinite_ : referenceNonFinite_;
        if (const auto& found = sum.firstNonFinite(ofCandidate); found && !first) {
            first = found;
            first->hook = name;
            first->layer = layer;
        }
    }
    return row;
}

std::vector<ParityRow> HookComparison::compare(
    const CanonicalHook& hook, const at::Tensor& reference, const at::Tensor& candidate)
{
    const bool square = hook.point == HookPoint::AttentionScores || hook.point == HookPoint::Pattern;
    std::vector<ParityRow> result;
    for (const RowClass rows : {RowClass::Real, RowClass::Padded}) {
        if (!pairing_.any(rows))
            continue;
        const DifferenceSum sum
            = square ? sumSquares(hook, reference, candidate, rows) : sumRows(hook, reference, candidate, rows);
        ParityRow row = rowOf(hook.name, hook.layer, rows, sum);
        if (hook.point == HookPoint::AttentionScores) {
            const Planes& plane = planes(hook.layer.value_or(0));
            const auto& sequences = pairing_.of(rows);
            for (std::size_t sequence = 0; sequence < sequences.size(); ++sequence) {
                const auto which = static_cast<std::int64_t>(sequence);
                const auto sentinel = [&](const at::Tensor& value, const at::Tensor& open, const at::Tensor& queries) {
                    if (!open.defined() || queries.numel() == 0)
                        return std::string();
                    const at::Tensor all = at::arange(value.size(3), at::kLong);
                    const at::Tensor forbidden = part(open, which, value.size(1), queries, all).logical_not();
                    return sentinelOf(value[which].to(at::kCPU).index_select(1, queries), forbidden);
                };
                Difference& difference = row.difference;
                difference.referenceSentinel = joined(
                    difference.referenceSentinel, sentinel(reference, plane.reference, sequences[sequence].reference));
                difference.candidateSentinel = joined(
                    difference.candidateSentinel, sentinel(candidate, plane.candidate, sequences[sequence].candidate));
            }
            row.verdict.kind = verdictOn(row.difference, row.tolerance);
        }
        result.push_back(std::move(row));
    }
    return result;
}

std::vector<ParityRow> HookComparison::compareLogits(const at::Tensor& reference, const at::Tensor& candidate)
{
    std::vector<ParityRow> result;
    for (const RowClass rows : {RowClass::Real, RowClass::Padded}) {
        if (!pairing_.any(rows))
            continue;
        DifferenceSum raw(RowKind::Scores, full_), logs(RowKind::LogProbabilities, full_);
        const auto& sequences = pairing_.of(rows);
        for (std::size_t sequence = 0; sequence < sequences.size(); ++sequence) {
            const auto which = static_cast<std::int64_t>(sequence);
            const auto& pair = sequences[sequence];
            const std::vector<std::size_t> positions = numbers(pair.reference);
            const std::int64_t step = std::max<std::int64_t>(1, cellsAtOnce / reference.size(2));
            for (std::int64_t first = 0; first < pair.reference.numel(); first += step) {
                const std::int64_t count = std::min(step, pair.reference.numel() - first);
                const auto cut = [&](const at::Tensor& value, const at::Tensor& indices) {
                    return value[which]
                        .index_select(0, indices.narrow(0, first, count).to(value.device()))
                        .to(at::kCPU);
                };
                const at::Tensor a = cut(reference, pair.reference), b = cut(candidate, pair.candidate);
                const auto place = [&](std::size_t row, std::size_t column) {
                    return CellPlace{.sequence = sequence, .row = positions[sizeOf(first) + row], .column = column};
                };
                raw.add(a, b, {}, place);
                if (raw.finish().identical) // then so are the others, and log_softmax of every row is dear
                    logs.add(a, b, {}, place);
                else
                    logs.add(a.to(at::kDouble).log_softmax(-1), b.to(at::kDouble).log_softmax(-1), {}, place);
            }
        }
        ParityRow logits = rowOf("logits", std::nullopt, rows, raw);
        result.push_back(rowOf("log_softmax", std::nullopt, rows, logs));
        result.insert(result.end() - 1, std::move(logits));
    }
    return result;
}

} // namespace headscope
