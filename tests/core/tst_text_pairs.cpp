// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of texts for models with token types, against `tokenizers` and transformers (tests/oracle/make_pair_golden.py).
#include "core/report/provenance.h"
#include "core/run/prompt_text.h"
#include "tests/core/seed_run.h"

using namespace headscope;
using namespace headscope::seeds;

namespace {

const std::string model = golden::folder("pairs/model");
const std::vector<std::string> firsts{"the model said that", "one two"}, seconds{"it was not the case, ok?", ""};

std::int64_t at2(const at::Tensor& tensor, std::size_t row, std::size_t column)
{
    return tensor[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(column)].item<std::int64_t>();
}

} // namespace

class TestTextPairs : public QObject {
    Q_OBJECT
private:
    BlockingEngine engine_;

private Q_SLOTS:
    void equalTransformers_data()
    {
        QTest::addColumn<int>("side");
        QTest::addColumn<int>("backend");
        for (const PaddingSide side : {PaddingSide::Left, PaddingSide::Right})
            for (const Backend backend : {Backend::Native, Backend::Tapped, Backend::Bridge})
                QTest::addRow("%s %s", std::string(spell(side)).c_str(), std::string(spell(backend)).c_str())
                    << static_cast<int>(side) << static_cast<int>(backend);
    }

    /// Ids, token types and every pattern.
    void equalTransformers()
    {
        QFETCH(int, side);
        QFETCH(int, backend);
        const auto padding = static_cast<PaddingSide>(side);
        const auto expected = golden::readAll(golden::folder("pairs/") + std::string(spell(padding)) + ".safetensors");
        const auto capture = engine_.run({.model = model,
            .prompts = firsts,
            .secondPrompts = seconds,
            .backend = static_cast<Backend>(backend),
            .padding = padding,
            .positions = PositionPolicy::Arange,
            .threads = 1});
        const auto& tokens = capture->header().tokens;
        QCOMPARE(tokens.size(), std::size_t{2});
        std::size_t ofSecond = 0;
        for (std::size_t row = 0; row < tokens.size(); ++row) {
            QCOMPARE(static_cast<std::int64_t>(tokens[row].size()), expected.at("input_ids").size(1));
            for (std::size_t at = 0; at < tokens[row].size(); ++at) {
                QCOMPARE(tokens[row][at].id, at2(expected.at("input_ids"), row, at));
                QCOMPARE(tokens[row][at].segment, at2(expected.at("token_type_ids"), row, at));
                QCOMPARE(tokens[row][at].padding, at2(expected.at("attention_mask"), row, at) == 0);
                ofSecond += tokens[row][at].segment == 1;
            }
        }
        QVERIFY(ofSecond > 4);
        for (std::size_t layer = 0; layer < capture->layersDone(); ++layer)
            for (std::size_t row = 0; row < tokens.size(); ++row)
                for (std::size_t head = 0; head < capture->header().model.heads; ++head) {
                    const auto source = capture->patterns({row});
                    const auto tile
                        = fetch(*source, {layer}, {head}, Stage::Pattern, {0, source->queries()}, {0, source->keys()});
                    const at::Tensor pattern = expected.at("blocks." + std::to_string(layer)
                        + ".attn.hook_pattern")[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(head)];
                    double worst = 0;
                    for (std::size_t q = 0; q < tile->height; ++q)
                        for (std::size_t k = 0; k < tile->width && !tokens[row][q].padding; ++k)
                            worst = std::max(worst,
                                std::abs(static_cast<double>(tile->value(q, k))
                                    - pattern[static_cast<std::int64_t>(q)][static_cast<std::int64_t>(k)]
                                          .item<double>()));
                    QVERIFY2(worst <= (static_cast<Backend>(backend) == Backend::Bridge ? 1e-5 : 0.0),
                        qPrintable(QString::number(worst)));
                }
    }

    /// The second text changes what the first one sees: types must reach the model.
    void typesReachTheModel()
    {
        const auto whole
            = engine_.run({.model = model, .prompts = {firsts[0]}, .secondPrompts = {seconds[0]}, .threads = 1});
        std::vector<std::int64_t> ids;
        for (const Token& token : whole->header().tokens[0])
            ids.push_back(token.id);
        const auto length = static_cast<std::int64_t>(ids.size());
        const auto value = [](const Capture& capture) {
            return fetch(*capture.patterns({0}), {0}, {0}, Stage::Pattern, {1, 2}, {0, 3})->values;
        };
        const InputsFile untyped({{"input_ids", integers(ids, {1, length})}});
        const auto bare = engine_.run({.model = model, .inputs = untyped.path(), .threads = 1});
        QVERIFY(value(*bare) != value(*whole));
        for (const Token& token : bare->header().tokens[0])
            QCOMPARE(token.segment, std::int64_t{0});
        // As --inputs with the types, for one row and for all.
        std::vector<std::int64_t> types;
        for (const Token& token : whole->header().tokens[0])
            types.push_back(token.segment);
        const InputsFile typed(
            {{"input_ids", integers(ids, {1, length})}, {"token_type_ids", integers(types, {1, length})}});
        const auto same = engine_.run({.model = model, .inputs = typed.path(), .threads = 1});
        QVERIFY(value(*same) == value(*whole));
        std::vector<std::int64_t> twice = ids;
        twice.insert(twice.end(), ids.begin(), ids.end());
        const InputsFile shared(
            {{"input_ids", integers(twice, {2, length})}, {"token_type_ids", integers(types, {1, length})}});
        const auto both = engine_.run({.model = model, .inputs = shared.path(), .threads = 1});
        for (std::size_t at = 0; at < types.size(); ++at)
            QCOMPARE(both->header().tokens[1][at].segment, types[at]);
    }

    void refusals()
    {
        const auto says = [&](InspectionRequest request) { return refusal([&] { engine_.run(std::move(request)); }); };
        QCOMPARE(says({.model = "demo-gpt2", .prompts = {"a"}, .secondPrompts = {"b"}}),
            std::string("--second: expected a model with token types, which tell the two texts of a pair apart; gpt2 "
                        "models have none"));
        QCOMPARE(says({.model = model, .prompts = firsts, .secondPrompts = {"b"}}),
            std::string("--second: expected one for each --prompt (2), \"\" where it stands alone; found 1"));
        const InputsFile inputs({{"input_ids", integers({2, 5, 3}, {1, 3})}});
        QCOMPARE(says({.model = model, .secondPrompts = {"b"}, .inputs = inputs.path()}),
            std::string("--second: expected --prompt with it, found --inputs (use token_type_ids there)"));
    }

    void filesTellBothTexts()
    {
        const auto capture = engine_.run({.model = model, .prompts = firsts, .secondPrompts = seconds, .threads = 1});
        const Provenance provenance(capture->header());
        QVERIFY(says(provenance.line({.sequence = {0}}), "text “the model said that ||| it was not the case, ok?”"));
        QVERIFY(says(provenance.line({.sequence = {1}}), "text “one two”"));
        const auto facts = provenance.facts({.sequence = {0}});
        QVERIFY(std::find(facts.begin(), facts.end(), Fact{"second_prompt", seconds[0]}) != facts.end());
        QVERIFY(std::find(facts.begin(), facts.end(), Fact{"prompt", firsts[0]}) != facts.end());
        for (const auto& [name, value] : provenance.facts({.sequence = {1}}))
            QVERIFY(name != "second_prompt");
        QCOMPARE(promptText(capture->header().request, 1), firsts[1]);
    }
};

QTEST_GUILESS_MAIN(TestTextPairs)
#include "tst_text_pairs.moc"
