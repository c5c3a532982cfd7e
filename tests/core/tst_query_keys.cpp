// SPDX-License-Identifier: GPL-3.0-or-later
// The queries and keys behind a score: what they make is the score that views show, for every family, backend, mask and
// kind of attention, and they are those of TransformerBridge, HookedTransformer and HookedEncoder
// (tests/oracle/make_bridge_golden.py, make_hooked_golden.py).
#include "core/analysis/query_key_parts.h"
#include "core/cache/query_keys.h"
#include "core/engine/tensor_capture.h"
#include "tests/core/seed_run.h"

#include <cmath>
#include <limits>

using namespace headscope;
using namespace headscope::seeds;

namespace {

enum class Masks { None, Left, Boolean, Additive };
constexpr const char* maskNames[] = {"none", "left", "4-D boolean", "4-D additive"};
constexpr std::int64_t length = 9;

golden::Tensors inputsFor(const ModelConfig& config, Masks masks)
{
    const std::int64_t batch = masks == Masks::None ? 1 : 2;
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < batch * length; ++i)
        ids.push_back((7 * i + 3) % config.vocabulary);
    golden::Tensors result{{"input_ids", integers(ids, {batch, length})}};
    if (masks == Masks::Left) {
        result["attention_mask"] = at::ones({batch, length}, at::kLong);
        result["attention_mask"].select(0, 1).narrow(0, 0, 3).fill_(0);
    } else if (masks != Masks::None) {
        at::Tensor open = at::ones({batch, 1, length, length}, at::kBool);
        if (config.architecture->causal)
            open = at::tril(open);
        open.select(3, 2).fill_(false);
        result["attention_mask"] = masks == Masks::Boolean
            ? open
            : at::where(open, -0.25, static_cast<double>(finfoMin(at::kFloat))).to(at::kFloat);
    }
    return result;
}

bool near(double found, double expected, double limit)
{
    return std::abs(found - expected) <= limit * std::max(1.0, std::abs(expected));
}

/// Compares one query's scores with what its vectors make. \return cells that were compared as numbers
int compareRow(const Capture& capture, std::size_t sequence, LayerId layer, HeadId head, std::size_t query)
{
    const auto source = capture.patterns({sequence});
    const Range row{query, query + 1}, all{0, source->keys()};
    const auto scores = fetch(*source, layer, head, Stage::Scores, row, all);
    const auto mask = fetch(*source, layer, head, Stage::Mask, row, all);
    const auto vectors = fetchQueryKeys(capture, {sequence}, layer, head, {query}, all);
    int compared = 0;
    for (std::size_t key = 0; key < all.end; ++key) {
        const double added = static_cast<double>(mask->value(0, key));
        const double found = static_cast<double>(scores->value(0, key));
        if (std::isinf(added)) {
            if (found > -1e30)
                return -1;
            continue;
        }
        if (!near(unmaskedScore(*vectors, key) + added, found, 1e-5))
            return -1;
        ++compared;
    }
    return compared;
}

at::Tensor asTensor(const std::vector<float>& values)
{
    return floats(values, {static_cast<std::int64_t>(values.size())});
}

} // namespace

class TestQueryKeys : public QObject {
    Q_OBJECT
private:
    BlockingEngine engine_;

private Q_SLOTS:
    void scoresAreMadeOfThem_data()
    {
        QTest::addColumn<QString>("model");
        for (const std::string& model : tinyModels())
            QTest::newRow(model.c_str()) << QString::fromStdString(model);
    }

    /// cap(scale * q k) + mask is the score that the heatmap shows.
    void scoresAreMadeOfThem()
    {
        QFETCH(QString, model);
        const std::string name = model.toStdString();
        int compared = 0;
        for (const BackendCase& how : backendCases())
            for (const Masks masks : {Masks::None, Masks::Left, Masks::Boolean, Masks::Additive})
                for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager}) {
                    const InputsFile inputs(inputsFor(describe(name)->config(), masks));
                    const auto capture = engine_.run(how.request({.model = golden::modelLocation(name),
                        .inputs = inputs.path(),
                        .attention = kind,
                        .keepScores = true,
                        .keepLogits = false,
                        .threads = 1}));
                    const auto& about = capture->header().model;
                    for (std::size_t layer = 0; layer < about.layers; ++layer)
                        for (std::size_t head = 0; head < about.heads; ++head)
                            for (const std::size_t query : {4, 8}) {
                                const std::size_t last = capture->header().sequences() - 1;
                                const int cells = compareRow(*capture, last, {layer}, {head}, query);
                                if (cells <= 0)
                                    QFAIL(qPrintable(QStringLiteral("%1, mask %2, L%3 H%4, query %5")
                                                         .arg(QLatin1StringView(how.name),
                                                             QLatin1StringView(maskNames[static_cast<int>(masks)]))
                                                         .arg(layer)
                                                         .arg(head)
                                                         .arg(query)));
                                compared += cells;
                            }
                }
        QVERIFY2(compared > 500, qPrintable(QString::number(compared)));
    }

    void equalTheOriginals_data()
    {
        QTest::addColumn<QString>("path");
        int rows = 0;
        for (const char* folder : {"bridge", "hooked"}) {
            const QDir dir(QString::fromStdString(golden::folder(folder)));
            for (const QString& name : dir.entryList({QStringLiteral("*_*_*.safetensors")})) {
                const auto file = SafetensorsFile::open(dir.filePath(name).toStdString());
                if (!file.find("blocks.0.attn.hook_q"))
                    continue;
                // TransformerBridge tells of GPT-NeoX only what comes before its rotation.
                if (name.startsWith(QStringLiteral("neox")) && !file.find("blocks.0.attn.hook_rot_q"))
                    continue;
                QTest::addRow("%s %s", folder, qPrintable(name)) << dir.filePath(name);
                ++rows;
            }
        }
        QVERIFY2(rows >= 75, qPrintable(QString::number(rows)));
    }

    void equalTheOriginals()
    {
        QFETCH(QString, path);
        const std::string file = path.toStdString();
        const auto metadata = SafetensorsFile::open(file).metadata();
        const auto expected = golden::readAll(file);
        const bool bridge = metadata.at("system") == "TransformerBridge";
        const std::string mode = metadata.at("mode");
        InspectionRequest request{.model = golden::modelLocation(metadata.at("model")),
            .inputs = file,
            .backend = bridge ? Backend::Bridge : Backend::Hooked,
            .attention = AttentionKind::Auto,
            .keepLogits = false,
            .threads = 1};
        if (bridge)
            request.bridgeMode = *unspell<BridgeMode>(mode);
        else if (metadata.at("system") == "HookedTransformer")
            request.processing = mode == "processed" ? Processing{} : readProcessing("none", "mode");
        const auto capture = engine_.run(request);
        const at::Tensor real = golden::realRows(expected);
        const auto& config = describe(metadata.at("model"))->config();
        const auto times = static_cast<std::size_t>(config.heads / config.keyValueHeads);
        double worst = 0;
        for (std::size_t layer = 0; layer < capture->layersDone(); ++layer) {
            const std::string point = "blocks." + std::to_string(layer) + ".attn.hook_";
            const bool turned = expected.contains(point + "rot_q");
            const at::Tensor q = expected.at(point + (turned ? "rot_q" : "q"));
            const at::Tensor k
                = expected.at(point + (turned ? "rot_k" : "k")); // [B, T, G, d], or repeated: [B, T, H, d]
            for (std::size_t row = 0; row < capture->header().sequences(); ++row)
                for (std::size_t head = 0; head < capture->header().model.heads; ++head) {
                    const auto b = static_cast<std::int64_t>(row), h = static_cast<std::int64_t>(head);
                    const bool grouped = k.size(2) != q.size(2);
                    const auto g = static_cast<std::int64_t>(grouped ? head / times : head);
                    for (std::int64_t query = 0; query < q.size(1); ++query) {
                        if (!real[b][query].item<bool>())
                            continue;
                        const auto at = static_cast<std::size_t>(query);
                        const auto found = fetchQueryKeys(*capture, {row}, {layer}, {head}, {at}, {at, at + 1});
                        QCOMPARE(static_cast<std::int64_t>(found->width), q.size(3));
                        const at::Tensor wantedQ = q[b][query][h], wantedK = k[b][query][g];
                        const double size
                            = std::max({1.0, wantedQ.abs().max().item<double>(), wantedK.abs().max().item<double>()});
                        worst = std::max(worst,
                            std::max(golden::distance(asTensor(found->queryVector), wantedQ),
                                golden::distance(asTensor(found->keyVectors), wantedK))
                                / size);
                    }
                }
        }
        QVERIFY2(worst <= 1e-5, qPrintable(QString::number(worst)));
    }

    void theSameFromATemporaryFile()
    {
        const InspectionRequest request{.model = "demo-rotary",
            .prompts = {"When Mary and John went to the store, John gave"},
            .attention = AttentionKind::Auto,
            .keepLogits = false,
            .threads = 1};
        InspectionRequest spilling = request;
        spilling.cacheBudget = 1;
        const auto kept = engine_.run(request);
        BlockingEngine other;
        const auto spilled = other.run(spilling);
        const Range keys{1, 7};
        const auto a = fetchQueryKeys(*kept, {0}, {1}, {2}, {6}, keys),
                   b = fetchQueryKeys(*spilled, {0}, {1}, {2}, {6}, keys);
        QVERIFY(a->queryVector == b->queryVector && a->keyVectors == b->keyVectors);
        QCOMPARE(a->keyVectors.size(), keys.size() * a->width);
    }

    /// Rows of the run before an edit are chunks of their own.
    void theSameAcrossAReusedPrefix()
    {
        const std::string text
            = "When Mary and John went to the store, John gave a drink to Mary and the others who had come";
        InspectionRequest request{.model = "demo-gpt2",
            .prompts = {text},
            .attention = AttentionKind::Auto,
            .keepLogits = false,
            .threads = 1};
        engine_.run(request);
        request.prompts = {text + " along with them"};
        const auto joined = engine_.run(request);
        QVERIFY(joined->header().reusedTokens > 0);
        BlockingEngine other;
        const auto fresh = other.run(request);
        const std::size_t last = joined->header().length() - 1;
        const auto a = fetchQueryKeys(*joined, {0}, {1}, {1}, {last}, {0, last + 1}),
                   b = fetchQueryKeys(*fresh, {0}, {1}, {1}, {last}, {0, last + 1});
        QVERIFY(golden::distance(asTensor(a->keyVectors), asTensor(b->keyVectors)) < 1e-5);
        QVERIFY(compareRow(*joined, 0, {1}, {1}, last) > 10);
    }

    void refusesWhatIsNotThere()
    {
        const auto capture
            = engine_.run({.model = "demo-rotary", .prompts = {"one two three"}, .attention = AttentionKind::Auto});
        const std::size_t n = capture->header().length(), layers = capture->header().model.layers,
                          heads = capture->header().model.heads;
        const auto says
            = [&](std::size_t sequence, std::size_t layer, std::size_t head, std::size_t query, Range keys) {
                  return refusal([&] { fetchQueryKeys(*capture, {sequence}, {layer}, {head}, {query}, keys); });
              };
        QCOMPARE(says(0, 0, 0, 0, {0, n}), std::string("no error"));
        QCOMPARE(says(1, 0, 0, 0, {0, 1}), std::string("queries and keys: expected a sequence from 0 to 0, found 1"));
        QVERIFY(says(0, layers, 0, 0, {0, 1}).find("expected a layer from 0 to") != std::string::npos);
        QVERIFY(says(0, 0, heads, 0, {0, 1}).find("expected a head from 0 to") != std::string::npos);
        QVERIFY(says(0, 0, 0, n, {0, 1}).find("expected a query from 0 to") != std::string::npos);
        QVERIFY(says(0, 0, 0, 0, {0, n + 1}).find("expected keys within 0:") != std::string::npos);
        QVERIFY(says(0, 0, 0, 0, {1, 1}).find("expected keys within 0:") != std::string::npos);
    }

    void editedScoresAreNotMadeOfThem()
    {
        for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager}) {
            Edit edit;
            edit.hook = "blocks.1.attn.hook_attn_scores";
            edit.operation = Edit::Operation::Zero;
            const auto capture = engine_.run({.model = "demo-rotary",
                .prompts = {"one two three"},
                .backend = Backend::Tapped,
                .attention = kind,
                .edits = {edit}});
            QCOMPARE(refusal([&] { fetchQueryKeys(*capture, {0}, {0}, {0}, {0}, {0, 1}); }), std::string("no error"));
            QCOMPARE(refusal([&] {
                fetchQueryKeys(*capture, {0}, {1}, {0}, {0}, {0, 1});
            }),
                std::string(
                    "queries and keys: expected a layer whose scores are made of them; the scores or the pattern "
                    "of layer 1 were edited"));
        }
        const auto bare = engine_.run({.model = "demo-rotary", .prompts = {"one two three"}, .keepPatterns = false});
        QCOMPARE(refusal([&] {
            fetchQueryKeys(*bare, {0}, {0}, {0}, {0}, {0, 1});
        }),
            std::string("queries and keys: expected a run that keeps patterns; found one that keeps none"));
    }

    void partsAndHowManyMakeTheMost()
    {
        QueryKeyVectors vectors;
        vectors.keys = {4, 6};
        vectors.width = 4;
        vectors.queryVector = {1, -2, 0.5f, 3};
        vectors.keyVectors = {0, 0, 0, 0, 2, 1, -4, 0.5f};
        vectors.scale = 0.5;
        vectors.softCap = 2;
        QVERIFY(scoreParts(vectors, 5) == (std::vector<double>{1, -1, -1, 0.75}));
        QCOMPARE(unmaskedScore(vectors, 5), 2 * std::tanh(-0.25 / 2));
        QCOMPARE(unmaskedScore(vectors, 4), 0.0);
        QVERIFY(strongestFirst(scoreParts(vectors, 5)) == (std::vector<std::size_t>{0, 1, 2, 3}));
        QVERIFY(strongestFirst({0.1, -3, 2}) == (std::vector<std::size_t>{1, 2, 0}));
        QCOMPARE(dimensionsFor({8, -1, 1}, 0.8), std::size_t{1}); // exactly 80 %
        QCOMPARE(dimensionsFor({8, -1, 1}, 0.81), std::size_t{2});
        QCOMPARE(dimensionsFor({1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 0.8), std::size_t{8});
        QCOMPARE(dimensionsFor({0, 0}, 0.8), std::size_t{0});
        QCOMPARE(dimensionsFor({1, 2}, 1), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestQueryKeys)
#include "tst_query_keys.moc"
