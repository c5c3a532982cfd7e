// SPDX-License-Identifier: GPL-3.0-or-later
// Stages beside scores and pattern: lengths of weighted values against TransformerBridge, the mask's numbers, and rows
// without special tokens or as shares of their maxima against their definitions.
#include "core/cache/stage_names.h"
#include "core/engine/tensor_capture.h"
#include "tests/core/seed_run.h"

#include <cmath>
#include <limits>

using namespace headscope;
using namespace headscope::seeds;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

PatternTilePtr whole(
    const Capture& capture, std::size_t sequence, LayerId layer, HeadId head, Stage stage, PatternOptions options = {})
{
    const auto source = capture.patterns({sequence});
    return fetch(*source, layer, head, stage, {0, source->queries()}, {0, source->keys()}, options);
}

bool isLeftOut(const Token& token) { return token.special || token.padding; }

/// What the row has of a stage where special tokens are left out, or all of it: the sum and the largest magnitude.
std::pair<double, float> rest(
    const PatternTile& tile, const std::vector<Token>& tokens, std::size_t row, bool leavesOut)
{
    double sum = 0;
    float most = 0;
    for (std::size_t key = 0; key < tile.width; ++key)
        if (tile.kind(row, key) == CellKind::Allowed
            && !(leavesOut && (isLeftOut(tokens[row]) || isLeftOut(tokens[key])))) {
            sum += tile.value(row, key);
            most = std::max(most, std::abs(tile.value(row, key)));
        }
    return {sum, most};
}

} // namespace

class TestAttentionStages : public QObject {
    Q_OBJECT
private:
    BlockingEngine engine_;

private Q_SLOTS:
    void lengthsOfValues_data() { golden::addRows("value_norms", 10); }

    void lengthsOfValues()
    {
        QFETCH(QString, path);
        const auto file = SafetensorsFile::open(path.toStdString());
        const auto tensors = golden::readAll(path.toStdString());
        const InputsFile inputs({{"input_ids", tensors.at("input_ids")}});
        for (const AttentionKind kind : {AttentionKind::Eager, AttentionKind::Auto}) {
            const auto capture = engine_.run({.model = golden::modelLocation(file.metadata().at("model")),
                .inputs = inputs.path(),
                .attention = kind});
            const auto& model = capture->header().model;
            for (const auto& [stage, name] :
                {std::pair(Stage::ValueWeighted, "weighted"), std::pair(Stage::ValueNorm, "norm")}) {
                double worst = 0;
                const double size = golden::size(tensors.at(name));
                QVERIFY(size > 0.01);
                for (std::size_t layer = 0; layer < model.layers; ++layer)
                    for (std::size_t head = 0; head < model.heads; ++head) {
                        const auto tile = whole(*capture, 0, {layer}, {head}, stage);
                        const auto side = static_cast<std::int64_t>(tile->width);
                        const at::Tensor expected
                            = tensors.at(name)[static_cast<std::int64_t>(layer)][static_cast<std::int64_t>(head)];
                        worst = std::max(worst, golden::distance(floats(tile->values, {side, side}), expected));
                        QVERIFY(tile->stage == stage);
                    }
                qInfo("%s %s: %.1e of %.2f", name, kind == AttentionKind::Eager ? "eager" : "auto", worst, size);
                QVERIFY2(worst <= 1e-5 * std::max(1.0, size), name);
            }
        }
    }

    /// A rectangle, pooled or not, is a part of the whole.
    void rectanglesOfLengths()
    {
        const auto capture
            = engine_.run({.model = "demo-rotary", .prompts = {"When Mary and John went to the store, John gave"}});
        const auto source = capture->patterns({0});
        const auto all = whole(*capture, 0, {1}, {2}, Stage::ValueWeighted);
        const auto part = fetch(*source, {1}, {2}, Stage::ValueWeighted, {4, 9}, {3, 6});
        for (std::size_t row = 0; row < part->height; ++row)
            for (std::size_t column = 0; column < part->width; ++column)
                QCOMPARE(part->value(row, column), all->value(row + 4, column + 3));
        const auto one
            = fetch(*source, {1}, {2}, Stage::ValueWeighted, {4, 9}, {0, 4}, {.maxHeight = 1, .maxWidth = 1});
        float most = 0;
        for (std::size_t row = 4; row < 9; ++row)
            for (std::size_t column = 0; column < 4; ++column)
                most = std::max(most, all->value(row, column));
        QCOMPARE(one->value(0, 0), most);
    }

    void aRunThatKeptNoPatternHasNoLengths()
    {
        const auto capture = engine_.run({.model = "demo-gpt2", .prompts = {"one two"}, .keepPatterns = false});
        const auto source = capture->patterns({0});
        QVERIFY(!source->has({0}, Stage::Pattern));
        QVERIFY(!source->has({0}, Stage::ValueWeighted) && !source->has({0}, Stage::ValueNorm));
        QVERIFY(source->has({0}, Stage::Mask));
        QVERIFY_THROWS_EXCEPTION(Error, fetch(*source, {0}, {0}, Stage::ValueNorm, {0, 1}, {0, 1}));
    }

    void theMaskAsNumbers()
    {
        const auto capture = engine_.run({.model = "demo-rotary", .prompts = {"a b", "a longer prompt than that"}});
        const auto tile = whole(*capture, 0, {0}, {1}, Stage::Mask);
        const auto& tokens = capture->header().tokens[0];
        QVERIFY(tokens[0].padding && !tokens.back().padding);
        for (std::size_t query = 0; query < tile->height; ++query)
            for (std::size_t key = 0; key < tile->width; ++key)
                QCOMPARE(tile->value(query, key), key > query || tokens[key].padding ? -infinity : 0.0f);
    }

    void theUsersNumbersInTheMask()
    {
        const std::int64_t length = 5, heads = static_cast<std::int64_t>(describe("gpt2-tiny")->config().heads);
        at::Tensor bias = at::full({1, heads, length, length}, -0.25, at::kFloat);
        bias = at::where(at::tril(at::ones({length, length}, at::kBool)), bias, static_cast<double>(-infinity));
        bias.index_put_({at::tensor({0}), at::tensor({1}), at::tensor({3}), at::tensor({2})}, at::full({1}, -7.5));
        const InputsFile inputs({{"input_ids", integers({1, 2, 3, 4, 5}, {1, length})}, {"attention_mask", bias}});
        const auto capture = engine_.run({.model = golden::modelLocation("gpt2-tiny"), .inputs = inputs.path()});
        for (const std::size_t head : {0, 1}) {
            const auto tile = whole(*capture, 0, {0}, {head}, Stage::Mask);
            for (std::size_t query = 0; query < tile->height; ++query)
                for (std::size_t key = 0; key < tile->width; ++key)
                    QCOMPARE(tile->value(query, key),
                        key > query                               ? -infinity
                            : head == 1 && query == 3 && key == 2 ? -7.5f
                                                                  : -0.25f);
        }
    }

    void aWindowInTheMask()
    {
        const auto& config = describe("mistral-window")->config();
        const InputsFile inputs({{"input_ids", integers(std::vector<std::int64_t>(12, 3), {1, 12})}});
        const auto capture = engine_.run({.model = golden::modelLocation("mistral-window"), .inputs = inputs.path()});
        const auto tile = whole(*capture, 0, {0}, {0}, Stage::Mask);
        const auto window = static_cast<std::size_t>(config.windows[0]);
        QVERIFY(window > 1 && window < 12);
        for (std::size_t query = 0; query < 12; ++query)
            for (std::size_t key = 0; key < 12; ++key)
                QCOMPARE(tile->value(query, key), key <= query && key + window > query ? 0.0f : -infinity);
    }

    void specialTokens_data()
    {
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("specials");
        QTest::addColumn<bool>("perRow");
        const std::pair<const char*, SpecialTokens> choices[]{{"show", SpecialTokens::Show},
            {"exclude", SpecialTokens::Exclude}, {"renormalise", SpecialTokens::Renormalise}};
        for (const auto& [stage, name] : stageNames)
            for (const auto& [choice, specials] : choices)
                for (const bool perRow : {false, true})
                    QTest::addRow("%s, %s%s", std::string(name).c_str(), choice, perRow ? ", per row" : "")
                        << static_cast<int>(stage) << static_cast<int>(specials) << perRow;
    }

    /// demo-rotary has a BOS of its own, and the shorter prompt has padding.
    void specialTokens()
    {
        QFETCH(int, stage);
        QFETCH(int, specials);
        QFETCH(bool, perRow);
        const auto what = static_cast<Stage>(stage);
        const auto how = static_cast<SpecialTokens>(specials);
        const auto capture = engine_.run({.model = "demo-rotary",
            .prompts = {"John gave a drink to", "When Mary and John went to the store, John gave a drink to"},
            .attention = AttentionKind::Auto,
            .prependBos = PrependBos::On});
        const auto& tokens = capture->header().tokens[0];
        QVERIFY(std::any_of(tokens.begin(), tokens.end(), [](const Token& t) { return t.special && !t.padding; }));
        const auto plain = whole(*capture, 0, {1}, {1}, what);
        const auto weights = whole(*capture, 0, {1}, {1}, Stage::Pattern);
        const auto tile = whole(*capture, 0, {1}, {1}, what, {.specials = how, .perRow = perRow});
        const bool leavesOut = how != SpecialTokens::Show, renormalises = how == SpecialTokens::Renormalise;
        const bool divides = perRow || (renormalises && what != Stage::Scores && what != Stage::Mask);
        QVERIFY(tile->specials == how && tile->perRow == perRow);
        QCOMPARE(tile->origin.find("renormalised without special tokens") != std::string::npos,
            renormalises && what != Stage::Scores && what != Stage::Mask);
        int excluded = 0;
        for (std::size_t row = 0; row < tile->height; ++row) {
            const double by
                = perRow ? rest(*plain, tokens, row, leavesOut).second : rest(*weights, tokens, row, leavesOut).first;
            double sum = 0;
            for (std::size_t key = 0; key < tile->width; ++key) {
                const bool out = leavesOut && plain->kind(row, key) == CellKind::Allowed
                    && (isLeftOut(tokens[row]) || isLeftOut(tokens[key]));
                excluded += out;
                QVERIFY(tile->kind(row, key) == (out ? CellKind::Excluded : plain->kind(row, key)));
                double expected = plain->value(row, key);
                if (divides && out && renormalises)
                    expected = 0;
                else if (divides && by > 0)
                    expected /= by;
                if (std::isfinite(expected))
                    QVERIFY2(std::abs(tile->value(row, key) - expected) <= 1e-6 * std::max(1.0, std::abs(expected)),
                        qPrintable(QStringLiteral("%1 %2: %3, expected %4")
                                       .arg(row)
                                       .arg(key)
                                       .arg(tile->value(row, key))
                                       .arg(expected)));
                if (tile->kind(row, key) == CellKind::Allowed)
                    sum += tile->value(row, key);
            }
            if (what == Stage::Pattern && renormalises && !perRow && by > 0)
                QVERIFY(std::abs(sum - 1) < 1e-5);
        }
        QCOMPARE(excluded > 0, leavesOut);
    }

    /// Rows are changed before they are pooled, and a tile of some columns knows of the others.
    void partsOfChangedRows()
    {
        std::string prompt;
        for (int i = 0; i < 60; ++i)
            prompt += " John gave Mary " + std::to_string(i * 7919 % 1000);
        const auto capture = engine_.run({.model = "demo-rotary",
            .prompts = {prompt},
            .attention = AttentionKind::Auto,
            .prependBos = PrependBos::On});
        const PatternOptions how{.specials = SpecialTokens::Renormalise};
        for (const PatternOptions& options : {how, PatternOptions{.perRow = true}}) {
            const auto source = capture->patterns({0});
            const std::size_t n = source->queries();
            QVERIFY(n > 300);
            const auto all = whole(*capture, 0, {1}, {3}, Stage::Pattern, options);
            PatternOptions pooled = options;
            pooled.maxHeight = pooled.maxWidth = 8;
            const auto part = fetch(*source, {1}, {3}, Stage::Pattern, {200, 264}, {40, 104}, pooled);
            QCOMPARE(part->rowStep, std::size_t{8});
            for (std::size_t row = 0; row < 8; ++row)
                for (std::size_t column = 0; column < 8; ++column) {
                    float most = 0;
                    for (std::size_t i = 0; i < 64; ++i)
                        most = std::max(most, all->value(200 + row * 8 + i / 8, 40 + column * 8 + i % 8));
                    QVERIFY(std::abs(part->value(row, column) - most) <= 1e-6f);
                }
        }
    }
};

QTEST_GUILESS_MAIN(TestAttentionStages)
#include "tst_attention_stages.moc"
