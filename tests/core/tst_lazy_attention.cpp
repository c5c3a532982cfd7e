// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns recomputed from q and k: random rectangles against eager attention from the same q and k, for every family,
// precision, backend and mask form; and what a whole run makes of it.
#include "core/engine/tensor_capture.h"
#include "tests/core/seed_run.h"

#include <random>

using namespace headscope;
using namespace headscope::seeds;

namespace {

enum class Masks { None, Left, Right, Boolean, Additive };
constexpr const char* maskNames[] = {"none", "left", "right", "4-D boolean", "4-D additive"};

golden::Tensors inputsFor(const ModelConfig& config, Masks masks, std::mt19937& random)
{
    const bool stretches = config.rope.kind == RopeConfig::Kind::Dynamic;
    const std::int64_t length = stretches ? 1100 : std::min<std::int64_t>(config.maxPositions, 77);
    const std::int64_t batch = masks == Masks::None ? 1 : 3;
    golden::Tensors result;
    std::vector<std::int64_t> ids(static_cast<std::size_t>(batch * length));
    for (auto& id : ids)
        id = static_cast<std::int64_t>(random() % static_cast<unsigned>(config.vocabulary));
    result["input_ids"] = integers(ids, {batch, length});
    if (masks == Masks::Left || masks == Masks::Right) {
        const at::Tensor mask = at::ones({batch, length}, at::kLong);
        for (std::int64_t row = 1; row < batch; ++row)
            mask.select(0, row)
                .narrow(0, masks == Masks::Left ? 0 : length - length / 8 * row, length / 8 * row)
                .fill_(0);
        result["attention_mask"] = mask;
    } else if (masks != Masks::None) {
        std::vector<float> open(static_cast<std::size_t>(batch * length * length));
        for (auto& cell : open)
            cell = static_cast<float>(random() % 4 != 0);
        at::Tensor mask = at::ne(floats(open, {batch, 1, length, length}), 0);
        if (config.architecture->causal)
            mask = at::bitwise_and(mask, at::tril(at::ones({length, length}, at::kBool)));
        mask.select(0, 1).select(1, 5).fill_(false); // a row that may attend to nothing
        result["attention_mask"] = masks == Masks::Boolean
            ? mask
            : at::where(mask, -0.25, static_cast<double>(finfoMin(at::kFloat))).to(at::kFloat);
    }
    return result;
}

/// Eager attention of one layer, all at once, from the q and k that the run kept. [B,H,T,T]
std::pair<at::Tensor, at::Tensor> eagerly(const TensorCapture& capture, std::size_t layer)
{
    const LayerOutcome& outcome = *capture.layers()[layer].front().outcome;
    const auto& shared = capture.shared();
    const ModelConfig& config = shared.model->config();
    const at::Tensor& q = outcome.query;
    const at::Tensor k = repeatHeads(outcome.key, config.heads / config.keyValueHeads);
    const ScoreArithmetic how = scoreArithmetic(config, shared.policies, layer);
    const auto type = q.scalar_type();
    const LayerMask mask(
        shared.mask(), shared.policies, type, how.upcast ? at::kFloat : type, at::kCPU, config.windows[layer]);
    const at::Tensor scores = maskedScores(rawScores(q, k, how, shared.policies), mask, shared.policies);
    const bool wide = config.architecture->softmax == SoftmaxPrecision::Float32;
    at::Tensor pattern = patternOf(scores, wide, type, shared.policies).to(type);
    const at::Tensor open = shared.mask().allowed(at::kCPU, config.windows[layer]);
    if (outcome.fused && open.defined()
        && !shared.mask().hasBias()) // the fused kernel's answer for such a row is zeros
        pattern = at::where(open.any(-1, true), pattern, 0.0);
    return {scores, pattern};
}

struct Tally {
    double pattern = 0; ///< largest absolute difference
    double scores = 0; ///< largest difference relative to max(1, |score|)
    int rectangles = 0;
    int unequalRows = 0; ///< rectangles of whole aligned blocks whose pattern is not bit-equal
};

/// Compares a rectangle, read as a view reads it, with the part of `whole` that it is.
double compare(const PatternTile& tile, const at::Tensor& whole, bool relative)
{
    const at::Tensor part = whole.select(0, static_cast<std::int64_t>(tile.sequence.value))
                                .select(0, static_cast<std::int64_t>(tile.head.value))
                                .to(at::kFloat)
                                .contiguous();
    const auto width = static_cast<std::size_t>(part.size(1));
    double worst = 0;
    for (std::size_t row = 0; row < tile.height; ++row)
        for (std::size_t column = 0; column < tile.width; ++column) {
            const float expected
                = part.const_data_ptr<float>()[(tile.rows.begin + row) * width + tile.columns.begin + column];
            const float found = tile.value(row, column);
            if (expected == found || (std::isnan(expected) && std::isnan(found)))
                continue;
            const double gap = std::abs(static_cast<double>(expected) - static_cast<double>(found));
            const double measure = relative ? std::max(1.0, std::abs(static_cast<double>(expected))) : 1.0;
            worst = std::max(worst, std::isnan(gap) ? INFINITY : gap / measure);
        }
    return worst;
}

Range pick(std::size_t count, std::mt19937& random)
{
    const std::size_t begin = random() % count;
    return {begin, begin + 1 + random() % (count - begin)};
}

} // namespace

class TestLazyAttention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rectangles_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("dtype");
        for (const std::string& model : tinyModels())
            for (const DType dtype : {DType::Float32, DType::BFloat16, DType::Float16})
                QTest::newRow((model + " " + std::string(spell(dtype))).c_str())
                    << QString::fromStdString(model) << static_cast<int>(dtype);
    }

    /// Every family and precision; backends and mask forms inside, at least 2,000 rectangles in all.
    void rectangles()
    {
        QFETCH(QString, model);
        QFETCH(int, dtype);
        const auto description = describe(model.toStdString());
        std::mt19937 random(20261122);
        Tally tally;
        for (const BackendCase& how : backendCases())
            for (const Masks masks : {Masks::None, Masks::Left, Masks::Right, Masks::Boolean, Masks::Additive}) {
                const InputsFile inputs(inputsFor(description->config(), masks, random));
                const auto capture = run(how, model.toStdString(), inputs, static_cast<DType>(dtype));
                read(*capture, random, tally);
                if (tally.pattern > 1e-6 || tally.scores > 1e-6)
                    QFAIL(
                        qPrintable(QStringLiteral("%1, mask %2: pattern %3, scores %4")
                                       .arg(QLatin1String(how.name), QLatin1String(maskNames[static_cast<int>(masks)]))
                                       .arg(tally.pattern)
                                       .arg(tally.scores)));
            }
        rectangles_ += tally.rectangles;
        unequalRows_ += tally.unequalRows;
        worstPattern_ = std::max(worstPattern_, tally.pattern);
        worstScores_ = std::max(worstScores_, tally.scores);
    }

    void enoughRectangles()
    {
        qInfo("%d rectangles: pattern within %.2e, scores within %.2e relative; %d whole blocks not bit-equal",
            rectangles_, worstPattern_, worstScores_, unequalRows_);
        QVERIFY(rectangles_ >= 2000);
    }

private:
    std::shared_ptr<const TensorCapture> run(
        const BackendCase& how, const std::string& model, const InputsFile& inputs, DType dtype)
    {
        return std::dynamic_pointer_cast<const TensorCapture>(engine_.run(how.request({.model = modelLocation(model),
            .inputs = inputs.path(),
            .attention = AttentionKind::Auto,
            .dtype = dtype,
            .keepLogits = false,
            .threads = 1})));
    }

    static void read(const TensorCapture& capture, std::mt19937& random, Tally& tally)
    {
        const std::size_t n = capture.header().length();
        for (std::size_t layer = 0; layer < capture.layersDone(); ++layer) {
            const auto [scores, pattern] = eagerly(capture, layer);
            for (int i = 0; i < 6; ++i) {
                const std::size_t sequence = random() % capture.header().sequences();
                const HeadId head{random() % capture.header().model.heads};
                const auto source = capture.patterns({sequence});
                const bool whole = i == 0;
                const Range rows = whole ? Range{0, std::min<std::size_t>(n, 32)} : pick(n, random);
                const Range columns = whole ? Range{0, n} : pick(n, random);
                const double gap
                    = compare(*fetch(*source, {layer}, head, Stage::Pattern, rows, columns), pattern, false);
                tally.unequalRows += whole && gap != 0;
                tally.pattern = std::max(tally.pattern, gap);
                tally.scores = std::max(
                    tally.scores, compare(*fetch(*source, {layer}, head, Stage::Scores, rows, columns), scores, true));
                ++tally.rectangles;
            }
        }
    }

    static std::string modelLocation(const std::string& model) { return golden::modelLocation(model); }

    BlockingEngine engine_;
    int rectangles_ = 0, unequalRows_ = 0;
    double worstPattern_ = 0, worstScores_ = 0;
};

QTEST_GUILESS_MAIN(TestLazyAttention)
#include "tst_lazy_attention.moc"
