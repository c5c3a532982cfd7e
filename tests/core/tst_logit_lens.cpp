// SPDX-License-Identifier: GPL-3.0-or-later
// What models would say after each layer, and what heads and MLPs promote, against transformers and TransformerLens
// (tests/oracle/make_logit_lens_golden.py), against the run's own next tokens, and against direct logit attribution.
#include "core/error.h"
#include "core/io/safetensors_writer.h"
#include "core/model/model_description.h"
#include "core/text/tokenizer.h"
#include "tests/core/golden_run.h"

using namespace headscope;
using namespace headscope::golden;

namespace {

constexpr double limit = 1e-4;
constexpr double nearlyEqual = 2e-5; ///< logits so close may change places

const char* const sentence = "When Mary and John went to the store, John gave a drink to";

std::size_t sizeAt(const at::Tensor& tensor, std::int64_t dimension)
{
    return static_cast<std::size_t>(tensor.size(dimension));
}

/// Every way of running the model that the golden is a reference for.
std::vector<InspectionRequest> runsFor(const std::map<std::string, std::string>& metadata, const std::string& path)
{
    InspectionRequest hooked{.model = modelLocation(metadata.at("model")),
        .inputs = path,
        .attention = AttentionKind::Auto,
        .positions = PositionPolicy::FromMask,
        .threads = 1};
    InspectionRequest native = hooked, eager = hooked, tapped = hooked, bridge = hooked;
    eager.attention = AttentionKind::Eager;
    tapped.backend = Backend::Tapped;
    bridge.backend = Backend::Bridge;
    hooked.backend = Backend::Hooked;
    const std::string& system = metadata.at("system");
    if (system == "transformers")
        return {native, eager, tapped, bridge};
    hooked.processing = readProcessing(system.substr(7), "golden");
    if (system == "hooked-all")
        return {hooked};
    return {hooked, native, tapped, bridge}; // folding a norm changes no logit
}

/// Compares lists of tokens with their numbers, and counts.
struct Comparison {
    double worst = 0;
    int compared = 0, exact = 0;
    std::string wrong;

    /// \param ids, values [K] of the golden, from `first`
    void list(const std::string& where, const std::vector<std::pair<std::int64_t, double>>& found,
        const at::Tensor& ids, const at::Tensor& values, std::size_t first)
    {
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto wanted = static_cast<double>(values.const_data_ptr<float>()[first + i]);
            number(where, found[i].second, wanted);
            const auto gapTo = [&](std::size_t other) {
                return std::abs(static_cast<double>(values.const_data_ptr<float>()[first + other]) - wanted);
            };
            // The last one's rival is not in the golden.
            const bool tie
                = (i > 0 && gapTo(i - 1) < nearlyEqual) || i + 1 == found.size() || gapTo(i + 1) < nearlyEqual;
            const bool same = found[i].first == ids.const_data_ptr<std::int32_t>()[first + i];
            exact += same;
            if (!same && !tie)
                wrong = where + ": token " + std::to_string(found[i].first) + " at place " + std::to_string(i);
        }
    }

    void number(const std::string& where, double found, double wanted)
    {
        ++compared;
        const double gap = std::abs(found - wanted);
        worst = std::max(worst, std::isnan(gap) ? INFINITY : gap);
        if (!(gap <= limit))
            wrong = where + ": " + std::to_string(found) + " instead of " + std::to_string(wanted);
    }
};

void compareStates(const LogitLens& lens, LensNorm norm, const Tensors& golden, Comparison& comparison)
{
    const std::string name(spell(norm));
    const at::Tensor ids = golden.at(name + ".ids"), ranks = golden.at(name + ".choice_rank");
    const std::size_t rows = sizeAt(ids, 1), length = sizeAt(ids, 2), count = sizeAt(ids, 3);
    const std::size_t row = lens.sequence().value;
    QCOMPARE(lens.depths(), sizeAt(ids, 0));
    const auto grid = fetchGrid(lens, {0, length}, norm);
    const auto& tokens = lens.header().tokens[row];
    for (std::size_t position = 0; position < length; ++position) {
        if (tokens[position].padding)
            continue;
        const auto found = fetchPosition(lens, {position}, {.count = count, .norm = norm});
        for (std::size_t depth = 0; depth < lens.depths(); ++depth) {
            const std::size_t place = (depth * rows + row) * length + position;
            const std::string where
                = name + " depth " + std::to_string(depth) + " position " + std::to_string(position);
            std::vector<std::pair<std::int64_t, double>> logits, shares;
            for (const LensCandidate& each : found->top[depth]) {
                logits.emplace_back(each.token.id, each.token.logit);
                shares.emplace_back(each.token.id, each.token.probability);
            }
            comparison.list(where, logits, ids, golden.at(name + ".logits"), place * count);
            for (std::size_t i = 0; i < count; ++i)
                comparison.number(where + " p", shares[i].second,
                    golden.at(name + ".probabilities").const_data_ptr<float>()[place * count + i]);
            QCOMPARE(grid->at(depth, position).best.id, logits.front().first);
            QVERIFY(std::abs(grid->at(depth, position).best.logit - logits.front().second) < nearlyEqual);
            // Ranks of equals differ by rounding, so by one at most here and there.
            const auto wanted = static_cast<std::size_t>(ranks.const_data_ptr<std::int32_t>()[place]);
            for (const std::size_t rank : {grid->at(depth, position).choiceRank, found->traces.front().ranks[depth]})
                QVERIFY2(rank + 1 >= wanted && rank <= wanted + 1, qPrintable(QString::number(rank)));
        }
    }
}

void comparePart(const LogitLens& lens, LensPart part, const Tensors& golden, const std::string& name, Comparison& all)
{
    const at::Tensor ids = golden.at(name + ".ids"), logits = golden.at(name + ".logits");
    const std::size_t count = sizeAt(ids, -1), rows = sizeAt(ids, -3);
    const std::size_t index
        = part.head ? part.layer.value * lens.header().model.heads + part.head->value : part.layer.value;
    const std::size_t first = ((index * rows + lens.sequence().value) * 2) * count;
    const auto found = fetchPart(lens, part, {lens.positions().end - 1}, count);
    for (const bool promoted : {true, false}) {
        std::vector<std::pair<std::int64_t, double>> list;
        for (const DirectLogit& each : promoted ? found->promoted : found->suppressed)
            list.emplace_back(each.id, each.logit);
        all.list(name + " " + std::to_string(index), list, ids, logits, first + (promoted ? 0 : count));
    }
}

} // namespace

class TestLogitLens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTheOriginals_data() { addRows("logit_lens", 29); }

    void equalsTheOriginals()
    {
        QFETCH(QString, path);
        const std::string location = path.toStdString();
        const Tensors golden = readAll(location);
        const auto metadata = SafetensorsFile::open(location).metadata();
        for (const InspectionRequest& run : runsFor(metadata, location)) {
            Comparison comparison;
            for (std::size_t row = 0; row < sizeAt(golden.at("input_ids"), 0); ++row) {
                const LogitLensPtr lens = engine_.lookThroughLayers({.run = run, .sequence = {row}});
                compareStates(*lens, LensNorm::Own, golden, comparison);
                if (golden.contains("final.ids"))
                    compareStates(*lens, LensNorm::Final, golden, comparison);
                for (std::size_t layer = 0; layer < lens->header().model.layers; ++layer) {
                    if (golden.contains("mlp.ids"))
                        comparePart(*lens, {.layer = {layer}}, golden, "mlp", comparison);
                    for (std::size_t head = 0; golden.contains("head.ids") && head < lens->header().model.heads; ++head)
                        comparePart(*lens, {.layer = {layer}, .head = HeadId{head}}, golden, "head", comparison);
                }
            }
            const std::string how = std::string(spell(run.backend)) + ": " + comparison.wrong;
            QVERIFY2(comparison.wrong.empty(), how.c_str());
            QVERIFY(comparison.compared > 200);
            QVERIFY2(comparison.exact * 2 > comparison.compared * 0.9, how.c_str()); // half of them are probabilities
            worst_ = std::max(worst_, comparison.worst);
        }
    }

    /// Both embedded models, every backend, every dtype.
    void theLastDepthIsTheRun_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        QTest::addColumn<int>("dtype");
        QTest::addColumn<int>("attention");
        for (const char* model : {"demo-rotary", "demo-gpt2"})
            for (const Backend backend : {Backend::Native, Backend::Tapped, Backend::Bridge, Backend::Hooked})
                for (const DType dtype : {DType::Float32, DType::Float16, DType::BFloat16, DType::Float64})
                    for (const AttentionKind attention : {AttentionKind::Auto, AttentionKind::Eager})
                        QTest::addRow(
                            "%s %s %s %s", model, spell(backend).data(), spell(dtype).data(), spell(attention).data())
                            << QString::fromLatin1(model) << static_cast<int>(backend) << static_cast<int>(dtype)
                            << static_cast<int>(attention);
    }

    void theLastDepthIsTheRun()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        QFETCH(int, dtype);
        QFETCH(int, attention);
        const InspectionRequest run{.model = model.toStdString(),
            .prompts = {sentence},
            .backend = static_cast<Backend>(backend),
            .attention = static_cast<AttentionKind>(attention),
            .dtype = static_cast<DType>(dtype),
            .keepPatterns = false,
            .keepLogits = false,
            .threads = 1};
        const CapturePtr capture = engine_.run(run);
        const LogitLensPtr lens = engine_.lookThroughLayers({.run = run});
        const std::size_t length = capture->header().length();
        const auto grid = fetchGrid(*lens, {0, length});
        for (const std::size_t position : {std::size_t{0}, length - 1}) {
            const auto next = fetchNextTokens(*capture, {0}, {position}, 10);
            const auto found = fetchPosition(*lens, {position});
            for (std::size_t i = 0; i < 10; ++i) {
                const NextToken& token = found->top.back()[i].token;
                QCOMPARE(token.id, next->top[i].id);
                QCOMPARE(token.logit, next->top[i].logit); // to the bit
                QCOMPARE(token.probability, next->top[i].probability);
                QCOMPARE(token.label, next->top[i].label);
                QCOMPARE(token.piece, next->top[i].piece);
                QVERIFY(found->top.back()[i].finalRank <= i + 1);
            }
            QCOMPARE(grid->at(lens->depths() - 1, position).best.id, next->top.front().id);
            QCOMPARE(found->traces.front().id, next->top.front().id);
            QVERIFY(found->traces.front().isChoice);
            QCOMPARE(found->traces.front().ranks.back(), std::size_t{1});
        }
    }

    /// Ranks, told apart from counting: places in the whole vocabulary, sorted.
    void ranksArePlaces()
    {
        const LogitLensPtr lens = engine_.lookThroughLayers({.run = demo()});
        const TokenPos position{lens->positions().end - 1};
        const std::size_t vocabulary = lens->header().model.vocabulary;
        const auto all = fetchPosition(*lens, position, {.count = vocabulary, .asked = {7}});
        const auto few = fetchPosition(*lens, position, {.count = 4, .asked = {7}});
        QCOMPARE(all->top.size(), lens->depths());
        std::vector<std::map<std::int64_t, std::size_t>> places(lens->depths());
        for (std::size_t depth = 0; depth < lens->depths(); ++depth) {
            QCOMPARE(all->top[depth].size(), vocabulary);
            float before = INFINITY;
            double sum = 0;
            std::size_t place = 0;
            for (std::size_t i = 0; i < vocabulary; ++i) {
                const NextToken& token = all->top[depth][i].token;
                if (token.logit < before)
                    place = i + 1; // equal logits share the better rank
                before = token.logit;
                sum += token.probability;
                places[depth][token.id] = place;
            }
            QVERIFY(std::abs(sum - 1) < 1e-5);
        }
        int moved = 0;
        for (std::size_t depth = 0; depth < lens->depths(); ++depth)
            for (std::size_t i = 0; i < 4; ++i) {
                const LensCandidate& each = few->top[depth][i];
                QCOMPARE(each.token.id, all->top[depth][i].token.id);
                QCOMPARE(each.finalRank, places.back()[each.token.id]);
                QCOMPARE(each.rankBefore.has_value(), depth > 0);
                if (depth > 0) {
                    QCOMPARE(*each.rankBefore, places[depth - 1][each.token.id]);
                    moved += *each.rankBefore != i + 1;
                }
            }
        QVERIFY(moved > 3);
        QCOMPARE(few->traces.size(), std::size_t{2});
        QCOMPARE(few->traces[1].id, std::int64_t{7});
        QVERIFY(!few->traces[1].isChoice);
        const auto grid = fetchGrid(*lens, {position.value, position.value + 1});
        for (std::size_t depth = 0; depth < lens->depths(); ++depth) {
            QCOMPARE(few->traces[1].ranks[depth], places[depth][7]);
            QCOMPARE(few->traces[0].ranks[depth], places[depth][few->traces[0].id]);
            QCOMPARE(grid->at(depth, position.value).choiceRank, few->traces[0].ranks[depth]);
            QVERIFY(std::abs(grid->at(depth, position.value).choiceProbability - few->traces[0].probabilities[depth])
                < 1e-6);
        }
    }

    /// What a head or an MLP adds to one logit less another is its share of the logit difference, for every family.
    void partsAreAttributed_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        for (const char* model : {"demo-gpt2", "demo-rotary", "gemma2-caps", "qwen3-norm", "neox-serial", "llama-bias"})
            for (const Backend backend : {Backend::Native, Backend::Bridge, Backend::Hooked})
                QTest::addRow("%s %s", model, spell(backend).data())
                    << QString::fromLatin1(model) << static_cast<int>(backend);
    }

    void partsAreAttributed()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        const std::vector<std::int64_t> ids{5, 17, 3, 42, 9, 11};
        InspectionRequest run{.model = modelLocation(model.toStdString()),
            .backend = static_cast<Backend>(backend),
            .attention = AttentionKind::Auto,
            .threads = 1};
        const auto result = engine_.readAnswers({.runs = {run},
            .prompts = {.name = "one",
                .source = {},
                .examples = {{.promptIds = ids, .correct = {{.id = 20}}, .incorrect = {{.id = 30}}, .where = "one"}}},
            .attribution = true});
        const Attribution& parts = *result->runs.front().examples.front().attribution;
        QTemporaryDir dir;
        run.inputs = writeIds(dir, ids);
        const LogitLensPtr lens = engine_.lookThroughLayers({.run = run});
        const ModelInfo& info = lens->header().model;
        const auto difference = [&](LensPart part) {
            std::map<std::int64_t, double> logits;
            const auto found = fetchPart(*lens, part, {ids.size() - 1}, info.vocabulary);
            for (const DirectLogit& each : found->promoted)
                logits[each.id] = each.logit;
            return logits.at(20) - logits.at(30);
        };
        double largest = 0;
        for (std::size_t layer = 0; layer < info.layers; ++layer) {
            QVERIFY(std::abs(difference({.layer = {layer}}) - parts.mlps[layer]) < 1e-6);
            for (std::size_t head = 0; head < info.heads; ++head) {
                const double value = parts.heads[layer * info.heads + head];
                QVERIFY(std::abs(difference({.layer = {layer}, .head = HeadId{head}}) - value) < 1e-6);
                largest = std::max(largest, std::abs(value));
            }
        }
        QVERIFY(largest > 1e-3);
    }

    void someRowsAreAsAll()
    {
        InspectionRequest run = demo();
        run.prompts = {"Once upon a time", sentence};
        const LogitLensPtr all = engine_.lookThroughLayers({.run = run, .sequence = {1}});
        const LogitLensPtr some = engine_.lookThroughLayers({.run = run, .sequence = {1}, .positions = Range{3, 6}});
        run.cacheBudget = 1; // everything in temporary files
        const LogitLensPtr onDisk = engine_.lookThroughLayers({.run = run, .sequence = {1}});
        QVERIFY(some->positions() == (Range{3, 6}));
        QCOMPARE(some->sequence().value, std::size_t{1});
        const auto expected = fetchGrid(*all, {3, 6});
        for (const LogitLensPtr& each : {some, onDisk}) {
            const auto grid = fetchGrid(*each, {3, 6});
            for (std::size_t i = 0; i < expected->cells.size(); ++i) {
                QCOMPARE(grid->cells[i].best.id, expected->cells[i].best.id);
                QCOMPARE(grid->cells[i].best.logit, expected->cells[i].best.logit);
            }
            const auto a = fetchPart(*each, {.layer = {1}, .head = HeadId{2}}, {4}, 3);
            const auto b = fetchPart(*all, {.layer = {1}, .head = HeadId{2}}, {4}, 3);
            for (std::size_t i = 0; i < 3; ++i) {
                QCOMPARE(a->promoted[i].logit, b->promoted[i].logit);
                QCOMPARE(a->suppressed[i].id, b->suppressed[i].id);
            }
        }
        // A block of positions is as long as its end.
        const auto long_ = fetchGrid(*all, all->positions());
        QCOMPARE(long_->cells.size(), all->depths() * all->header().length());
        QVERIFY(!long_->cells.back().best.label.empty());
    }

    void editsAreSeen()
    {
        InspectionRequest run = demo();
        run.backend = Backend::Tapped;
        const auto before = fetchPosition(*engine_.lookThroughLayers({.run = run}), {5});
        run.edits = {zeroed("blocks.1.attn.hook_z")};
        const auto after = fetchPosition(*engine_.lookThroughLayers({.run = run}), {5});
        QCOMPARE(after->top[1].front().token.logit, before->top[1].front().token.logit); // layer 0 is as it was
        QVERIFY(after->top[2].front().token.logit != before->top[2].front().token.logit);
        run.edits = {zeroed("ln_final.hook_normalized")};
        refused({.run = run}, "expected edits before the final norm");
        run.edits = {zeroed("blocks.2.hook_resid_post")};
        const auto silent = fetchPosition(*engine_.lookThroughLayers({.run = run}), {5});
        QVERIFY(silent->top[3].front().token.probability < 0.01); // says nothing
    }

    void refuses()
    {
        refused({.run = demo(), .sequence = {1}}, "expected a sequence from 0 to 0, found 1");
        refused({.run = demo(), .positions = Range{3, 99}}, "expected positions from 0 to 13, found 3:99");
        refused({.run = demo(), .positions = Range{4, 4}}, "expected positions from 0 to 13, found 4:4");
        const LogitLensPtr lens = engine_.lookThroughLayers({.run = demo(), .positions = Range{2, 4}});
        const auto says = [](const std::string& what, auto ask) {
            try {
                ask();
            } catch (const Error& error) {
                QVERIFY2(std::string(error.what()).find(what) != std::string::npos, error.what());
                QCOMPARE(error.fault(), Fault::BadInput);
                return;
            }
            QFAIL(what.c_str());
        };
        says("expected positions from 2 to 3, found 1:3", [&] { fetchGrid(*lens, {1, 3}); });
        says("expected positions from 2 to 3, found 4:5", [&] { fetchPosition(*lens, {4}); });
        says("expected a token id from 0 to", [&] { fetchPosition(*lens, {3}, {.asked = {999999}}); });
        says("expected a layer from 0 to 2, found 3", [&] { fetchPart(*lens, {.layer = {3}}, {3}, 5); });
        says("expected a head from 0 to", [&] { fetchPart(*lens, {.layer = {0}, .head = HeadId{99}}, {3}, 5); });
        QTemporaryDir dir;
        const LogitLensPtr encoder = engine_.lookThroughLayers(
            {.run = {.model = modelLocation("bert-mlm"), .inputs = writeIds(dir, {1, 2, 3}), .threads = 1}});
        says("expected a decoder, found bert", [&] { fetchGrid(*encoder, {0, 1}, LensNorm::Final); });
        says("expected a decoder, found bert", [&] { fetchPart(*encoder, {.layer = {0}}, {0}, 5); });
        QCOMPARE(fetchGrid(*encoder, {0, 3})->cells.size(), std::size_t{3} * encoder->depths());
    }

    /// HookedEncoder's names lie elsewhere in the block, the states do not.
    void encodersAgree()
    {
        QTemporaryDir dir;
        InspectionRequest run{
            .model = modelLocation("bert-mlm"), .inputs = writeIds(dir, {1, 2, 3, 4, 5, 6}), .threads = 1};
        const LogitLensPtr native = engine_.lookThroughLayers({.run = run});
        for (const Backend backend : {Backend::Tapped, Backend::Bridge, Backend::Hooked}) {
            run.backend = backend;
            const LogitLensPtr other = engine_.lookThroughLayers({.run = run});
            const auto a = fetchPosition(*native, {2}), b = fetchPosition(*other, {2});
            for (std::size_t depth = 0; depth < native->depths(); ++depth) {
                QCOMPARE(b->top[depth].front().token.id, a->top[depth].front().token.id);
                QVERIFY(
                    std::abs(b->top[depth].front().token.probability - a->top[depth].front().token.probability) < 1e-5);
            }
        }
    }

    void cleanupTestCase() { qInfo("largest difference %g", worst_); }

private:
    static InspectionRequest demo()
    {
        return {.model = "demo-rotary", .prompts = {sentence}, .attention = AttentionKind::Auto, .threads = 1};
    }

    static Edit zeroed(const std::string& hook)
    {
        Edit edit;
        edit.hook = hook;
        edit.operation = Edit::Operation::Zero;
        return edit;
    }

    static std::filesystem::path writeIds(const QTemporaryDir& dir, const std::vector<std::int64_t>& ids)
    {
        const std::filesystem::path path = dir.filePath(QStringLiteral("ids.safetensors")).toStdString();
        const StoredTensor stored{.name = "input_ids",
            .type = StoredType::Int64,
            .shape = {1, static_cast<std::int64_t>(ids.size())},
            .bytes = std::as_bytes(std::span(ids))};
        writeSafetensors(path, std::array{stored}, {});
        return path;
    }

    void refused(const LogitLensRequest& request, const std::string& what)
    {
        try {
            engine_.lookThroughLayers(request);
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find(what) != std::string::npos, error.what());
            QCOMPARE(error.fault(), Fault::BadInput);
            return;
        }
        QFAIL(what.c_str());
    }

    BlockingEngine engine_;
    double worst_ = 0;
};

QTEST_GUILESS_MAIN(TestLogitLens)
#include "tst_logit_lens.moc"
