// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of prompt sets: Interpretune's logit-difference parity suite over Headscope's backends, and what must not
// change an answer.
#include "tests/core/answer_runs.h"

#include <latch>

using namespace headscope;
using namespace headscope::answers;
using golden::modelLocation;

class TestLogitDifference : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void backendsAgree_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("padding");
        for (const char* model : {"demo-gpt2", "demo-rotary"})
            for (const PaddingSide side : {PaddingSide::Left, PaddingSide::Right})
                QTest::addRow("%s %s", model, spell(side).data()) << QString::fromUtf8(model) << static_cast<int>(side);
    }

    /// Same row counts, shapes and dtypes; ids, positions, labels and predictions exactly; numbers to 1e-4.
    void backendsAgree()
    {
        QFETCH(QString, model);
        QFETCH(int, padding);
        LogitDifferenceRequest request{
            .runs = fourBackends(model.toStdString()), .prompts = readPromptSet("ioi"), .batch = 8};
        for (InspectionRequest& run : request.runs)
            run.padding = static_cast<PaddingSide>(padding);
        const auto result = engine_.readAnswers(request);
        QCOMPARE(result->runs.size(), std::size_t(4));
        const LogitDifferenceRun& reference = result->runs.front();
        QVERIFY(reference.header.maskForm == "2-D");
        QVERIFY(reference.summary().accuracy > 0.6);
        for (const LogitDifferenceRun& run : result->runs) {
            QCOMPARE(run.header.positionsUsed, std::string("mask"));
            QCOMPARE(run.examples.size(), request.prompts.examples.size());
            QCOMPARE(run.header.tokens.size(), request.prompts.examples.size());
            QVERIFY(run.header.request.dtype == DType::Float32);
            for (std::size_t i = 0; i < run.examples.size(); ++i) {
                const ExampleResult &one = run.examples[i], &other = reference.examples[i];
                QCOMPARE(one.position, other.position);
                QCOMPARE(one.score.correct.size(), std::size_t(1));
                QCOMPARE(one.score.incorrect.size(), std::size_t(1));
                QCOMPARE(one.score.prediction, other.score.prediction);
                QCOMPARE(one.score.predictionLabel, other.score.predictionLabel);
                QCOMPARE(one.score.isRight(), other.score.isRight());
                QCOMPARE(run.header.tokens[i].size(), reference.header.tokens[i].size());
                for (std::size_t at = 0; at < run.header.tokens[i].size(); ++at)
                    QCOMPARE(run.header.tokens[i][at].position, reference.header.tokens[i][at].position);
            }
            const double gap = distance(run, reference);
            QVERIFY2(gap <= limit, qPrintable(QString::number(gap)));
        }
        request.runs = {request.runs.back()}; // processed weights move a whole row of logits
        request.runs.front().processing = {};
        const auto processed = engine_.readAnswers(request);
        QVERIFY(distance(processed->runs.front(), reference, false) <= limit);
        QVERIFY(distance(processed->runs.front(), reference) > 1e-2);
    }

    /// The engine's own runs tell the same logits at the answers' positions.
    void equalsARun()
    {
        const PromptSet set = readPromptSet("ioi");
        InspectionRequest run = on("demo-gpt2", Backend::Native);
        const auto result = engine_.readAnswers({.runs = {run}, .prompts = set, .batch = 6});
        for (const PromptExample& example : set.examples)
            run.prompts.push_back(example.prompt);
        const at::Tensor logits = golden::run(engine_, run).at("logits").to(at::kDouble);
        for (std::size_t i = 0; i < set.examples.size(); ++i) {
            const ExampleResult& found = result->runs.front().examples[i];
            const at::Tensor row = logits[static_cast<std::int64_t>(i)][logits.size(1) - 1];
            QCOMPARE(found.position, static_cast<std::size_t>(logits.size(1) - 1)); // left padding
            const std::int64_t correct = result->answers[i].correctIds.front();
            QVERIFY(std::abs(found.score.correctMean() - row[correct].item<double>()) < 1e-5);
            QVERIFY(std::abs(found.score.loss - row.logsumexp(0).item<double>() + row[correct].item<double>()) < 1e-5);
            QCOMPARE(found.score.prediction, row.argmax().item<std::int64_t>());
        }
        QCOMPARE(result->runs.front().notes.size(), std::size_t(1)); // arange counts the padding
    }

    void batchesDoNotMatter_data()
    {
        QTest::addColumn<int>("method");
        QTest::newRow("zero") << static_cast<int>(AblationMethod::Zero);
        QTest::newRow("mean") << static_cast<int>(AblationMethod::Mean);
        QTest::newRow("cross-run") << static_cast<int>(AblationMethod::CrossRun);
    }

    void batchesDoNotMatter()
    {
        QFETCH(int, method);
        for (const Backend backend : {Backend::Native, Backend::Hooked}) {
            LogitDifferenceRequest request{.runs = {on("demo-gpt2", backend)},
                .prompts = readPromptSet("ioi"),
                .ablation = {.heads = {{0, 1}, {1, 2}}, .method = static_cast<AblationMethod>(method)}};
            request.batch = 20;
            const auto whole = engine_.readAnswers(request);
            QVERIFY(effect(whole->runs.front()) > 0.1);
            for (const std::size_t batch : {1, 3, 16}) {
                request.batch = batch;
                const double gap = distance(engine_.readAnswers(request)->runs.front(), whole->runs.front());
                QVERIFY2(gap < 2e-5, qPrintable(QString::number(gap)));
            }
        }
    }

    /// With positions by the mask, the side of the padding and the prompts beside one do not matter either.
    void paddingDoesNotMatter()
    {
        LogitDifferenceRequest request{.runs = {on("demo-gpt2")}, .prompts = readPromptSet("ioi")};
        request.runs.front().positions = PositionPolicy::FromMask;
        const auto left = engine_.readAnswers(request);
        request.runs.front().padding = PaddingSide::Right;
        const auto right = engine_.readAnswers(request);
        QVERIFY(distance(left->runs.front(), right->runs.front()) < 2e-5);
        request.prompts.examples.resize(1);
        const auto alone = engine_.readAnswers(request);
        QVERIFY(
            std::abs(alone->runs.front().examples[0].score.loss - left->runs.front().examples[0].score.loss) < 2e-5);
        QVERIFY(alone->runs.front().notes.empty());
        QCOMPARE(alone->runs.front().header.maskForm, std::string("none"));
    }

    /// Reading at an earlier position is reading after the prompt's beginning.
    void answerIndex()
    {
        const auto description = describeModel("demo-rotary");
        PromptSet set = readPromptSet("ioi");
        set.examples.resize(1);
        const auto whole = engine_.readAnswers({.runs = {on("demo-rotary")}, .prompts = set, .answerIndex = 5});
        QCOMPARE(whole->runs.front().examples[0].position, std::size_t(5));
        auto ids = description->requireTokenizer().encode(set.examples[0].prompt).ids;
        ids.resize(6);
        set.examples[0].prompt.clear();
        set.examples[0].promptIds = ids;
        const auto beginning = engine_.readAnswers({.runs = {on("demo-rotary")}, .prompts = set});
        QVERIFY(distance(whole->runs.front(), beginning->runs.front()) < 1e-5);
    }

    /// Each prompt where it is wanted, though another has padding there.
    void answerIndices()
    {
        LogitDifferenceRequest request{.runs = {on("demo-rotary")}, .prompts = readPromptSet("ioi"), .batch = 8};
        const auto last = engine_.readAnswers(request);
        const auto& plain = last->runs.front().examples;
        for (const ExampleResult& example : plain)
            request.answerIndices.push_back(example.position);
        request.answerIndices[3] -= 2;
        const auto moved = engine_.readAnswers(request);
        const auto& examples = moved->runs.front().examples;
        for (std::size_t i = 0; i < examples.size(); ++i) {
            QCOMPARE(examples[i].position, request.answerIndices[i]);
            QCOMPARE(examples[i].score.loss == plain[i].score.loss, i != 3);
        }
        request.prompts.examples = {request.prompts.examples[3]};
        request.runs.front().padding = PaddingSide::Right;
        request.answerIndices = {0};
        const auto first = engine_.readAnswers(request)->runs.front().examples[0].position;
        QCOMPARE(first, std::size_t(0));
        request.answerIndices = {0, 1};
        QCOMPARE(
            messageOf(engine_, request), QByteArray("answer positions: expected one for each of 1 prompts, found 2"));
    }

    void ranksCountLargerLogits()
    {
        PromptSet set = readPromptSet("ioi");
        set.examples.resize(1);
        const auto read = [&] { return engine_.readAnswers({.runs = {on("demo-rotary")}, .prompts = set}); };
        const AnswerScore score = read()->runs.front().examples[0].score;
        set.examples[0].incorrect = {{.id = score.prediction}};
        const AnswerScore best = read()->runs.front().examples[0].score;
        QCOMPARE(best.incorrectRank, std::size_t(1));
        QCOMPARE(best.correctRank == 1, best.correct[0] == best.predictionLogit);
        // Every rank there is, once each but for ties.
        std::vector<std::pair<double, std::size_t>> all;
        for (std::int64_t id = 0; id < 64; ++id) {
            set.examples[0].correct = {{.id = id}};
            const AnswerScore each = read()->runs.front().examples[0].score;
            all.emplace_back(each.correct[0], each.correctRank);
            QVERIFY(std::abs(each.probability(each.correct[0]) - std::exp(-each.loss)) < 1e-12);
        }
        std::sort(all.begin(), all.end(), std::greater<>());
        for (std::size_t i = 1; i < all.size(); ++i)
            QVERIFY(all[i].second > all[i - 1].second || all[i].first == all[i - 1].first);
    }

    void severalAnswersAreAveraged()
    {
        PromptSet set = readPromptSet("ioi");
        set.examples.resize(1);
        PromptExample& example = set.examples.front();
        example.correct = {{.id = 517}, {.id = 600}, {.id = 517}};
        example.incorrect = {{.id = 601}, {.id = 602}};
        const auto both = engine_.readAnswers({.runs = {on("demo-rotary")}, .prompts = set, .attribution = true});
        const AnswerScore score = both->runs.front().examples[0].score;
        QCOMPARE(both->answers[0].notes.size(), std::size_t(1));
        double sum = 0;
        for (const auto& [correct, incorrect] : {std::pair{517, 601}, std::pair{600, 602}}) {
            example.correct = {{.id = correct}};
            example.incorrect = {{.id = incorrect}};
            const auto one = engine_.readAnswers({.runs = {on("demo-rotary")}, .prompts = set});
            sum += one->runs.front().examples[0].score.difference();
            if (correct == 517)
                QVERIFY(std::abs(one->runs.front().examples[0].score.loss - score.loss) < 1e-9);
        }
        QVERIFY(std::abs(score.difference() - sum / 2) < 1e-6);
        QVERIFY(std::abs(both->runs.front().examples[0].attribution->sum() - sum / 2) < limit);
    }

    void tellsWhatIsWrong()
    {
        const LogitDifferenceRequest good{.runs = {on("demo-rotary")}, .prompts = readPromptSet("ioi")};
        const auto says = [&](auto change) {
            LogitDifferenceRequest request = good;
            change(request);
            return messageOf(engine_, request);
        };
        const auto cross = [](LogitDifferenceRequest& request) {
            request.ablation = {.heads = {{0, 0}}, .method = AblationMethod::CrossRun};
        };
        QCOMPARE(says([](auto& r) { r.answerIndex = 99; }),
            QByteArray("--answer-index: expected 0 to 29 (prompts are padded to 30 tokens), found 99"));
        QVERIFY(
            says([](auto& r) { r.answerIndex = 0; }).startsWith("--answer-index: expected a token in every prompt"));
        QCOMPARE(says([](auto& r) {
            r.ablation.heads = {{3, 0}};
        }),
            QByteArray("--ablate: expected heads from 0.0 to 2.3, found 3.0"));
        QCOMPARE(says([](auto& r) { r.prompts.examples[4].prompt = ""; }),
            QByteArray("ioi:6: prompt: expected text, found an empty prompt (no tokens)"));
        QCOMPARE(says([](auto& r) { r.prompts.examples[4].promptIds = {1408}; }),
            QByteArray("ioi:6: prompt: expected token ids from 0 to 1407, found 1408"));
        QCOMPARE(says([](auto& r) { r.prompts.examples[0].promptIds.assign(2049, 5); }),
            QByteArray("ioi:2: prompt: expected at most 2048 tokens (the model's positions), found 2049"));
        QVERIFY(says([&](auto& r) {
            cross(r);
            r.prompts.examples[0].corrupt->text += " Mary";
        }).startsWith("ioi:2: corrupt: expected 18 tokens as ioi:2 has, as cross-run ablation goes token for token"));
        QVERIFY(says([&](auto& r) {
            cross(r);
            r.ablation.from = r.prompts;
            r.ablation.from->examples.pop_back();
        }).startsWith("--ablate-from: expected 1 prompt, or 20 as there are in ioi; found 19"));
        QVERIFY(says([&](auto& r) {
            cross(r);
            r.prompts.examples.resize(1);
            r.prompts.examples[0].corrupt.reset();
        }).startsWith("ioi:2: cross-run ablation takes its values from `corrupt`"));
        QVERIFY(says([](auto& r) {
            r.runs[0].model = modelLocation("bert-mlm");
        }).startsWith("--answer-index: expected, as the answer of an encoder (bert)"));
        QVERIFY(says([](auto& r) {
            r.runs[0] = on("demo-rotary", Backend::Native);
            r.runs[0].edits = {{.hook = "hook_embed"}};
        }).startsWith("--edits: the native backend only observes"));
        QVERIFY_THROWS_EXCEPTION(Error, readHeads("1", "--ablate"));
        QVERIFY_THROWS_EXCEPTION(Error, readHeads("1.2,", "--ablate"));
        QVERIFY_THROWS_EXCEPTION(Error, readHeads("1.2,1.2", "--ablate"));
        QVERIFY_THROWS_EXCEPTION(Error, readHeads("1.-2", "--ablate"));
    }

    void encodersAnswerAtAPosition()
    {
        PromptSet set{.name = "ids", .source = {}, .examples = {}};
        set.examples.push_back(
            {.promptIds = {1, 2, 3, 4}, .correct = {{.id = 5}}, .incorrect = {{.id = 6}}, .where = "x"});
        const auto result = engine_.readAnswers(
            {.runs = {on(modelLocation("bert-mlm"), Backend::Native), on(modelLocation("bert-mlm"), Backend::Hooked)},
                .prompts = set,
                .answerIndex = 2,
                .ablation = {.heads = {{0, 1}}}});
        QVERIFY(distance(result->runs[0], result->runs[1]) <= limit);
        QVERIFY(effect(result->runs[0]) > 1e-4);
    }

    /// A later job, or cancel(), ends one at its next operation; the listener is told.
    void canBeCancelled()
    {
        struct Nobody : RunListener {
            void onStarted(RunId, CapturePtr) override { }
            void onLayer(RunId, CapturePtr, LayerId) override { }
            void onProgress(RunId, Progress) override { }
            void onFinished(RunId, CapturePtr) override { }
            void onFailed(RunId, std::exception_ptr) override { }
            void onCancelled(RunId) override { }
        } nobody;
        struct Told : LogitDifferenceListener {
            EngineThread* engine = nullptr;
            std::latch ended{1};
            std::size_t most = 0;
            bool cancelled = false;
            void onLogitDifferenceProgress(RunId, const Progress& progress) override
            {
                most = std::max(most, progress.done);
                if (progress.done > 0)
                    engine->cancel();
            }
            void onLogitDifferenceFinished(RunId, std::shared_ptr<const LogitDifferenceResult>) override
            {
                ended.count_down();
            }
            void onLogitDifferenceFailed(RunId, std::exception_ptr) override { ended.count_down(); }
            void onLogitDifferenceCancelled(RunId) override
            {
                cancelled = true;
                ended.count_down();
            }
        };
        EngineThread engine(nobody);
        const auto told = std::make_shared<Told>();
        told->engine = &engine;
        engine.submitLogitDifferences({.runs = {on("demo-rotary")}, .prompts = readPromptSet("ioi"), .batch = 1}, told);
        told->ended.wait();
        QVERIFY(told->cancelled);
        QCOMPARE(told->most, std::size_t(1));
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestLogitDifference)
#include "tst_logit_difference.moc"
