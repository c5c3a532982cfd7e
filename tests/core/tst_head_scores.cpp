// SPDX-License-Identifier: GPL-3.0-or-later
// Head scores: cases worked out by hand, every family against sums over whole patterns in double, eager against lazy,
// padding against the same prompt alone, TransformerLens's own numbers, and how the work gives way and stops.
#include "core/engine/streamed_head.h"
#include "core/engine/tensor_capture.h"
#include "tests/core/head_definition.h"
#include "tests/core/seed_run.h"

#include <c10/core/InferenceMode.h>

#include <latch>
#include <random>

using namespace headscope;
using namespace headscope::seeds;

namespace {

/// The whole pattern of a layer [B,H,T,T], from the q and k that the run kept or as it kept it.
at::Tensor wholePattern(const TensorCapture& capture, std::size_t layer)
{
    const LayerOutcome& outcome = *capture.layers()[layer].front().outcome;
    if (capture.isWhole(layer))
        return outcome.pattern;
    const auto& shared = capture.shared();
    const ModelConfig& config = shared.model->config();
    const PatternRecipe recipe{config, shared.policies, layer, outcome.fused};
    const at::Tensor keys = repeatHeads(outcome.key, config.heads / config.keyValueHeads);
    return recomputedPattern(recipe, recomputedScores(recipe, outcome.query, keys, shared.mask()), shared.mask(),
        outcome.query.scalar_type());
}

/// Few different tokens, so that they repeat.
at::Tensor repeatingIds(std::int64_t batch, std::int64_t length, std::mt19937& random)
{
    std::vector<std::int64_t> ids(static_cast<std::size_t>(batch * length));
    for (auto& id : ids)
        id = static_cast<std::int64_t>(random() % 11);
    return integers(ids, {batch, length});
}

enum class Masks { None, Left, Right, Holes, Boolean };

golden::Tensors inputsFor(const ModelConfig& config, Masks masks, std::int64_t length, std::mt19937& random)
{
    const std::int64_t batch = masks == Masks::None ? 1 : 2;
    golden::Tensors result{{"input_ids", repeatingIds(batch, length, random)}};
    if (masks == Masks::None)
        return result;
    if (masks != Masks::Boolean) {
        const at::Tensor mask = at::ones({batch, length}, at::kLong);
        const std::int64_t pads = length / 3;
        mask.select(0, 1).narrow(0, masks == Masks::Right ? length - pads : 0, pads).fill_(0);
        if (masks == Masks::Holes)
            mask.select(0, 0).narrow(0, length / 2, 2).fill_(0);
        result["attention_mask"] = mask;
        return result;
    }
    std::vector<float> open(static_cast<std::size_t>(batch * config.heads * length * length));
    for (auto& cell : open)
        cell = static_cast<float>(random() % 4 != 0);
    at::Tensor mask = at::ne(floats(open, {batch, config.heads, length, length}), 0);
    if (config.architecture->causal)
        mask = at::bitwise_and(mask, at::tril(at::ones({length, length}, at::kBool)));
    mask.select(0, 1).select(0, 1).select(0, 5).fill_(false); // a row that may attend to nothing does not count
    result["attention_mask"] = mask;
    return result;
}

std::shared_ptr<const TensorCapture> runOn(
    BlockingEngine& engine, const std::string& model, const InputsFile& inputs, InspectionRequest how)
{
    how.model = golden::modelLocation(model);
    how.inputs = inputs.path();
    how.keepLogits = false;
    return std::dynamic_pointer_cast<const TensorCapture>(engine.run(how));
}

constexpr HeadScoreOptions allOptions[] = {{}, {true, false}, {false, true}, {true, true}};

} // namespace

class TestHeadScores : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void uniform_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* model : {"demo-gpt2", "demo-rotary", "llama-gqa", "mistral-window", "bert-mlm"})
            QTest::newRow(model) << QString::fromLatin1(model);
    }

    /// Queries of zero attend alike to everything allowed; then every score is a sum of fractions.
    void uniform()
    {
        QFETCH(QString, model);
        const std::vector<std::int64_t> ids{5, 7, 5, 5, 9, 7, 5};
        const std::string name = model.toStdString();
        const ModelConfig& config = describe(name)->config();
        const at::Tensor mask = at::ones({2, 9}, at::kLong);
        mask.narrow(1, 0, 2).fill_(0);
        std::vector<std::int64_t> padded{0, 0, 5, 7, 5, 5, 9, 7, 5, 0, 0, 5, 7, 5, 5, 9, 7, 5};
        const InputsFile alone({{"input_ids", integers(ids, {1, 7})}});
        const InputsFile left({{"input_ids", integers(padded, {2, 9})}, {"attention_mask", mask}});
        const std::string hook = config.architecture->queryKeyNorm ? "q_norm.hook_normalized" : "hook_q";
        for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager})
            for (const InputsFile* inputs : {&alone, &left}) {
                const auto capture = runOn(engine_, name, *inputs,
                    {.backend = Backend::Tapped,
                        .attention = kind,
                        .edits = {{.hook = "blocks.*.attn." + hook, .operation = Edit::Operation::Zero}}});
                for (std::size_t layer = 0; layer < capture->layersDone(); ++layer) {
                    const std::int64_t window = config.windows[layer];
                    HeadScores expected{.rows = 7};
                    for (std::size_t q = 0; q < 7; ++q) {
                        const std::size_t from = window > 0 && q + 1 > static_cast<std::size_t>(window)
                            ? q + 1 - static_cast<std::size_t>(window)
                            : 0;
                        const std::size_t keys = config.architecture->causal ? q + 1 - from : 7;
                        const double share = 1.0 / static_cast<double>(keys) / 7;
                        expected.entropy += std::log(static_cast<double>(keys)) / 7;
                        for (std::size_t k = from; k <= q; ++k) {
                            expected.firstToken += k == 0 ? share : 0;
                            expected.previousToken += k + 1 == q ? share : 0;
                            expected.duplicateToken += k < q && ids[k] == ids[q] ? share : 0;
                            expected.induction += k > 0 && ids[k - 1] == ids[q] ? share : 0;
                        }
                    }
                    for (std::size_t sequence = 0; sequence < capture->header().sequences(); ++sequence) {
                        const auto scores = fetchHeadScores(*capture, {sequence}, {layer});
                        QCOMPARE(scores->heads.size(), capture->header().model.heads);
                        for (const HeadScores& head : scores->heads)
                            QVERIFY2(gap(head, expected) < 1e-6, qPrintable(QString::number(gap(head, expected))));
                    }
                }
            }
    }

    void definition_data()
    {
        QTest::addColumn<QString>("model");
        for (const std::string& model : tinyModels())
            QTest::newRow(model.c_str()) << QString::fromStdString(model);
    }

    /// Every family, backend, precision and mask form, lazy and eager, against the definition in double.
    void definition()
    {
        QFETCH(QString, model);
        const std::string name = model.toStdString();
        const ModelConfig& config = describe(name)->config();
        std::mt19937 random(77);
        double worst = 0;
        for (const BackendCase& how : backendCases())
            for (const Masks masks : {Masks::None, Masks::Left, Masks::Right, Masks::Holes, Masks::Boolean})
                for (const DType dtype : {DType::Float32, DType::Float16, DType::BFloat16, DType::Float64})
                    for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager}) {
                        // In float64 native's padded rows are NaN, as transformers' are.
                        if (dtype == DType::Float64 && masks != Masks::None && masks != Masks::Boolean)
                            continue;
                        if (dtype != DType::Float32 && how.backend != Backend::Native && how.backend != Backend::Hooked)
                            continue;
                        const std::int64_t length = std::min<std::int64_t>(config.maxPositions, 37);
                        const InputsFile inputs(inputsFor(config, masks, length, random));
                        const auto capture = runOn(
                            engine_, name, inputs, how.request({.attention = kind, .dtype = dtype, .threads = 1}));
                        worst = std::max(worst, compareWithDefinition(*capture));
                        QVERIFY2(worst < 1e-6,
                            qPrintable(QStringLiteral("%1 mask %2 %3 %4: %5")
                                           .arg(QLatin1String(how.name))
                                           .arg(static_cast<int>(masks))
                                           .arg(QString::fromStdString(std::string(spell(dtype))),
                                               QString::fromStdString(std::string(spell(kind))))
                                           .arg(worst)));
                    }
    }

    void longSequences_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("length");
        QTest::newRow("demo-rotary") << "demo-rotary" << 700;
        QTest::newRow("demo-gpt2") << "demo-gpt2" << 512;
        QTest::newRow("llama-dynamic") << "llama-dynamic" << 600;
    }

    /// Several blocks of rows and tiles of keys.
    void longSequences()
    {
        QFETCH(QString, model);
        QFETCH(int, length);
        const std::string name = model.toStdString();
        std::mt19937 random(78);
        for (const Masks masks : {Masks::None, Masks::Left}) {
            const InputsFile inputs(inputsFor(describe(name)->config(), masks, length, random));
            for (const DType dtype : {DType::Float32, DType::BFloat16}) {
                const auto capture
                    = runOn(engine_, name, inputs, {.attention = AttentionKind::Auto, .dtype = dtype, .threads = 2});
                const double worst = compareWithDefinition(*capture);
                QVERIFY2(worst < 2e-6, qPrintable(QString::number(worst)));
            }
        }
    }

    /// Windows and lengths around the sizes of blocks and tiles, which no tiny model has; scores in the thousands.
    void streamedHeads()
    {
        const c10::InferenceMode inference;
        std::mt19937 random(81);
        std::normal_distribution<float> normal;
        for (const std::int64_t length : {1, 2, 256, 257, 520})
            for (const std::int64_t window : {0, 1, 70, 300})
                for (const bool causal : {true, false})
                    for (const double scale : {0.25, 100.0}) {
                        std::vector<float> q(static_cast<std::size_t>(length * 16)), k(q.size());
                        for (auto* side : {&q, &k})
                            std::generate(side->begin(), side->end(), [&] { return normal(random); });
                        const HeadInputs head{0, 0, floats(q, {length, 16}), floats(k, {length, 16})};
                        const double worst = streamedGap(head, window, causal, scale);
                        QVERIFY2(worst < (scale > 1 ? 1e-4 : 1e-6),
                            qPrintable(QStringLiteral("length %1 window %2 causal %3 scale %4: %5")
                                           .arg(length)
                                           .arg(window)
                                           .arg(causal)
                                           .arg(scale)
                                           .arg(worst)));
                    }
    }

    /// An edited pattern may hold attention where there is none to give; it does not count.
    void editedPatterns()
    {
        std::mt19937 random(83);
        for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager})
            for (const Masks masks : {Masks::None, Masks::Left}) {
                const InputsFile inputs(inputsFor(describe("demo-rotary")->config(), masks, 40, random));
                const auto capture = runOn(engine_, "demo-rotary", inputs,
                    {.backend = Backend::Tapped,
                        .attention = kind,
                        .edits = {{.hook = "blocks.*.attn.hook_pattern",
                            .operation = Edit::Operation::Replace,
                            .value = 0.1}}});
                QVERIFY(capture->isWhole(1));
                QVERIFY(compareWithDefinition(*capture) < 1e-6);
            }
    }

    /// Single rows of long heads: 20 heads of random queries and keys, 50 rows each.
    void longRows()
    {
        const c10::InferenceMode inference;
        constexpr std::size_t n = 8192, width = 64;
        std::mt19937 random(82);
        std::normal_distribution<float> normal(0, 1.5);
        std::vector<Token> tokens(n);
        for (Token& token : tokens)
            token.id = static_cast<std::int64_t>(random() % 500);
        const TokenRepeats repeats(tokens);
        std::vector<float> cells(n * width);
        const auto matrix = [&] {
            std::generate(cells.begin(), cells.end(), [&] { return normal(random); });
            return floats(cells, {n, width});
        };
        double worst = 0;
        for (int i = 0; i < 20; ++i) {
            const HeadInputs head{0, 0, matrix(), matrix()};
            const StreamedHead streamed(head, repeats.positions(), {0.125}, true, 0);
            const at::Tensor keys = head.key.to(at::kDouble).t();
            for (int j = 0; j < 50; ++j) {
                const std::size_t row = random() % n;
                const at::Tensor scores
                    = at::matmul(head.query.select(0, static_cast<std::int64_t>(row)).to(at::kDouble), keys);
                const at::Tensor pattern
                    = at::softmax(at::mul(scores, 0.125).narrow(0, 0, static_cast<std::int64_t>(row) + 1), -1);
                const auto* p = pattern.const_data_ptr<double>();
                HeadScores expected{.rows = 1};
                expected.firstToken = p[0];
                for (std::size_t k = 0; k <= row; ++k) {
                    expected.entropy -= p[k] > 0 ? p[k] * std::log(p[k]) : 0;
                    expected.previousToken += k + 1 == row ? p[k] : 0;
                    expected.duplicateToken += k < row && tokens[k].id == tokens[row].id ? p[k] : 0;
                    expected.induction += k > 0 && tokens[k - 1].id == tokens[row].id ? p[k] : 0;
                }
                worst = std::max(worst, gap(streamed.sums(repeats, {row, row + 1}, {}).scores(), expected));
            }
        }
        qInfo("1000 rows of 8192 keys: within %.2e", worst);
        QVERIFY2(worst < 1e-5, qPrintable(QString::number(worst)));
    }

    /// A prompt scores the same alone, padded on the left and padded on the right.
    void padding()
    {
        const std::string shorter = "one two three one two three one", longer = shorter + " two three four five six";
        for (const char* model : {"demo-rotary", "demo-gpt2"})
            for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager})
                for (const PaddingSide side : {PaddingSide::Left, PaddingSide::Right}) {
                    InspectionRequest request{.model = model,
                        .prompts = {shorter},
                        .attention = kind,
                        .padding = side,
                        .positions = PositionPolicy::FromMask};
                    const CapturePtr alone = engine_.run(request);
                    request.prompts = {longer, shorter};
                    const CapturePtr batch = engine_.run(request);
                    QVERIFY(batch->header().length() > alone->header().length());
                    for (std::size_t layer = 0; layer < alone->layersDone(); ++layer) {
                        const auto expected = fetchHeadScores(*alone, {0}, {layer});
                        const auto found = fetchHeadScores(*batch, {1}, {layer});
                        for (std::size_t head = 0; head < expected->heads.size(); ++head)
                            QVERIFY2(gap(found->heads[head], expected->heads[head]) < 1e-5,
                                qPrintable(QString::number(gap(found->heads[head], expected->heads[head]))));
                    }
                }
    }

    /// Eager attention and lazy attention differ only by what fused kernels round differently.
    void eagerEqualsLazy()
    {
        std::mt19937 random(79);
        for (const char* model : {"demo-rotary", "demo-gpt2"}) {
            const InputsFile inputs(inputsFor(describe(model)->config(), Masks::Left, 300, random));
            const auto lazy = runOn(engine_, model, inputs, {.attention = AttentionKind::Auto});
            const auto eager = runOn(engine_, model, inputs, {.attention = AttentionKind::Eager});
            for (std::size_t layer = 0; layer < lazy->layersDone(); ++layer)
                for (std::size_t sequence = 0; sequence < 2; ++sequence) {
                    const auto a = fetchHeadScores(*lazy, {sequence}, {layer});
                    const auto b = fetchHeadScores(*eager, {sequence}, {layer});
                    QCOMPARE(b->origin, std::string("eager"));
                    QVERIFY(a->origin.starts_with("recomputed from q, k"));
                    // An entropy of some nats has float32's seven digits.
                    for (std::size_t head = 0; head < a->heads.size(); ++head)
                        QVERIFY2(gap(a->heads[head], b->heads[head]) < 1e-6 * std::max(1.0, a->heads[head].entropy),
                            qPrintable(QString::number(gap(a->heads[head], b->heads[head]))));
                }
        }
    }

    void threadsDoNotMatter()
    {
        std::mt19937 random(80);
        const InputsFile inputs(inputsFor(describe("demo-rotary")->config(), Masks::None, 900, random));
        const auto one = runOn(engine_, "demo-rotary", inputs, {.attention = AttentionKind::Auto, .threads = 1});
        const auto first = fetchHeadScores(*one, {0}, {1});
        (void)runOn(engine_, "demo-rotary", inputs, {.attention = AttentionKind::Auto, .threads = 4});
        const auto second = fetchHeadScores(*one, {0}, {1});
        for (std::size_t head = 0; head < first->heads.size(); ++head)
            QCOMPARE(gap(first->heads[head], second->heads[head]), 0.0);
    }

    void goldens_data() { golden::addRows("head_scores", 4); }

    void goldens()
    {
        QFETCH(QString, path);
        const auto file = SafetensorsFile::open(path.toStdString());
        const auto tensors = golden::readAll(path.toStdString());
        const InputsFile inputs({{"input_ids", tensors.at("input_ids")}});
        for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager}) {
            const auto capture
                = runOn(engine_, file.metadata().at("model"), inputs, {.backend = Backend::Bridge, .attention = kind});
            for (const HeadScoreOptions options : allOptions) {
                const std::string suffix
                    = std::string(options.excludeBos ? "_bos" : "") + (options.excludeCurrentToken ? "_current" : "");
                for (std::size_t layer = 0; layer < capture->layersDone(); ++layer) {
                    const auto scores = fetchHeadScores(*capture, {0}, {layer}, options);
                    for (std::size_t head = 0; head < scores->heads.size(); ++head) {
                        const auto value = [&](const std::string& name) {
                            return tensors.at(name).const_data_ptr<double>()[layer * scores->heads.size() + head];
                        };
                        const HeadScores expected{capture->header().length(), value("entropy"), value("first_token"),
                            value("previous_token" + suffix), value("duplicate_token" + suffix),
                            value("induction" + suffix)};
                        const double found = gap(scores->heads[head], expected);
                        QVERIFY2(found < 1e-5,
                            qPrintable(QStringLiteral("L%1 H%2%3: %4")
                                           .arg(layer)
                                           .arg(head)
                                           .arg(QString::fromStdString(suffix))
                                           .arg(found)));
                    }
                }
            }
        }
    }

    void whatIsNotThere()
    {
        const CapturePtr capture = engine_.run({.model = "demo-rotary", .prompts = {"one two"}, .keepPatterns = false});
        QVERIFY(says(refusal([&] { fetchHeadScores(*capture, {0}, {0}); }), "this run kept no patterns"));
        QVERIFY(
            says(refusal([&] { fetchHeadScores(*capture, {1}, {0}); }), "expected a sequence from 0 to 0, found 1"));
        QVERIFY(says(refusal([&] { fetchHeadScores(*capture, {0}, {9}); }), "expected a layer from 0 to 2, found 9"));
    }

    void droppedTicket()
    {
        const auto capture = std::dynamic_pointer_cast<const TensorCapture>(
            engine_.run({.model = "demo-rotary", .prompts = {"one two"}, .attention = AttentionKind::Auto}));
        std::latch go(1);
        capture->shared().queue.lock()->post(Priority::Visible, [&](const auto&) { go.wait(); }).detach();
        std::atomic<bool> called{false};
        (void)capture->requestHeadScores({0}, {0}, {}, [&](const auto&, const auto&) { called = true; });
        go.count_down();
        QVERIFY(fetchHeadScores(*capture, {0}, {1})->heads[0].rows > 0);
        QVERIFY(!called);
    }

    /// A long task lets more urgent ones pass, and is told to stop when the queue closes.
    void givesWay()
    {
        ReaderQueue queue;
        std::vector<int> order;
        std::latch stopped(1);
        bool told = false;
        queue
            .post(Priority::Background,
                [&](const std::atomic<bool>& withdrawn) {
                    queue.post(Priority::Background, [&](const auto&) { order.push_back(3); }).detach();
                    QVERIFY(!queue.anyAbove(Priority::Background));
                    queue.post(Priority::Thumbnail, [&](const auto&) { order.push_back(2); }).detach();
                    queue.post(Priority::Visible, [&](const auto&) { order.push_back(1); }).detach();
                    QVERIFY(queue.anyAbove(Priority::Background));
                    queue.serveAbove(Priority::Background);
                    stopped.count_down();
                    for (int i = 0; i < 10'000 && !withdrawn.load(); ++i)
                        std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    told = withdrawn.load();
                })
            .detach();
        {
            std::jthread reader([&](std::stop_token quit) { queue.serve(std::move(quit)); });
            stopped.wait();
        }
        QVERIFY(told);
        QCOMPARE(order, (std::vector<int>{1, 2}));
    }

private:
    static double streamedGap(const HeadInputs& head, std::int64_t window, bool causal, double scale)
    {
        const auto n = static_cast<std::size_t>(head.query.size(0));
        std::vector<Token> tokens(n);
        std::vector<std::int64_t> ids;
        for (std::size_t i = 0; i < n; ++i)
            ids.push_back(tokens[i].id = static_cast<std::int64_t>(i * i % 7));
        const TokenRepeats repeats(tokens);
        const StreamedHead streamed(head, repeats.positions(), {scale}, causal, window);
        PatternSums found;
        for (std::size_t first = 0; first < n; first += StreamedHead::blockRows)
            found += streamed.sums(repeats, {first, std::min(n, first + StreamedHead::blockRows)}, {});

        const AttentionMask mask = AttentionMask::read({}, 1, 1, head.query.size(0), causal, "mask");
        at::Tensor scores = at::mul(at::matmul(head.query.to(at::kDouble), head.key.to(at::kDouble).t()), scale);
        if (const at::Tensor open = mask.allowed(at::kCPU, window); open.defined())
            scores = at::where(open[0][0], scores, -INFINITY);
        const at::Tensor pattern = at::softmax(scores, -1);
        const auto chosen = detectionPatterns(ids);
        HeadScores expected{.rows = n};
        const auto count = static_cast<double>(n);
        for (std::size_t q = 0; q < n; ++q)
            for (std::size_t k = 0; k < n; ++k) {
                const double p = pattern.const_data_ptr<double>()[q * n + k];
                expected.entropy -= p > 0 ? p * std::log(p) / count : 0;
                expected.firstToken += k == 0 ? p / count : 0;
                expected.previousToken += p * chosen[0][q][k] / count;
                expected.duplicateToken += p * chosen[1][q][k] / count;
                expected.induction += p * chosen[2][q][k] / count;
            }
        return gap(found.scores(), expected);
    }

    static double compareWithDefinition(const TensorCapture& capture)
    {
        double worst = 0;
        for (std::size_t layer = 0; layer < capture.layersDone(); ++layer) {
            const at::Tensor whole = wholePattern(capture, layer);
            for (std::size_t sequence = 0; sequence < capture.header().sequences(); ++sequence)
                for (const HeadScoreOptions options : allOptions) {
                    const auto scores = fetchHeadScores(capture, {sequence}, {layer}, options);
                    for (std::size_t head = 0; head < scores->heads.size(); ++head) {
                        const HeadScores expected = byDefinition(capture, sequence, layer, head,
                            whole[static_cast<std::int64_t>(sequence)][static_cast<std::int64_t>(head)], options);
                        worst = std::max(worst, gap(scores->heads[head], expected));
                    }
                }
        }
        return worst;
    }
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestHeadScores)
#include "tst_head_scores.moc"
