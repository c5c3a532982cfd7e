// SPDX-License-Identifier: GPL-3.0-or-later
// Every known reason: provoked, and not claimed where it is not the cause.
#include "core/engine/explainer.h"
#include "tests/core/parity_harness.h"

#include <c10/core/InferenceMode.h>

using namespace headscope;
using namespace headscope::parity;

class TestParityReasons : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reasonsAreProvoked_data();
    void reasonsAreProvoked();
    void softmaxDtypeIsProvoked();
    void reasonsAreNotClaimed();
};

void TestParityReasons::reasonsAreProvoked_data()
{
    QTest::addColumn<int>("reason");
    for (const ReasonInfo& each : allReasons())
        if (each.reason != Reason::SoftmaxDtype) // softmaxDtypeIsProvoked(): no two backends differ in that alone
            QTest::newRow(std::string(each.id).c_str()) << static_cast<int>(each.reason);
}

void TestParityReasons::reasonsAreProvoked()
{
    QFETCH(int, reason);
    const QTemporaryDir dir;
    const InspectionRequest demo{.model = "demo-gpt2", .prompts = prompts, .backend = Backend::Tapped};
    const InspectionRequest hooked{.model = "demo-gpt2",
        .prompts = prompts,
        .backend = Backend::Hooked,
        .processing = {false, false, false, false}};
    ParityRequest request;
    switch (static_cast<Reason>(reason)) {
    case Reason::PositionIds:
        request = changed(demo, [](auto& run) { run.positions = PositionPolicy::FromMask; });
        break;
    case Reason::MaskSentinel:
        request = changed(hooked, [](auto& run) { run.sentinel = SentinelChoice::FinfoMin; });
        request.hooks = {"blocks.*.attn.hook_attn_scores"};
        break;
    case Reason::PadRows:
        request = changed(hooked, [](auto& run) { run.sentinel = SentinelChoice::FinfoMin; });
        request.runs[1].sentinel = SentinelChoice::BackendDefault;
        request.runs[0].backend = Backend::Bridge;
        request.runs[0].processing = {};
        request.runs[0].positions = request.runs[1].positions = PositionPolicy::FromMask;
        request.hooks = {"blocks.*.attn.hook_pattern", "hook_pos_embed"};
        break;
    case Reason::CenterUnembed:
        request = changed(hooked, [](auto& run) { run.processing.centerUnembed = true; });
        break;
    case Reason::LnFolded:
        request = changed(hooked, [](auto& run) { run.processing.foldLn = true; });
        break;
    case Reason::ValueBiasFolded:
        request = changed(hooked, [](auto& run) { run.processing.foldValueBiases = true; });
        break;
    case Reason::WritingWeightsCentred:
        request = changed(hooked, [](auto& run) { run.processing.centerWritingWeights = true; });
        break;
    case Reason::SdpaNoPattern:
        request = changed(demo, [](auto& run) { run.attention = AttentionKind::Sdpa; });
        break;
    case Reason::ScaleIgnored:
        request = changed(
            InspectionRequest{.model = tiny("gpt2-unscaled"), .inputs = paddedInputs(dir), .backend = Backend::Tapped},
            [](auto& run) { run.backend = Backend::Bridge; });
        request.runs[1].positions = PositionPolicy::Arange;
        break;
    case Reason::SoftmaxDtype:
        return;
    case Reason::BosPadMask:
        request = changed(demo, [](auto& run) { run.mask = MaskForm::Ids; });
        break;
    case Reason::AllOnesMask:
        request = changed(demo, [](auto& run) { run.mask = MaskForm::Ones; });
        break;
    case Reason::PrependBos:
        request = changed(demo, [](auto& run) { run.prependBos = PrependBos::On; });
        break;
    }
    const auto pair = pairOf(request);
    QVERIFY2(pair->verdict.kind == VerdictKind::Known, qPrintable(text(*pair)));
    const auto& found = pair->verdict.reasons;
    QVERIFY2(std::find(found.begin(), found.end(), static_cast<Reason>(reason)) != found.end(), qPrintable(ids(found)));
    QVERIFY2(pair->verdict.alignedGap < 1e-4, qPrintable(text(*pair)));
}

void TestParityReasons::softmaxDtypeIsProvoked()
{
    const c10::InferenceMode inference;
    const QTemporaryDir dir;
    const PlannedRun plan = planRun({.model = tiny("gpt2-switches"), // it asks for float32 scores
        .inputs = paddedInputs(dir),
        .backend = Backend::Tapped,
        .dtype = DType::Float16});
    PlannedRun candidate = plan;
    candidate.policies.upcast = Upcast::Ignored;
    const std::vector<std::string> hooks{"blocks.*.attn.hook_pattern"};
    ModelKeeper keeper;
    RecordedRun reference(plan);
    const RunObserver keep{
        [&](const CanonicalHook& hook, const at::Tensor& value) { reference.add(hook.name, value); }, {}};
    reference.add("logits", observe(plan, keeper, observable(plan, hooks), keep, {}));
    ParityRequest request;
    request.tolerances.all = 0;
    const auto run = [&](const PlannedRun& each, bool full, const std::string&) {
        PairedOptions options;
        options.full = full;
        return runBeside(reference, each, request, hooks, keeper, options, {});
    };
    const PairedOutcome outcome = run(candidate, true, {});
    ParityPair pair;
    pair.rows = outcome.rows;
    Explainer(reference, candidate, outcome, run).explain(pair);
    QCOMPARE(ids(pair.verdict.reasons), QStringLiteral("SOFTMAX_DTYPE"));
    QVERIFY(pair.verdict.gap > 0);
    QCOMPARE(pair.verdict.alignedGap, 0.0);
}

void TestParityReasons::reasonsAreNotClaimed()
{
    // Policies differ in everything that HookedTransformer does otherwise; the cause is positions alone, as the prompts
    // are of one length and the hook is before anything else shows.
    ParityRequest request = requestOf("demo-gpt2", {Backend::Tapped, Backend::Hooked});
    for (InspectionRequest& run : request.runs)
        run.prompts = {prompts.front(), prompts.front()};
    request.hooks = {"blocks.*.attn.hook_pattern"};
    const auto same = pairOf(request);
    QVERIFY2(same->verdict.kind == VerdictKind::WithinTolerance, qPrintable(text(*same)));
    QVERIFY(same->verdict.reasons.empty());
    // A bug beside every difference of policy: nothing is known, and no reason is claimed that does not help.
    ParityRequest bug;
    bug.runs = {{.model = "demo-gpt2", .backend = Backend::Hooked, .processing = {true, true, true, true}}};
    bug.reference = data(QStringLiteral("bug_heads_swapped"));
    bug.hooks = {"blocks.*.attn.hook_pattern", "blocks.*.attn.hook_z"};
    const auto pair = pairOf(bug);
    QCOMPARE(pair->real.kind, VerdictKind::Diverges);
    for (const Reason never : {Reason::CenterUnembed, Reason::SdpaNoPattern, Reason::AllOnesMask, Reason::PrependBos,
             Reason::ScaleIgnored, Reason::SoftmaxDtype, Reason::BosPadMask, Reason::LnFolded})
        QVERIFY2(std::find(pair->real.reasons.begin(), pair->real.reasons.end(), never) == pair->real.reasons.end(),
            qPrintable(ids(pair->real.reasons)));
}

QTEST_GUILESS_MAIN(TestParityReasons)
#include "tst_parity_reasons.moc"
