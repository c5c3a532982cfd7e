// SPDX-License-Identifier: GPL-3.0-or-later
// Heads cut while a prompt set is read. The comparison with TransformerLens is in tst_attribution.cpp.
#include "tests/core/answer_runs.h"

using namespace headscope;
using namespace headscope::answers;

class TestHeadCut : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Cutting heads is the same as editing them at hook_z.
    void ablationIsAnEdit_data()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<int>("operation");
        QTest::newRow("zero") << static_cast<int>(AblationMethod::Zero) << static_cast<int>(Edit::Operation::Zero);
        QTest::newRow("mean") << static_cast<int>(AblationMethod::Mean) << static_cast<int>(Edit::Operation::Mean);
    }

    void ablationIsAnEdit()
    {
        QFETCH(int, method);
        QFETCH(int, operation);
        LogitDifferenceRequest request{.runs = {on("demo-rotary"), on("demo-rotary", Backend::Native)},
            .prompts = readPromptSet("ioi"),
            .batch = 7,
            .ablation = {.heads = {{2, 1}, {1, 1}, {1, 2}}, .method = static_cast<AblationMethod>(method)}};
        const auto cut = engine_.readAnswers(request);
        QVERIFY(effect(cut->runs[0]) > 0.1);
        QVERIFY(distance(cut->runs[0], cut->runs[1]) == 0);
        QCOMPARE(cut->runs[1].ablationSystem, cut->runs[0].header.emulates);
        QVERIFY(cut->runs[1].header.emulates != cut->runs[1].ablationSystem);
        request.runs = {on("demo-rotary")};
        request.runs[0].edits
            = {{.hook = "blocks.1.attn.hook_z", .operation = static_cast<Edit::Operation>(operation), .heads = {1, 2}},
                {.hook = "blocks.2.attn.hook_z", .operation = static_cast<Edit::Operation>(operation), .heads = {1}}};
        request.ablation = {};
        const auto edited = engine_.readAnswers(request);
        for (std::size_t i = 0; i < edited->runs[0].examples.size(); ++i)
            QVERIFY(std::abs(
                        edited->runs[0].examples[i].score.difference() - cut->runs[0].examples[i].ablated->difference())
                < 2e-5);
    }

    void crossRunTakesItsValuesFromAnotherPrompt()
    {
        LogitDifferenceRequest request{.runs = {on("demo-rotary")},
            .prompts = readPromptSet("ioi"),
            .batch = 6,
            .ablation = {.heads = {{1, 1}, {1, 2}, {2, 1}}, .method = AblationMethod::CrossRun}};
        const auto corrupt = engine_.readAnswers(request);
        QVERIFY(effect(corrupt->runs[0]) > 0.1);
        QCOMPARE(corrupt->runs[0].examples[3].ablatedFrom, std::string("corrupt"));
        request.ablation.from = request.prompts; // from themselves: nothing changes
        const auto same = engine_.readAnswers(request);
        QVERIFY(effect(same->runs[0]) < 1e-5);
        QCOMPARE(same->runs[0].examples[3].ablatedFrom, std::string("ioi:5"));
        for (std::size_t i = 0; i < request.prompts.examples.size(); ++i)
            request.ablation.from->examples[i].prompt = request.prompts.examples[i].corrupt->text;
        QVERIFY(distance(engine_.readAnswers(request)->runs[0], corrupt->runs[0]) == 0);
        request.ablation.from.reset();
        for (PromptExample& example : request.prompts.examples)
            example.corrupt.reset();
        request.prompts.examples.push_back(request.prompts.examples.front()); // else it has no other of its length
        request.prompts.examples.erase(request.prompts.examples.begin() + 1, request.prompts.examples.end() - 1);
        const auto beside = engine_.readAnswers(request);
        QCOMPARE(beside->runs[0].examples[0].ablatedFrom, std::string("example 1"));
        QVERIFY(effect(beside->runs[0]) < 1e-5); // the same text
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestHeadCut)
#include "tst_head_cut.moc"
