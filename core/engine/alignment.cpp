// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/alignment.h"

#include <algorithm>

namespace headscope {
namespace {

using Flag = bool Processing::*;
struct ProcessingReason {
    Reason reason;
    Flag flag;
    const char* on;
};
constexpr ProcessingReason processingReasons[] = {
    {Reason::CenterUnembed, &Processing::centerUnembed, "centred"},
    {Reason::LnFolded, &Processing::foldLn, "folded"},
    {Reason::ValueBiasFolded, &Processing::foldValueBiases, "folded"},
    {Reason::WritingWeightsCentred, &Processing::centerWritingWeights, "centred"},
};

bool isOn(const PlannedRun& run, Flag flag) { return run.policies.processed && run.policies.processing.*flag; }

/// Whether a step of processing can change anything in this model (weight_processing.h).
bool hasEffect(Flag flag, const ModelConfig& config)
{
    if (flag == &Processing::centerUnembed)
        return config.hasHead && config.logitCap == 0;
    if (flag == &Processing::centerWritingWeights)
        return config.architecture->norm == NormKind::Layer;
    if (flag == &Processing::foldValueBiases)
        return config.attentionBias || config.architecture->qkv != QkvLayout::Separate;
    return true;
}

bool isFused(const PlannedRun& run) { return run.request.attention != AttentionKind::Eager; }

/// Positions [B, T] of a run.
at::Tensor positionsOf(const ModelInputs& inputs) { return inputs.positions.expand(inputs.ids.sizes()); }

std::string positionText(const PlannedRun& run) { return run.inputs.positionsUsed; }

bool positionsDiffer(const ModelInputs& a, const ModelInputs& b, const std::vector<RowPairing::Sequence>& pairs)
{
    const at::Tensor left = positionsOf(a), right = positionsOf(b);
    for (std::size_t row = 0; row < pairs.size(); ++row) {
        const auto which = static_cast<std::int64_t>(row);
        if (!at::equal(
                left[which].index_select(0, pairs[row].reference), right[which].index_select(0, pairs[row].candidate)))
            return true;
    }
    return false;
}

/// What a row gets that may attend to nothing.
bool emptyRowsAreZeros(const PlannedRun& run)
{
    const EmptyRow rule = run.policies.emptyRow;
    return isFused(run) || rule == EmptyRow::Zeros || rule == EmptyRow::ForcedZeros;
}

/// Whether some query may attend to nothing.
bool hasEmptyRows(const PlannedRun& run)
{
    const at::Tensor open = run.inputs.mask.allowed(at::kCPU);
    return open.defined() && !open.any(-1).all().item<bool>();
}

std::string maskText(const PlannedRun& run)
{
    const MaskStep step = run.policies.mask;
    const bool endless = run.policies.sentinel == Sentinel::NegativeInfinity;
    return step == MaskStep::AddNumbers ? "finfo.min added" : endless ? "-inf" : "finfo.min";
}

/// Which of the two mask reasons tells two masks apart; none for masks that differ in another way.
std::optional<Discrepancy> maskDiscrepancy(const PlannedRun& reference, const PlannedRun& candidate)
{
    if (reference.inputs.ids.sizes() != candidate.inputs.ids.sizes())
        return std::nullopt;
    const auto seen = [](const PlannedRun& run) { // what the run takes for content
        const at::Tensor& padding = run.inputs.mask.padding();
        return padding.defined() ? padding : at::ones(run.inputs.ids.sizes(), at::kBool);
    };
    if (reference.inputs.mask.rank() > 2 || candidate.inputs.mask.rank() > 2)
        return std::nullopt;
    const at::Tensor left = seen(reference), right = seen(candidate);
    if (at::equal(left, right))
        return std::nullopt;
    const bool leftAll = left.all().item<bool>(), rightAll = right.all().item<bool>();
    const auto text = [](bool all) { return std::string(all ? "all ones" : "padding masked"); };
    if (leftAll || rightAll)
        return Discrepancy{Reason::AllOnesMask, text(leftAll), text(rightAll)};
    const at::Tensor differs = at::ne(left, right);
    if (differs.sum(1).max().item<std::int64_t>() <= 1) {
        const bool more = right.sum().item<std::int64_t>() > left.sum().item<std::int64_t>();
        const std::string as = "last leading pad taken for BOS", plain = "padding masked";
        return Discrepancy{Reason::BosPadMask, more ? plain : as, more ? as : plain};
    }
    return std::nullopt;
}

bool startsWithBos(const PlannedRun& run, std::int64_t bos)
{
    const at::Tensor& real = run.inputs.real;
    for (std::int64_t row = 0; row < run.inputs.ids.size(0); ++row) {
        const std::int64_t first = real.defined() ? real[row].to(at::kByte).argmax().item<std::int64_t>() : 0;
        if (run.inputs.ids[row][first].item<std::int64_t>() != bos)
            return false;
    }
    return true;
}

std::optional<Discrepancy> bosDiscrepancy(const PlannedRun& reference, const PlannedRun& candidate)
{
    const Tokenizer* tokenizer = reference.description->tokenizer();
    if (!tokenizer || !tokenizer->bosId() || candidate.request.prompts.empty())
        return std::nullopt;
    const bool left = startsWithBos(reference, *tokenizer->bosId()),
               right = startsWithBos(candidate, *tokenizer->bosId());
    if (left == right)
        return std::nullopt;
    const auto text = [](bool on) { return std::string(on ? "BOS in front" : "no BOS"); };
    return Discrepancy{Reason::PrependBos, text(left), text(right)};
}

SoftmaxStep softmaxOf(const PlannedRun& run) { return run.policies.softmax; }

bool softmaxMatters(const PlannedRun& reference, const PlannedRun& candidate)
{
    const ModelConfig& config = candidate.config();
    const bool half = bytesOf(candidate.request.dtype) < 4;
    const bool wide = config.architecture->softmax == SoftmaxPrecision::Float32;
    const bool step = half && wide && softmaxOf(reference) != softmaxOf(candidate);
    const bool upcast = half && config.upcastScores
        && (reference.policies.upcast == Upcast::Ignored) != (candidate.policies.upcast == Upcast::Ignored);
    return step || upcast;
}

std::string softmaxText(const PlannedRun& run)
{
    const bool wide = run.config().architecture->softmax == SoftmaxPrecision::Float32
        && softmaxOf(run) == SoftmaxStep::Architecture;
    const bool upcast = run.config().upcastScores && run.policies.upcast != Upcast::Ignored;
    return wide || upcast ? "float32" : std::string(spell(run.request.dtype));
}

/// Positions as the reference has them, for every token that has a partner.
void alignPositions(PlannedRun& run, const PlannedRun& reference)
{
    const RowPairing pairing = pairRows(reference.inputs, run.inputs);
    const at::Tensor theirs = positionsOf(reference.inputs);
    at::Tensor ours = positionsOf(run.inputs).clone();
    for (const RowClass rows : {RowClass::Real, RowClass::Padded}) {
        const auto& pairs = pairing.of(rows);
        for (std::size_t row = 0; row < pairs.size(); ++row) {
            const auto which = static_cast<std::int64_t>(row);
            ours[which].index_put_({pairs[row].candidate}, theirs[which].index_select(0, pairs[row].reference));
        }
    }
    run.inputs.positions = ours;
    run.inputs.positionsUsed = "given";
}

void alignSentinel(PlannedRun& run, const BackendPolicies& reference)
{
    const bool zeros = emptyRowsAreZeros(run);
    run.policies.mask = reference.mask;
    run.policies.sentinel = reference.sentinel;
    run.policies.emptyRow = zeros ? EmptyRow::ForcedZeros : EmptyRow::ForcedUniform; // its own, whatever the sentinel
}

} // namespace

std::vector<Discrepancy> discrepancies(
    const PlannedRun& reference, const PlannedRun& candidate, const RowPairing& pairing)
{
    std::vector<Discrepancy> result;
    const auto add = [&](Reason reason, std::string left, std::string right) {
        result.push_back({reason, std::move(left), std::move(right)});
    };
    const BackendPolicies &left = reference.policies, &right = candidate.policies;
    if (positionsDiffer(reference.inputs, candidate.inputs, pairing.real)
        || (pairing.sameLayout && positionsDiffer(reference.inputs, candidate.inputs, pairing.padded)))
        add(Reason::PositionIds, positionText(reference), positionText(candidate));
    if (left.mask != right.mask || left.sentinel != right.sentinel)
        if (maskText(reference) != maskText(candidate))
            add(Reason::MaskSentinel, maskText(reference), maskText(candidate));
    const bool emptyDiffer = emptyRowsAreZeros(reference) != emptyRowsAreZeros(candidate) && hasEmptyRows(candidate)
        && !isFused(candidate);
    // In float16 finfo.min does not absorb a score: rows of added masks are not quite uniform, those of filled ones
    // are.
    const bool roundsApart = candidate.request.dtype == DType::Float16 && left.mask != right.mask
        && !emptyRowsAreZeros(reference) && !emptyRowsAreZeros(candidate) && hasEmptyRows(candidate);
    const bool padsDiffer = left.padEmbedding != right.padEmbedding && pairing.any(RowClass::Padded)
        && candidate.config().architecture->position == PositionKind::Learned;
    if (emptyDiffer || padsDiffer || roundsApart) {
        const auto text = [&](const PlannedRun& run) {
            const bool computed = roundsApart && run.policies.mask == MaskStep::AddNumbers;
            return std::string(emptyRowsAreZeros(run) ? "zeros"
                           : computed                 ? "as computed"
                                                      : "uniform")
                + (run.policies.padEmbedding == PadEmbedding::Zero ? ", no position embedding" : "");
        };
        add(Reason::PadRows, text(reference), text(candidate));
    }
    for (const ProcessingReason& each : processingReasons)
        if (const bool on = isOn(reference, each.flag);
            on != isOn(candidate, each.flag) && hasEffect(each.flag, candidate.config()))
            add(each.reason, on ? each.on : "as stored", on ? "as stored" : each.on);
    if (isFused(reference) != isFused(candidate))
        add(Reason::SdpaNoPattern, std::string(spell(reference.request.attention)),
            std::string(spell(candidate.request.attention)));
    if (left.ignoresUnscaled != right.ignoresUnscaled && !candidate.config().scaleScores) {
        const auto text = [](bool ignored) { return std::string(ignored ? "scaled all the same" : "not scaled"); };
        add(Reason::ScaleIgnored, text(left.ignoresUnscaled), text(right.ignoresUnscaled));
    }
    if (softmaxMatters(reference, candidate))
        add(Reason::SoftmaxDtype, softmaxText(reference), softmaxText(candidate));
    if (auto mask = maskDiscrepancy(reference, candidate))
        result.push_back(std::move(*mask));
    if (auto bos = bosDiscrepancy(reference, candidate))
        result.push_back(std::move(*bos));
    return result;
}

PlannedRun aligned(const PlannedRun& candidate, const PlannedRun& reference, std::span<const Reason> reasons)
{
    const auto has = [&](Reason reason) { return std::find(reasons.begin(), reasons.end(), reason) != reasons.end(); };
    PlannedRun run = candidate;
    if (has(Reason::SdpaNoPattern))
        run.request.attention = reference.request.attention;
    if (has(Reason::PrependBos)) {
        const auto bos = run.description->tokenizer()->bosId();
        run.request.prependBos = bos && startsWithBos(reference, *bos) ? PrependBos::On : PrependBos::Off;
    }
    if (has(Reason::SdpaNoPattern) || has(Reason::PrependBos))
        run = planRun(run.request, run.takesPositions);
    if (has(Reason::AllOnesMask) || has(Reason::BosPadMask)) {
        run.inputs.mask = reference.inputs.mask;
        choosePositions(run.inputs, run.request, run.policies); // by its own rule, from the mask it has now
    }
    if (has(Reason::PositionIds))
        alignPositions(run, reference);
    if (has(Reason::MaskSentinel))
        alignSentinel(run, reference.policies);
    if (has(Reason::PadRows)) {
        run.policies.emptyRow = emptyRowsAreZeros(reference) ? EmptyRow::ForcedZeros : EmptyRow::ForcedUniform;
        if (has(Reason::MaskSentinel) && !isFused(reference))
            run.policies.emptyRow = reference.policies.emptyRow; // masks are now the same: rows as it computes them
        run.policies.padEmbedding = reference.policies.padEmbedding;
    }
    for (const ProcessingReason& each : processingReasons)
        if (has(each.reason)) {
            run.policies.processing.*each.flag = isOn(reference, each.flag);
            run.policies.processed = true; // through float32, as processing is done
        }
    if (has(Reason::ScaleIgnored))
        run.policies.ignoresUnscaled = reference.policies.ignoresUnscaled;
    if (has(Reason::SoftmaxDtype)) {
        run.policies.softmax = reference.policies.softmax;
        run.policies.upcast = reference.policies.upcast;
    }
    return run;
}

} // namespace headscope
