// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/sample_report.h"

#include "core/parity/parity_request.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
const std::vector<std::string> words{"<|bos|>", "When", "·Mary", "·and", "·John", "·went", "·to", "·the", "·store", ",",
    "·John", "·gave", "·a", "·drink", "·to", "<b>&amp;</b>"};

/// What a pair of runs does to one row.
struct Part {
    VerdictKind kind = VerdictKind::Identical;
    double gap = 0; ///< of the first layer
    double growth = 1; ///< per layer
};

bool endsWith(const std::string& text, const char* end) { return text.ends_with(end); }

ParityRow row(const std::string& hook, std::optional<std::size_t> layer, RowClass rows, const Part& part)
{
    ParityRow result;
    result.hook = hook;
    result.layer = layer;
    result.rows = rows;
    result.tolerance = 1e-4;
    result.verdict.kind = part.kind;
    Difference& difference = result.difference;
    difference.cells = 4 * 16 * 64;
    difference.identical = part.kind == VerdictKind::Identical;
    // Hooks of one layer lie apart by different factors.
    const double factor = 0.3 + static_cast<double>(hook.size() % 7) / 4;
    difference.maxAbsolute
        = difference.identical ? 0 : part.gap * factor * std::pow(part.growth, static_cast<double>(layer.value_or(12)));
    difference.meanAbsolute = difference.maxAbsolute / 17;
    difference.maxRelative = difference.maxAbsolute / 0.7;
    difference.meanRelative = difference.meanAbsolute / 0.9;
    difference.cosine = 1 - difference.maxAbsolute / 1000;
    difference.neededTolerance = difference.maxAbsolute / 1.1;
    difference.worst = {1, std::nullopt, 5, 13};
    difference.worstReference = 0.1 + 0.2;
    difference.worstCandidate = 0.1 + 0.2 - difference.maxAbsolute;
    if (endsWith(hook, "hook_pattern") || endsWith(hook, "hook_attn_scores")) {
        difference.worst = {2, 7, 5, 3};
        difference.argMaxAgreement = difference.identical ? 1 : 0.987654321;
    }
    if (endsWith(hook, "hook_attn_scores")) {
        difference.referenceSentinel = "finfo.min";
        difference.candidateSentinel = "-inf";
    }
    if (endsWith(hook, "hook_pattern") || endsWith(hook, "log_softmax")) {
        difference.meanDivergence = difference.meanAbsolute / 3;
        difference.maxDivergence = difference.maxAbsolute / 3;
    }
    if (part.kind == VerdictKind::Known) {
        result.verdict.reasons = {Reason::PositionIds};
        result.verdict.gap = difference.maxAbsolute;
        result.aligned = difference;
        result.aligned->maxAbsolute = result.verdict.alignedGap = 8.25e-7 * factor;
        result.aligned->neededTolerance = 7.5e-7 * factor;
    } else {
        result.verdict.gap = difference.maxAbsolute;
    }
    return result;
}

/// Rows of a whole pass; what comes before `from` is identical.
std::vector<ParityRow> rows(std::size_t layers, std::size_t from, const Part& part)
{
    std::vector<ParityRow> result;
    const auto add = [&](const std::string& hook, std::optional<std::size_t> layer) {
        const bool before = layer ? *layer < from : hook == "hook_embed";
        for (const RowClass of : {RowClass::Real, RowClass::Padded})
            result.push_back(row(hook, layer, of, before ? Part{} : part));
    };
    add("hook_embed", std::nullopt);
    for (std::size_t layer = 0; layer < layers; ++layer)
        for (const std::string& glob : defaultParityHooks())
            if (glob.starts_with("blocks."))
                add("blocks." + std::to_string(layer) + glob.substr(8), layer);
    for (const char* hook : {"ln_final.hook_normalized", "logits", "log_softmax"})
        add(hook, std::nullopt);
    return result;
}

ParitySide side(const std::string& label, const std::string& system)
{
    ParitySide result;
    result.label = label;
    result.system = system;
    result.provenance
        = "smollm2 · " + label + " · cpu float32 · batch of 4 · left padding · Headscope 0.1.0, LibTorch 2.13.0";
    return result;
}

PatternPicture picture(std::size_t layer, std::size_t head, double shift)
{
    PatternPicture result;
    result.layer = layer;
    result.head = head;
    result.height = result.width = words.size();
    result.tokens = words;
    for (std::size_t query = 0; query < words.size(); ++query)
        for (std::size_t key = 0; key < words.size(); ++key) {
            const double a = key > query ? 0
                : key + 1 == query       ? 0.8
                                         : 0.2 / std::max<double>(1, static_cast<double>(query));
            const double wave = key > query ? 0 : shift * std::sin(static_cast<double>(3 * query + 5 * key));
            result.reference.push_back(static_cast<float>(a));
            result.candidate.push_back(static_cast<float>(std::clamp(a - wave, 0.0, 1.0)));
        }
    for (std::size_t i = 0; i < result.reference.size(); ++i)
        result.maxAbsolute = std::max<double>(result.maxAbsolute, std::abs(result.reference[i] - result.candidate[i]));
    return result;
}

LogitAgreement logits(double apart)
{
    LogitAgreement result;
    result.positions = 41;
    result.top1 = 1 - apart / 10;
    result.top5 = 0.875;
    result.referenceLoss = 3.0625;
    result.candidateLoss = 3.0625 + apart;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto number = static_cast<double>(i);
        result.answers.push_back(
            {i, 15, 12.5 + number, 9.75, 12.5 + number - apart, 9.75 + apart / 2, 0.4, 0.4 + apart});
    }
    return result;
}

ParityPair identicalPair(std::size_t layers)
{
    ParityPair pair;
    pair.reference = side("native float32 left", "emulates transformers 5.23.0");
    pair.candidate = side("tapped float32 left", "emulates NNsight 0.8.1 over transformers 5.23.0");
    pair.rows = rows(layers, layers + 1, {});
    for (ParityRow& row : pair.rows)
        if (!row.layer)
            row = headscope::row(row.hook, row.layer, row.rows, {});
    pair.verdict = pair.real = pair.padded = {VerdictKind::Identical, {}, 0, 0};
    pair.logits = logits(0);
    return pair;
}

ParityPair closePair(std::size_t layers)
{
    ParityPair pair;
    pair.reference = side("native float32 left", "emulates transformers 5.23.0");
    pair.candidate = side("bridge float32 left", "emulates TransformerBridge 4.3.0 (plain)");
    pair.rows = rows(layers, 1, {VerdictKind::WithinTolerance, 2e-7, 1.3});
    pair.verdict = pair.real = pair.padded = {VerdictKind::WithinTolerance, {}, 3.1e-6, 0};
    pair.logits = logits(1e-6);
    return pair;
}

ParityPair knownPair(std::size_t layers)
{
    ParityPair pair;
    pair.reference = side("native float32 left", "emulates transformers 5.23.0");
    pair.candidate = side("hooked float32 left", "emulates HookedTransformer 3.5.1 (processing all)");
    pair.rows = rows(layers, 0, {VerdictKind::Known, 0.002, 1.6});
    pair.reasons = {{Reason::PositionIds, "arange", "mask", 8.3e-7, 0, true},
        {Reason::MaskSentinel, "finfo.min", "-inf", 1.27, 64, false},
        {Reason::CenterUnembed, "as stored", "mean taken out", 1.2, 190, false}};
    pair.verdict = pair.real = {VerdictKind::Known, {Reason::PositionIds}, 1.27, 8.3e-7};
    pair.padded = {VerdictKind::Known, {Reason::PadRows}, 6.7, 0};
    pair.notCompared = {{"hook_pos_embed", "the reference has none"}};
    pair.logits = logits(0.25);
    for (std::size_t i = 0; i < 3; ++i)
        pair.pictures.push_back(picture(3 + i, 7 - i, 0.163 / static_cast<double>(i + 1)));
    return pair;
}

ParityPair divergingPair(std::size_t layers)
{
    ParityPair pair;
    pair.reference = side("dump " + hostileText, hostileText);
    pair.reference.provenance = hostileText;
    pair.candidate = side("hooked float16 right", "emulates HookedTransformer 3.5.1 (processing none)");
    const std::size_t from = std::min<std::size_t>(1, layers - 1);
    pair.rows = rows(layers, from, {VerdictKind::Diverges, 0.02, 1.5});
    const auto first = std::find_if(pair.rows.begin(), pair.rows.end(),
        [=](const ParityRow& row) { return row.layer == from && endsWith(row.hook, "hook_attn_scores"); });
    pair.firstDivergence = static_cast<std::size_t>(first - pair.rows.begin());
    Difference& broken = first->difference;
    broken.maxAbsolute = infinity;
    broken.meanAbsolute = nan;
    broken.cosine = nan;
    broken.neededTolerance = infinity;
    broken.referenceNans = 3;
    broken.candidateInfinities = 18446744073709551615U;
    broken.worstReference = -infinity;
    broken.worstCandidate = -nan;
    first->difference.worst.head = 0;
    pair.reasons = {{Reason::PositionIds, "arange", "mask", nan, 12, true}};
    pair.verdict = pair.real = {VerdictKind::Diverges, {Reason::PositionIds}, infinity, 0.75};
    pair.padded = {VerdictKind::NotCompared, {}, 0, 0};
    pair.candidate.firstNonFinite = {first->hook, from, {0, 2, 4, 1}, true};
    pair.reference.firstNonFinite = {"logits", std::nullopt, {0, std::nullopt, 4, 1}, false};
    pair.notCompared = {{hostileText, hostileText}};
    pair.logits = logits(nan);
    pair.pictures = {picture(1, 0, 0.5)};
    pair.pictures[0].reference[1] = static_cast<float>(nan);
    pair.pictures[0].tokens[3] = hostileText;
    pair.pictures[0].step = 2;
    return pair;
}

} // namespace

ParityReport sampleReport(std::size_t layers)
{
    ParityReport report;
    report.model = "models/smollm2";
    report.modelName = "SmolLM2-135M-Instruct";
    report.versions = {{"Headscope", "0.1.0"}, {"LibTorch", "2.13.0"}, {"ICU", "72.1"}};
    report.prompts = {"When Mary and John went to the store, John gave a drink to", "The capital of France is",
        hostileText, "Das Übermaß an Käse"};
    report.peakBytes = 1234567890;
    for (const auto& make : {identicalPair, closePair, knownPair, divergingPair})
        report.pairs.push_back(std::make_shared<const ParityPair>(make(layers)));
    ParityPair empty;
    empty.reference = side("native float32 left", "emulates transformers 5.23.0");
    empty.candidate = side("", "");
    report.pairs.push_back(std::make_shared<const ParityPair>(std::move(empty)));
    return report;
}

} // namespace headscope
