// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt that is edited at its end is computed from the first changed token on, and equals a full run; everything
// that could make it differ falls back to a full run. Captures beyond the memory budget lie in a file and read the
// same.
#include "core/engine/tensor_capture.h"
#include "tests/core/seed_run.h"

#include <random>

using namespace headscope;
using namespace headscope::seeds;

namespace {

using Ids = std::vector<std::int64_t>;

std::shared_ptr<const TensorCapture> capture(BlockingEngine& engine, InspectionRequest request)
{
    request.threads = 1;
    return std::dynamic_pointer_cast<const TensorCapture>(engine.run(std::move(request)));
}

/// Patterns, scores and next tokens of a run, as a view reads them.
std::vector<float> readings(const TensorCapture& run)
{
    std::vector<float> result;
    const std::size_t n = run.header().length();
    for (std::size_t sequence = 0; sequence < run.header().sequences(); ++sequence) {
        const auto source = run.patterns({sequence});
        for (std::size_t layer = 0; layer < run.layersDone(); ++layer)
            for (std::size_t head = 0; head < run.header().model.heads; ++head)
                for (const Stage stage : {Stage::Pattern, Stage::Scores}) {
                    const auto tile = fetch(*source, {layer}, {head}, stage, {0, n}, {0, n});
                    for (const float value : tile->values)
                        result.push_back(std::max(value, -1e6F)); // sentinels of any size are one
                }
        if (!run.shared().model->config().hasHead)
            continue;
        for (std::size_t position = 0; position < n; ++position)
            for (const auto tokens = fetchNextTokens(run, {sequence}, {position}, 3);
                 const NextToken& token : tokens->top)
                result.push_back(token.logit);
    }
    return result;
}

/// The largest difference; of values above 1 (scores, logits) relative to them, as float32 itself is.
double furthest(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size() || a.empty())
        return INFINITY;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i])))
            worst = std::max(worst,
                std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]))
                    / std::max(1.0, std::abs(static_cast<double>(b[i]))));
    return std::isnan(worst) ? INFINITY : worst;
}

Ids someIds(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    Ids ids(count);
    for (auto& id : ids)
        id = static_cast<std::int64_t>(random() % 60);
    return ids;
}

InputsFile inputs(const Ids& ids, const Ids& mask = {})
{
    golden::Tensors tensors{{"input_ids", integers(ids, {1, static_cast<std::int64_t>(ids.size())})}};
    if (!mask.empty())
        tensors["attention_mask"] = integers(mask, {1, static_cast<std::int64_t>(mask.size())});
    return InputsFile(tensors);
}

InspectionRequest lazily(const std::string& model, const InputsFile& file)
{
    return {.model = golden::modelLocation(model),
        .inputs = file.path(),
        .attention = AttentionKind::Auto,
        .keepLogits = false};
}

} // namespace

class TestPrefixReuse : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void appended_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("which");
        for (const std::string& model : tinyModels())
            for (std::size_t i = 0; i < backendCases().size(); ++i)
                QTest::newRow((model + " " + backendCases()[i].name).c_str())
                    << QString::fromStdString(model) << static_cast<int>(i);
    }

    /// Append, replace the tail, shorten: each equals a full run, and says how much of it is new.
    void appended()
    {
        QFETCH(QString, model);
        QFETCH(int, which);
        const BackendCase& how = backendCases().at(static_cast<std::size_t>(which));
        const auto description = describe(model.toStdString());
        const ModelConfig& config = description->config();
        const bool stretches = config.rope.kind == RopeConfig::Kind::Dynamic;
        const auto most = static_cast<std::size_t>(stretches ? 40 : std::min<std::int64_t>(config.maxPositions, 40));
        const bool reuses = config.architecture->causal && !stretches && most > 18;
        const Ids whole = someIds(most, 1);
        std::vector<std::pair<Ids, std::size_t>> edits; // ids, tokens that can be taken over
        edits.emplace_back(Ids(whole.begin(), whole.end() - 2), 0);
        edits.emplace_back(whole, most - 2);
        Ids changed = whole;
        changed[most - 2] = (changed[most - 2] + 1) % 60;
        edits.emplace_back(changed, most - 2);
        edits.emplace_back(Ids(changed.begin(), changed.end() - 1), most - 2);
        edits.emplace_back(someIds(most, 2), 0);
        for (const auto& [ids, kept] : edits) {
            const InputsFile file = inputs(ids);
            const InspectionRequest request = how.request(lazily(model.toStdString(), file));
            const auto edited = capture(engine_, request);
            QCOMPARE(edited->header().reusedTokens, reuses ? kept : 0);
            BlockingEngine other;
            const auto full = capture(other, request);
            QCOMPARE(full->header().reusedTokens, std::size_t(0));
            const double gap = furthest(readings(*edited), readings(*full));
            QVERIFY2(gap <= 1e-5, qPrintable(QString::number(gap)));
        }
    }

    /// Token after token: many chunks, which are put together now and then.
    void manyEdits()
    {
        const Ids ids = someIds(60, 3);
        BlockingEngine engine;
        std::shared_ptr<const TensorCapture> last;
        std::size_t mostChunks = 0;
        for (std::size_t count = 30; count <= ids.size(); ++count) {
            const InputsFile file = inputs(Ids(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count)));
            last = capture(engine, lazily("demo-rotary", file));
            QCOMPARE(last->header().reusedTokens, count == 30 ? 0 : count - 1);
            mostChunks = std::max(mostChunks, last->layers().front().size());
        }
        QVERIFY(mostChunks > 8 && mostChunks <= 16);
        BlockingEngine other;
        const InputsFile file = inputs(ids);
        const double gap = furthest(readings(*last), readings(*capture(other, lazily("demo-rotary", file))));
        QVERIFY2(gap <= 1e-5, qPrintable(QString::number(gap)));
    }

    /// A batch that is padded on the right shares what did not move; on the left everything moves.
    void batches()
    {
        for (const PaddingSide side : {PaddingSide::Right, PaddingSide::Left}) {
            BlockingEngine engine, other;
            InspectionRequest request{.model = "demo-gpt2",
                .prompts = {"The robin met the crow and the crow met the owl and",
                    "Once upon a time there was an owl in the wood and"},
                .attention = AttentionKind::Auto,
                .padding = side,
                .keepLogits = false};
            capture(engine, request);
            request.prompts[0] += " the robin sang to the crow";
            const auto edited = capture(engine, request);
            const auto full = capture(other, request);
            QVERIFY(side == PaddingSide::Left ? edited->header().reusedTokens == 0 : edited->header().reusedTokens > 0);
            const double gap = furthest(readings(*edited), readings(*full));
            QVERIFY2(gap <= 1e-5, qPrintable(QString::number(gap)));
        }
    }

    void whatElseDiffers_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < 8; ++i)
            QTest::addRow("%d", i) << i;
    }

    /// Anything but the text differs: nothing is taken over.
    void whatElseDiffers()
    {
        QFETCH(int, index);
        const Ids ids = someIds(40, 4);
        const InputsFile shorter = inputs(Ids(ids.begin(), ids.end() - 1)), longer = inputs(ids);
        const InputsFile masked = inputs(ids, [&] {
            Ids mask(ids.size(), 1);
            mask[3] = 0;
            return mask;
        }());
        InspectionRequest request = lazily("demo-rotary", shorter);
        request.threads = 1;
        BlockingEngine engine;
        capture(engine, request);
        request.inputs = longer.path();
        const std::vector<std::function<void()>> changes{[&] { request.dtype = DType::Float64; },
            [&] { request.backend = Backend::Tapped; }, [&] { request.attention = AttentionKind::Eager; },
            [&] { request.hooks = {"blocks.0.hook_resid_post"}; }, [&] { request.keepLogits = true; },
            [&] { request.inputs = masked.path(); }, [&] { request.model = "demo-gpt2"; },
            [&] {
                request.backend = Backend::Bridge;
                request.bridgeMode = BridgeMode::Compat;
            }};
        changes.at(static_cast<std::size_t>(index))();
        QCOMPARE(capture(engine, request)->header().reusedTokens, std::size_t(0));
    }

    void nothingDiffers()
    {
        const Ids ids = someIds(40, 4);
        const InputsFile file = inputs(ids);
        BlockingEngine engine;
        capture(engine, lazily("demo-rotary", file));
        QCOMPARE(capture(engine, lazily("demo-rotary", file))->header().reusedTokens, std::size_t(39));
    }

    /// q, k and v in a file read like those in memory; so does what is appended to them.
    void spilled()
    {
        const Ids ids = someIds(48, 5);
        const InputsFile shorter = inputs(Ids(ids.begin(), ids.end() - 1)), longer = inputs(ids);
        BlockingEngine engine, other;
        for (const InputsFile* file : {&shorter, &longer}) {
            InspectionRequest small = lazily("demo-rotary", *file);
            small.cacheBudget = 1;
            const auto spilledRun = capture(engine, small);
            const at::Tensor& query = spilledRun->layers().front().back().outcome->query;
            QVERIFY(query.is_contiguous());
            QCOMPARE(furthest(readings(*spilledRun), readings(*capture(other, lazily("demo-rotary", *file)))), 0.0);
        }
    }

    void noRoomToSpill()
    {
        qputenv("TMPDIR", "/proc/nowhere");
        const InputsFile file = [] {
            qputenv("TMPDIR", "/tmp");
            return inputs(someIds(20, 6));
        }();
        qputenv("TMPDIR", "/proc/nowhere");
        InspectionRequest request = lazily("demo-rotary", file);
        request.cacheBudget = 1;
        BlockingEngine engine;
        const std::string message = refusal([&] { capture(engine, request); });
        qputenv("TMPDIR", "/tmp");
        QVERIFY2(says(message, "/proc/nowhere: cannot hold") && says(message, "memory budget"), message.c_str());
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestPrefixReuse)
#include "tst_prefix_reuse.moc"
