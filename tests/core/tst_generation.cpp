// SPDX-License-Identifier: GPL-3.0-or-later
// Greedy continuations, token by token as transformers' generate() makes them (tests/oracle/make_generation_golden.py).
#include "app/blocking_engine.h"
#include "core/error.h"
#include "tests/core/golden_run.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <fstream>

using namespace headscope;

namespace {

nlohmann::json cases()
{
    std::ifstream file(HEADSCOPE_TEST_DATA "/generation.json");
    return nlohmann::json::parse(file)["cases"];
}

} // namespace

class TestGeneration : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTransformers_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("attention");
        const auto all = cases();
        QVERIFY(all.size() >= 7);
        for (std::size_t i = 0; i < all.size(); ++i)
            for (const AttentionKind attention : {AttentionKind::Auto, AttentionKind::Eager, AttentionKind::Sdpa})
                QTest::addRow("%s %d %s", all[i]["model"].get<std::string>().c_str(), static_cast<int>(i),
                    std::string(spell(attention)).c_str())
                    << static_cast<int>(i) << static_cast<int>(attention);
    }

    void equalsTransformers()
    {
        QFETCH(int, number);
        QFETCH(int, attention);
        const nlohmann::json one = cases()[static_cast<std::size_t>(number)];
        GenerationRequest request{
            .run = {.model = one["model"],
                .prompts = one["prompts"],
                .attention = static_cast<AttentionKind>(attention),
                .positions = one["positions"] == "mask" ? PositionPolicy::FromMask : PositionPolicy::BackendDefault,
                .threads = 1},
            .count = one["count"]};
        const auto texts = engine_.generate(request);
        const std::vector<std::vector<std::int64_t>> expected = one["ids"];
        QCOMPARE(texts.size(), expected.size());
        for (std::size_t row = 0; row < texts.size(); ++row) {
            QVERIFY2(texts[row].ids == expected[row], texts[row].text.c_str());
            QCOMPARE(texts[row].ended, expected[row].size() < request.count);
            QCOMPARE(texts[row].prompt, request.run.prompts[row] + texts[row].text);
            QCOMPARE(texts[row].sameTokens, one["same_tokens"][row].get<bool>());
        }
    }

    /// What a longer continuation says first is the shorter one, and running its text again goes on from there.
    void goesOnWhereItStopped()
    {
        GenerationRequest request{
            .run = {.model = "demo-rotary", .prompts = {"The doctor said that"}, .threads = 1}, .count = 12};
        const auto whole = engine_.generate(request).front();
        request.count = 5;
        auto half = engine_.generate(request).front();
        QCOMPARE(half.ids.size(), std::size_t{5});
        request.run.prompts = {half.prompt};
        request.count = 7;
        const auto rest = engine_.generate(request).front();
        half.ids.insert(half.ids.end(), rest.ids.begin(), rest.ids.end());
        QVERIFY(half.ids == whole.ids);
    }

    void stopsAtTheLastPosition()
    {
        const auto info = engine_.run({.model = "demo-gpt2", .prompts = {"a"}, .threads = 1})->header().model;
        std::string prompt = "One";
        while (true) { // as long as fits but for a few
            const auto length
                = engine_.run({.model = "demo-gpt2", .prompts = {prompt}, .threads = 1})->header().length();
            if (length + 3 >= info.maxPositions)
                break;
            prompt += length + 60 < info.maxPositions ? " two three one two three one two three one two three one two"
                                                      : " two";
        }
        const auto length = engine_.run({.model = "demo-gpt2", .prompts = {prompt}, .threads = 1})->header().length();
        const auto text
            = engine_.generate({.run = {.model = "demo-gpt2", .prompts = {prompt}, .threads = 1}, .count = 50});
        QVERIFY(text.front().ended || text.front().full);
        QVERIFY(length + text.front().ids.size() <= info.maxPositions);
        QCOMPARE(text.front().full, length + text.front().ids.size() == info.maxPositions);
    }

    /// An intervention holds for every token.
    void editsHold()
    {
        GenerationRequest request{.run
            = {.model = "demo-rotary", .prompts = {"One two three one two"}, .backend = Backend::Tapped, .threads = 1},
            .count = 6};
        const auto plain = engine_.generate(request).front();
        request.run.edits = {{.hook = "blocks.1.attn.hook_z", .operation = Edit::Operation::Zero},
            {.hook = "blocks.0.attn.hook_z", .operation = Edit::Operation::Zero}};
        const auto cut = engine_.generate(request).front();
        QVERIFY(plain.ids != cut.ids);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("says");
        QTest::newRow("no prompt") << "demo-gpt2"
                                   << ""
                                   << "generate: expected --prompt, found none";
        QTest::newRow("no tokenizer") << QString::fromStdString(golden::modelLocation("gpt2-tiny")) << "a"
                                      << "tokenizer";
        QTest::newRow("no model") << "absent"
                                  << "a"
                                  << "absent";
    }

    void refuses()
    {
        QFETCH(QString, model);
        QFETCH(QString, prompt);
        QFETCH(QString, says);
        GenerationRequest request{.run = {.model = model.toStdString(), .threads = 1}};
        if (!prompt.isEmpty())
            request.run.prompts = {prompt.toStdString()};
        try {
            engine_.generate(request);
            QFAIL("nothing was thrown");
        } catch (const Error& e) {
            QVERIFY2(std::string(e.what()).find(says.toStdString()) != std::string::npos, e.what());
        }
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestGeneration)
#include "tst_generation.moc"
