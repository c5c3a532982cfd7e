// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons of runs against dumps of the real systems and of ports with a bug.
#include "core/error.h"
#include "core/io/safetensors_writer.h"
#include "tests/core/parity_harness.h"

#include <QTemporaryDir>

#include <cmath>
#include <fstream>

using namespace headscope;
using namespace headscope::parity;

namespace {

/// One candidate beside a dump, on the dump's inputs.
std::shared_ptr<const ParityPair> beside(const QString& dump, InspectionRequest candidate, double tolerance = 0)
{
    ParityRequest request;
    request.runs = {std::move(candidate)};
    request.reference = data(dump);
    if (tolerance > 0)
        request.tolerances.all = tolerance;
    return compare(std::move(request))->pairs.at(0);
}

} // namespace

class TestParity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachBackendAgreesWithItsOriginal_data();
    void eachBackendAgreesWithItsOriginal();
    void positionsExplainHookedUnderLeftPadding();
    void bugsAreFoundWhereTheyAre_data();
    void bugsAreFoundWhereTheyAre();
    void paddingSidesArePairedByToken();
    void nothingInCommonIsAnError();
    void whatCannotBeComparedIsSaid_data();
    void whatCannotBeComparedIsSaid();
    void firstNonFiniteIsPlaced();
    void answersAreReadAtTheLastRealToken();
    void patternsAreKeptForViews();
    void rowsStreamAndARunCanBeStopped();
};

void TestParity::eachBackendAgreesWithItsOriginal_data()
{
    QTest::addColumn<QString>("dump");
    QTest::addColumn<int>("backend");
    QTest::addColumn<bool>("exact");
    for (const char* model : {"demo-gpt2", "demo-rotary"}) {
        const auto add = [&](const char* system, Backend backend, bool exact) {
            const QString name = QStringLiteral("%1_%2").arg(QLatin1String(model), QLatin1String(system));
            QTest::newRow(qPrintable(name)) << name << static_cast<int>(backend) << exact;
        };
        add("transformers", Backend::Native, true);
        add("nnsight", Backend::Tapped, true);
        add("bridge", Backend::Bridge, false);
        add("hooked", Backend::Hooked, false);
    }
}

void TestParity::eachBackendAgreesWithItsOriginal()
{
    QFETCH(QString, dump);
    QFETCH(int, backend);
    QFETCH(bool, exact);
    const auto pair = beside(dump,
        {.model = dump.section(QLatin1Char('_'), 0, 0).toStdString(), .backend = static_cast<Backend>(backend)}, 1e-5);
    const bool agrees
        = pair->verdict.kind == VerdictKind::Identical || pair->verdict.kind == VerdictKind::WithinTolerance;
    QVERIFY2(agrees, qPrintable(text(*pair)));
    // The instruction set decides the last bits: elsewhere than on the machine of the dump, within tolerance is all.
    if (exact)
        QVERIFY2(pair->verdict.gap < 2e-5, qPrintable(text(*pair)));
    QVERIFY(pair->rows.size() > 10);
    QVERIFY2(!pair->reference.system.starts_with("emulates"), pair->reference.system.c_str());
    QVERIFY2(pair->candidate.system.starts_with("emulates"), pair->candidate.system.c_str());
}

void TestParity::positionsExplainHookedUnderLeftPadding()
{
    ParityRequest request = requestOf("demo-gpt2", {Backend::Tapped, Backend::Hooked});
    const auto pair = pairOf(request);
    QCOMPARE(ids(pair->real.reasons), QStringLiteral("POSITION_IDS, MASK_SENTINEL"));
    QVERIFY2(pair->real.gap > 1, qPrintable(text(pair->real)));
    // Positions alone close every number on real rows; the sentinel is about cells that nobody may attend to.
    const auto test = std::find_if(pair->reasons.begin(), pair->reasons.end(),
        [](const ReasonTest& each) { return each.reason == Reason::PositionIds; });
    QVERIFY(test != pair->reasons.end() && test->needed);
    QVERIFY2(test->gapAligned < 1e-4, qPrintable(QString::number(test->gapAligned)));
    request.hooks = {"blocks.*.attn.hook_pattern", "blocks.*.hook_resid_post"};
    QCOMPARE(ids(pairOf(request)->real.reasons), QStringLiteral("POSITION_IDS"));
}

void TestParity::bugsAreFoundWhereTheyAre_data()
{
    QTest::addColumn<QString>("bug");
    QTest::addColumn<QString>("hook");
    QTest::addColumn<bool>("positions");
    const std::pair<const char*, const char*> bugs[]
        = {{"mask_added", "blocks.0.attn.hook_attn_scores"}, {"scale_forgotten", "blocks.1.attn.hook_attn_scores"},
            {"heads_swapped", "blocks.1.attn.hook_z"}, {"bias_dropped", "blocks.1.hook_"}};
    for (const auto& [bug, hook] : bugs)
        for (const bool positions : {false, true}) {
            const QString name
                = QStringLiteral("bug_%1%2").arg(QLatin1String(bug), QLatin1String(positions ? "_positions" : ""));
            QTest::newRow(qPrintable(name)) << name << QString::fromLatin1(hook) << positions;
        }
}

void TestParity::bugsAreFoundWhereTheyAre()
{
    QFETCH(QString, bug);
    QFETCH(QString, hook);
    QFETCH(bool, positions);
    const auto pair = beside(bug, {.model = "demo-gpt2", .backend = Backend::Tapped});
    QCOMPARE(pair->verdict.kind, VerdictKind::Diverges);
    QCOMPARE(pair->real.kind, VerdictKind::Diverges);
    QVERIFY(pair->firstDivergence.has_value());
    const ParityRow& first = pair->rows.at(*pair->firstDivergence);
    QVERIFY2(QString::fromStdString(first.hook).startsWith(hook), first.hook.c_str());
    QCOMPARE(ids(pair->verdict.reasons), positions ? QStringLiteral("POSITION_IDS") : QString());
}

void TestParity::paddingSidesArePairedByToken()
{
    ParityRequest request = crossed(
        {.model = "demo-rotary", .prompts = prompts, .backend = Backend::Tapped, .positions = PositionPolicy::FromMask},
        {.paddings = {PaddingSide::Left, PaddingSide::Right}});
    const auto pair = pairOf(request);
    QVERIFY2(pair->real.kind == VerdictKind::WithinTolerance || pair->real.kind == VerdictKind::Identical,
        qPrintable(text(*pair)));
    QCOMPARE(pair->padded.kind, VerdictKind::NotCompared);
    QVERIFY(find(*pair, "blocks.0.attn.hook_pattern"));
    QVERIFY(!find(*pair, "blocks.0.attn.hook_pattern", RowClass::Padded));
    std::size_t real = 0;
    const auto capture = BlockingEngine().run(request.runs[0]);
    for (const auto& row : capture->header().tokens)
        real += static_cast<std::size_t>(
            std::count_if(row.begin(), row.end(), [](const Token& token) { return !token.padding; }));
    QCOMPARE(pair->logits->positions, real);
    QCOMPARE(pair->logits->top1, 1.0);
}

void TestParity::nothingInCommonIsAnError()
{
    // A dump with scores alone, beside a backend that tells none.
    const auto scores = SafetensorsFile::open(data(QStringLiteral("bug_mask_added")));
    std::vector<StoredTensor> kept;
    for (const StoredTensor& tensor : scores.tensors())
        if (tensor.name.ends_with("hook_attn_scores") || tensor.name == "input_ids" || tensor.name == "attention_mask")
            kept.push_back(tensor);
    const QTemporaryDir dir;
    ParityRequest request;
    request.runs = {{.model = "demo-gpt2", .backend = Backend::Native}};
    request.reference = dir.filePath(QStringLiteral("scores.safetensors")).toStdString();
    writeSafetensors(request.reference, kept, scores.metadata());
    try {
        compare(request);
        QFAIL("expected an error");
    } catch (const Error& e) {
        QVERIFY2(std::string(e.what()).find("nothing was compared") != std::string::npos, e.what());
    }
    request.reference = data(QStringLiteral("no such file"));
    try {
        compare(request);
        QFAIL("expected an error");
    } catch (const Error& e) {
        QVERIFY2(std::string(e.what()).find("--reference") != std::string::npos, e.what());
    }
}

void TestParity::whatCannotBeComparedIsSaid_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("message");
    QTest::newRow("one run") << "one run"
                             << "at least two runs";
    QTest::newRow("hook") << "hook"
                          << "matches no hook";
    QTest::newRow("model") << "model"
                           << "expected 0 to";
    QTest::newRow("prompts") << "prompts"
                             << "other ids";
    QTest::newRow("batch") << "batch"
                           << "as many sequences";
    QTest::newRow("encoder dump") << "text"
                                  << "safetensors";
}

void TestParity::whatCannotBeComparedIsSaid()
{
    QFETCH(QString, what);
    QFETCH(QString, message);
    ParityRequest request;
    request.runs = {{.model = "demo-gpt2", .backend = Backend::Tapped}};
    request.reference = data(QStringLiteral("demo-gpt2_transformers"));
    const QTemporaryDir dir;
    if (what == QLatin1String("one run")) {
        request.reference.clear();
        request.runs[0].prompts = prompts;
    } else if (what == QLatin1String("hook")) {
        request.hooks = {"blocks.*.hook_nothing"};
    } else if (what == QLatin1String("model")) {
        request.runs[0].model = tiny("gpt2-tiny");
    } else if (what == QLatin1String("prompts")) {
        request.runs[0].prompts = {"a b c", "d e", "f g", "h"};
    } else if (what == QLatin1String("batch")) {
        request.runs[0].prompts = {"a b c"};
    } else {
        request.reference = dir.filePath(QStringLiteral("text.safetensors")).toStdString();
        std::ofstream(request.reference) << "not a dump at all";
    }
    try {
        compare(request);
        QFAIL("expected an error");
    } catch (const Error& e) {
        QVERIFY2(QString::fromUtf8(e.what()).contains(message), e.what());
        QVERIFY2(!QString::fromUtf8(e.what()).contains(QLatin1Char('\n')), e.what());
    }
}

void TestParity::firstNonFiniteIsPlaced()
{
    // 1e38 in one cell of the residual stream: its square is infinite in the norm of the next layer.
    InspectionRequest broken{.model = "demo-gpt2", .prompts = prompts, .backend = Backend::Tapped};
    broken.edits = {{.hook = "blocks.1.attn.hook_pattern",
        .operation = Edit::Operation::Scale,
        .value = INFINITY,
        .rows = {2},
        .heads = {1},
        .queries = {8}}};
    ParityRequest request;
    request.runs = {{.model = "demo-gpt2", .prompts = prompts, .backend = Backend::Tapped}, broken};
    const auto pair = pairOf(request);
    QCOMPARE(pair->verdict.kind, VerdictKind::Diverges);
    QVERIFY(!pair->reference.firstNonFinite.has_value());
    QVERIFY(pair->candidate.firstNonFinite.has_value());
    const NonFinite& first = *pair->candidate.firstNonFinite;
    QCOMPARE(QString::fromStdString(first.hook), QStringLiteral("blocks.1.attn.hook_pattern"));
    QCOMPARE(first.cell.sequence, std::size_t{2});
    QCOMPARE(first.cell.head.value_or(99), std::size_t{1});
    QCOMPARE(first.cell.row, std::size_t{8});
    QVERIFY(find(*pair, "logits")->difference.candidateNans > 0);
    QVERIFY(std::isinf(find(*pair, "logits")->difference.neededTolerance));
}

void TestParity::answersAreReadAtTheLastRealToken()
{
    ParityRequest request = requestOf("demo-gpt2", {Backend::Tapped, Backend::Native});
    request.answers = {{{3}, {4}}, {{3, 5}, {4}}, {{3}, {4}}, {{7}, {9}}};
    for (InspectionRequest& run : request.runs)
        run.padding = PaddingSide::Right;
    const auto pair = pairOf(request);
    QCOMPARE(pair->logits->answers.size(), std::size_t{4});
    const auto capture = BlockingEngine().run(request.runs[0]);
    for (std::size_t sequence = 0; sequence < 4; ++sequence) {
        const AnswerAgreement& answer = pair->logits->answers[sequence];
        std::size_t last = 0;
        const auto& tokens = capture->header().tokens[sequence];
        for (std::size_t at = 0; at < tokens.size(); ++at)
            last = tokens[at].padding ? last : at;
        QCOMPARE(answer.position, last);
        QCOMPARE(answer.referenceDifference(), answer.candidateDifference());
        QVERIFY(answer.referenceLoss > 0);
    }
    request.answerIndex = 99;
    QVERIFY_THROWS_EXCEPTION(Error, compare(request));
}

void TestParity::patternsAreKeptForViews()
{
    ParityRequest request = requestOf("demo-gpt2", {Backend::Tapped, Backend::Hooked});
    request.keepPatterns = true;
    const auto pair = pairOf(request);
    for (const ParitySide* side : {&pair->reference, &pair->candidate}) {
        QVERIFY(side->capture);
        QVERIFY(side->capture->finished());
    }
    // The captures outlive the engine's next run only as data; reading needs an engine that is alive.
    QVERIFY2(!pair->pictures.empty(), "expected pictures of heads that differ");
    const PatternPicture& worst = pair->pictures.front();
    const ParityRow* row = find(*pair, "blocks." + std::to_string(worst.layer) + ".attn.hook_pattern");
    QVERIFY(row);
    QVERIFY(std::fabs(worst.maxAbsolute - row->difference.maxAbsolute) < 1e-6);
    QCOMPARE(worst.reference.size(), worst.height * worst.width);
    QCOMPARE(worst.tokens.size(), worst.height);
}

void TestParity::rowsStreamAndARunCanBeStopped()
{
    class Watch : public ParityListener {
    public:
        explicit Watch(bool stops)
            : stops_(stops)
        {
        }
        void onParityProgress(RunId, const Progress& progress) override { last = progress.share; }
        void onParityRows(RunId, std::size_t, std::vector<ParityRow> rows) override
        {
            streamed += rows.size();
            if (stops_ && engine)
                engine->cancel();
        }
        void onParityPair(RunId, std::size_t, std::shared_ptr<const ParityPair> result) override { pair = result; }
        void onParityFinished(RunId, std::shared_ptr<const ParityReport>) override { end.set_value(1); }
        void onParityFailed(RunId, std::exception_ptr) override { end.set_value(2); }
        void onParityCancelled(RunId) override { end.set_value(3); }
        std::promise<int> end;
        std::shared_ptr<const ParityPair> pair;
        std::size_t streamed = 0;
        double last = 0;
        EngineThread* engine = nullptr;

    private:
        bool stops_;
    };
    class Nobody : public RunListener {
        void onStarted(RunId, CapturePtr) override { }
        void onLayer(RunId, CapturePtr, LayerId) override { }
        void onProgress(RunId, headscope::Progress) override { }
        void onFinished(RunId, CapturePtr) override { }
        void onFailed(RunId, std::exception_ptr) override { }
        void onCancelled(RunId) override { }
    };
    for (const bool stops : {false, true}) {
        Nobody nobody;
        EngineThread engine(nobody);
        const auto watch = std::make_shared<Watch>(stops);
        watch->engine = &engine;
        engine.submitParity(requestOf("demo-gpt2", {Backend::Tapped, Backend::Bridge}), watch);
        QCOMPARE(watch->end.get_future().get(), stops ? 3 : 1);
        if (stops) {
            QVERIFY(!watch->pair);
            continue;
        }
        QCOMPARE(watch->streamed, watch->pair->rows.size());
        QVERIFY(watch->last > 0.5 && watch->last <= 1);
    }
}

QTEST_GUILESS_MAIN(TestParity)
#include "tst_parity.moc"
