// SPDX-License-Identifier: GPL-3.0-or-later
// TransformerLens's test_joint_qkv_attention: three tokens, two heads of width 2, through the steps of the forward
// pass. Source  the q, k and v of that test; the numbers were computed once in float32 outside of LibTorch.
#include "core/engine/attention_steps.h"
#include "core/engine/layers.h"
#include "core/error.h"
#include "tests/core/seed_run.h"

#include <limits>

using namespace headscope;
using namespace headscope::golden;
using namespace headscope::seeds;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double scale = std::sqrt(0.5);

/// [position][head][d] as in the original test -> [1,2,3,2].
at::Tensor perHead(std::vector<float> values) { return floats(std::move(values), {1, 3, 2, 2}).transpose(1, 2); }

at::Tensor queries() { return perHead({1, 0, .5, -.5, .3, .7, .2, -.1, -.4, .6, .1, .9}); }
at::Tensor keys() { return perHead({.9, .1, .2, -.3, .5, .4, .3, .2, -.2, .8, .7, .1}); }
at::Tensor values() { return perHead({.2, 1, .1, .6, .4, .3, .8, .2, .7, .5, .9, .4}); }

/// Rows of the boolean 4-D mask: the first query may look nowhere.
at::Tensor mask4d() { return integers({0, 0, 0, 0, 1, 0, 0, 1, 1}, {1, 1, 3, 3}).to(at::kBool); }
at::Tensor mask2d() { return integers({1, 1, 0}, {1, 3}).to(at::kBool); }

/// 0 where true and finfo(type).min where false.
at::Tensor asAdditive(const at::Tensor& mask, at::ScalarType type = at::kFloat)
{
    return at::where(mask, at::zeros({}, type), at::full({}, finfoMin(type), type));
}

/// Who may attend to whom in a whole model, [1|B,1|H,T,T], told without the code that is tested.
at::Tensor permitted(const at::Tensor& given, std::int64_t length, bool causal, std::int64_t window)
{
    if (given.defined() && given.dim() == 4)
        return given.is_floating_point() ? at::gt(given, -1e30) : given;
    const at::Tensor places = at::arange(length, at::kLong), back = at::sub(places.unsqueeze(1), places.unsqueeze(0));
    at::Tensor plane = at::ones({1, 1, length, length}, at::kBool);
    if (causal)
        plane = at::bitwise_and(plane, at::ge(back, 0));
    if (window > 0)
        plane = at::bitwise_and(plane, at::lt(back, window));
    return given.defined() ? at::bitwise_and(plane, at::ne(given, 0).unsqueeze(1).unsqueeze(1)) : plane;
}

struct Twin {
    BackendPolicies policies;
    bool rotary = false;
};

/// The bridge on GPT-2, or on GPT-NeoX with a rotation by nothing.
Twin twin(bool rotary, const BackendCase& how = {"bridge", Backend::Bridge})
{
    const auto model = describe(rotary ? "neox-parallel" : "gpt2-tiny");
    return {policiesFor(how.request({}), model->config()), rotary};
}

struct Attended {
    at::Tensor scores, pattern; ///< [1,2,3,3]
    at::Tensor out; ///< [1,3,4]
};

Attended attend(const Twin& twin, const at::Tensor& mask, at::ScalarType type = at::kFloat)
{
    at::Tensor q = queries().to(type), k = keys().to(type);
    if (twin.rotary) {
        const at::Tensor cos = at::ones({1, 1, 3, 2}, type), sin = at::zeros({1, 1, 3, 2}, type);
        q = rotate(q, cos, sin, true);
        k = rotate(k, cos, sin, true);
    }
    const LayerMask layerMask(
        AttentionMask::read(mask, 1, 2, 3, true, "attention_mask"), twin.policies, type, type, at::kCPU, 0);
    Attended result;
    result.scores = maskedScores(rawScores(q, k, {.scale = scale}, twin.policies), layerMask, twin.policies);
    result.pattern = patternOf(result.scores, false, type, twin.policies);
    result.out = mixValues(result.pattern, values().to(type)).reshape({1, 3, 4});
    return result;
}

/// The largest difference from numbers that are given with six digits.
double gap(const at::Tensor& found, std::vector<float> wanted)
{
    return distance(found, floats(std::move(wanted), found.sizes().vec()));
}
constexpr double digits = 1.5e-6;

void addTwins()
{
    QTest::addColumn<bool>("rotary");
    QTest::newRow("base") << false;
    QTest::newRow("rotary") << true;
}

} // namespace

class TestJointQkvAttention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void booleanMask_data() { addTwins(); }

    void booleanMask()
    {
        QFETCH(bool, rotary);
        const auto [scores, pattern, out] = attend(twin(rotary), mask4d());
        const float t = 1.0F / 3;
        QVERIFY(gap(pattern.select(1, 0), {t, t, t, 0, 1, 0, 0, .409098F, .590902F}) < digits);
        QVERIFY(gap(pattern.select(1, 1), {t, t, t, 0, 1, 0, 0, .508838F, .491162F}) < digits);
        QVERIFY(
            gap(out, {.433333F, .6F, .6F, .4F, .4F, .3F, .8F, .2F, .577271F, .418180F, .849116F, .298232F}) < digits);
        QVERIFY(scores.isfinite().all().item<bool>());
        const at::Tensor open = mask4d().expand_as(scores);
        QVERIFY(scores.index({at::eq(open, 0)}).eq(finfoMin(at::kFloat)).all().item<bool>());
        QVERIFY(scores.index({open}).gt(-1).all().item<bool>());
    }

    void booleanEqualsAdditive_data() { addTwins(); }

    void booleanEqualsAdditive()
    {
        QFETCH(bool, rotary);
        for (const auto type : {at::kFloat, at::kBFloat16, at::kHalf}) {
            const auto boolean = attend(twin(rotary), mask4d(), type);
            const auto additive = attend(twin(rotary), asAdditive(mask4d(), type), type);
            QVERIFY(boolean.scores.equal(additive.scores));
            QVERIFY(boolean.pattern.equal(additive.pattern));
            QVERIFY(boolean.out.equal(additive.out));
        }
    }

    /// [[1, 1, 0]] is padding, layered on the causal plane. The original makes -inf of (0,2) and (1,2), which both
    /// forbid; here permission is composed first, so that they are as finite as the others.
    void twoDimensionalMask_data() { addTwins(); }

    void twoDimensionalMask()
    {
        QFETCH(bool, rotary);
        const auto [scores, pattern, out] = attend(twin(rotary), mask2d());
        QVERIFY(gap(pattern.select(1, 0), {1, 0, 0, .484095F, .515905F, 0, .440184F, .559816F, 0}) < digits);
        QVERIFY(gap(pattern.select(1, 1), {1, 0, 0, .505303F, .494697F, 0, .419392F, .580608F, 0}) < digits);
        QVERIFY(
            gap(out, {.2F, 1, .1F, .6F, .303181F, .638867F, .446288F, .402121F, .311963F, .608129F, .506426F, .367757F})
            < digits);
        const at::Tensor masked = integers({0, 1, 1, 0, 0, 1, 0, 0, 1}, {1, 1, 3, 3}).to(at::kBool).expand_as(scores);
        QVERIFY(scores.index({masked}).eq(finfoMin(at::kFloat)).all().item<bool>());
        QVERIFY(pattern.index({masked}).eq(0).all().item<bool>());
        QVERIFY(pattern.index({masked.logical_not()}).gt(0).all().item<bool>());
    }

    /// The additive twin of a 2-D mask has a row for every query; of two dimensions it would be taken for padding.
    void twoDimensionalEqualsAdditive_data() { addTwins(); }

    void twoDimensionalEqualsAdditive()
    {
        QFETCH(bool, rotary);
        const auto boolean = attend(twin(rotary), mask2d());
        const at::Tensor rows = mask2d().unsqueeze(1).expand({1, 3, 3});
        for (const at::Tensor& same : {asAdditive(rows), rows.to(at::kLong), mask2d().to(at::kFloat)}) {
            const auto other = attend(twin(rotary), same);
            QVERIFY(boolean.scores.equal(other.scores) && boolean.out.equal(other.out));
        }
        QVERIFY(says(refusal([&] { attend(twin(rotary), asAdditive(mask2d())); }), "a 2-D mask holds only 0 and 1"));
    }

    /// Numbers above the minimum are biases: added where a query may attend, and no reason to hide a key.
    void additiveBiasesAreAdded_data() { addTwins(); }

    void additiveBiasesAreAdded()
    {
        QFETCH(bool, rotary);
        const Twin how = twin(rotary);
        const at::Tensor bias = floats({-.5F, -1, 0, -2, 0, -.25F, -4, -.125F, -8}, {1, 3, 3});
        const at::Tensor raw = rawScores(queries(), keys(), {.scale = scale}, how.policies);
        QVERIFY(attend(how, bias.unsqueeze(0)).scores.equal(at::add(raw, bias.unsqueeze(0)))); // the future as well
        const at::Tensor past = at::tril(at::ones({3, 3}, at::kBool)).expand_as(raw);
        const auto layered = attend(how, bias); // on the causal plane
        QVERIFY(layered.scores.index({past}).equal(at::add(raw, bias).index({past})));
        QVERIFY(layered.scores.index({past.logical_not()}).eq(finfoMin(at::kFloat)).all().item<bool>());
    }

    /// The first pull request: a pattern is cast to what V is, and not the other way round.
    void patternTakesValuesDtype()
    {
        const at::Tensor pattern = attend(twin(false), {}).pattern;
        for (const auto narrow : {at::kBFloat16, at::kHalf}) {
            const at::Tensor mixed = mixValues(pattern.to(narrow), values());
            QCOMPARE(mixed.scalar_type(), at::kFloat);
            QVERIFY(mixed.equal(mixValues(pattern.to(narrow).to(at::kFloat), values())));
            QCOMPARE(mixValues(pattern, values().to(narrow)).scalar_type(), narrow);
        }
    }

    void withoutMask_data() { addTwins(); }

    void withoutMask()
    {
        QFETCH(bool, rotary);
        const auto [scores, pattern, out] = attend(twin(rotary), {});
        const auto low = static_cast<float>(finfoMin(at::kFloat));
        QVERIFY(gap(scores.select(1, 0), {.636396F, low, low, .240416F, .304056F, low, -.212132F, .028284F, .395980F})
            < digits);
        QVERIFY(gap(scores.select(1, 1), {.176777F, low, low, .049497F, .028284F, low, -.176777F, .148492F, .113137F})
            < digits);
        QVERIFY(gap(pattern.select(2, 2), {.243384F, .309530F, .447086F, .268765F, .372080F, .359155F}) < digits);
        QVERIFY(gap(pattern.select(1, 0).select(1, 0), {1, 0, 0}) == 0);
        QVERIFY(gap(out.select(1, 2), {.485449F, .559786F, .647780F, .379337F}) < digits);
    }

    /// The defect that the pull request repairs: a boolean mask added to the scores as 1 and 0.
    void maskIsNotAddedAsZeroAndOne_data() { addTwins(); }

    void maskIsNotAddedAsZeroAndOne()
    {
        QFETCH(bool, rotary);
        const Twin how = twin(rotary);
        const at::Tensor raw = rawScores(queries(), keys(), {.scale = scale}, how.policies);
        const at::Tensor wrong = at::softmax(at::add(raw, mask4d().to(at::kFloat)), -1);
        QVERIFY(gap(wrong.select(1, 0),
                    {.451866F, .340543F, .207591F, .199335F, .577453F, .223212F, .105815F, .365809F, .528376F})
            < digits);
        QVERIFY(
            gap(mixValues(wrong, values()).reshape({1, 3, 4}).select(1, 0), {.371904F, .657824F, .594636F, .409082F})
            < digits);
        // Whatever the type of the ones and zeros.
        for (const at::Tensor& mask : {mask4d(), mask4d().to(at::kLong), mask4d().to(at::kByte)}) {
            const auto right = attend(how, mask);
            QVERIFY(distance(right.pattern, wrong) > 0.1 && distance(right.scores, raw) > 1e38);
            QVERIFY(right.pattern.select(2, 1).select(2, 0).eq(0).all().item<bool>());
        }
        QVERIFY(says(refusal([&] { attend(how, mask4d().to(at::kFloat)); }), "boolean or additive"));
    }

    void fullyMaskedRow_data()
    {
        QTest::addColumn<int>("backend");
        QTest::addColumn<int>("mode");
        QTest::addColumn<int>("sentinel");
        QTest::addColumn<bool>("zeros");
        const auto row = [](const char* name, Backend backend, BridgeMode mode, SentinelChoice sentinel, bool zeros) {
            QTest::newRow(name) << static_cast<int>(backend) << static_cast<int>(mode) << static_cast<int>(sentinel)
                                << zeros;
        };
        const auto plain = BridgeMode::Plain;
        const auto usual = SentinelChoice::BackendDefault;
        row("native", Backend::Native, plain, usual, false);
        row("tapped", Backend::Tapped, plain, usual, false);
        row("bridge", Backend::Bridge, plain, usual, false);
        row("bridge, -inf", Backend::Bridge, plain, SentinelChoice::NegativeInfinity, true);
        row("bridge compat", Backend::Bridge, BridgeMode::Compat, usual, true);
        row("bridge compat, finfo-min", Backend::Bridge, BridgeMode::Compat, SentinelChoice::FinfoMin, false);
        row("hooked", Backend::Hooked, plain, usual, true);
        row("hooked, finfo-min", Backend::Hooked, plain, SentinelChoice::FinfoMin, false);
    }

    void fullyMaskedRow()
    {
        QFETCH(int, backend);
        QFETCH(int, mode);
        QFETCH(int, sentinel);
        QFETCH(bool, zeros);
        const InspectionRequest request{.backend = static_cast<Backend>(backend),
            .bridgeMode = static_cast<BridgeMode>(mode),
            .sentinel = static_cast<SentinelChoice>(sentinel)};
        const Twin how{policiesFor(request, describe("gpt2-tiny")->config())};
        for (const auto type : {at::kFloat, at::kBFloat16, at::kHalf}) {
            // By a mask of its own, and as a pad on the left, whose row would see nothing but pads and the future.
            for (const at::Tensor& mask : {mask4d(), integers({0, 1, 1}, {1, 3})}) {
                const auto [scores, pattern, out] = attend(how, mask, type);
                const at::Tensor row = pattern.select(2, 0), z = out.select(1, 0);
                if (zeros) {
                    QVERIFY(row.eq(0).all().item<bool>() && z.eq(0).all().item<bool>());
                    QVERIFY(scores.select(2, 0).eq(-infinity).all().item<bool>());
                } else {
                    QVERIFY(row.eq(at::full({}, 1.0 / 3, row.options())).all().item<bool>());
                    const double limit = type == at::kFloat ? digits : 4e-3;
                    QVERIFY(gap(z, {.433333F, .6F, .6F, .4F}) < limit);
                    QVERIFY(scores.select(2, 0).isfinite().all().item<bool>());
                }
                QVERIFY(pattern.isfinite().all().item<bool>());
                const at::Tensor sums = pattern.to(at::kDouble).sum(-1).slice(2, 1);
                QVERIFY(distance(sums, at::ones(sums.sizes())) < 1e-2);
            }
        }
    }

    /// finfo(dtype).min on every path of the bridge: also where two planes forbid a cell, on rows that may look
    /// nowhere, and for scores that a minimum would not absorb when added.
    void maskedScoresAreFiniteMinima_data()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("float32") << static_cast<int>(at::kFloat);
        QTest::newRow("bfloat16") << static_cast<int>(at::kBFloat16);
        QTest::newRow("float16") << static_cast<int>(at::kHalf);
    }

    void maskedScoresAreFiniteMinima()
    {
        QFETCH(int, type);
        const auto dtype = static_cast<at::ScalarType>(type);
        const BackendPolicies policies = twin(false).policies;
        const MaskShape shape{2, 2, 5, 5};
        // Within what float16 can say, and by far more in the others.
        const double reach = dtype == at::kHalf ? 15 : 1e30;
        const at::Tensor scores
            = at::mul(at::sub(at::arange(100, at::kDouble), 40).reshape({2, 2, 5, 5}), reach * 3).to(dtype);
        const at::Tensor padding = integers({0, 0, 1, 1, 1, 1, 1, 0, 1, 0}, {2, 5});
        const at::Tensor rows = padding.unsqueeze(1).expand({2, 5, 5});
        at::Tensor plane = at::ones({2, 2, 5, 5}, at::kBool);
        plane.select(2, 1).fill_(false);
        plane.select(3, 4).fill_(false);
        plane.select(1, 1).select(2, 0).fill_(false);
        for (const at::Tensor& mask : std::vector<at::Tensor>{{}, padding, rows, asAdditive(rows.to(at::kBool), dtype),
                 plane, asAdditive(plane, dtype), asAdditive(plane)})
            for (const std::int64_t window : {0, 2}) {
                const auto read = AttentionMask::read(mask, shape, true, "attention_mask");
                const at::Tensor masked
                    = maskedScores(scores, LayerMask(read, policies, dtype, dtype, at::kCPU, window), policies);
                const at::Tensor open = read.allowed(at::kCPU, window).expand_as(scores);
                QCOMPARE(masked.scalar_type(), dtype);
                QVERIFY(masked.isfinite().all().item<bool>());
                QVERIFY(masked.index({open.logical_not()}).eq(finfoMin(dtype)).all().item<bool>());
                QVERIFY(masked.index({open}).equal(scores.index({open})));
                QVERIFY(open.logical_not().any().item<bool>());
                QVERIFY(patternOf(masked, false, dtype, policies).isfinite().all().item<bool>());
            }
        if (dtype != at::kBFloat16) // what adding would have made of it
            QVERIFY(at::add(scores, finfoMin(dtype)).isinf().any().item<bool>());
    }

    /// The same in whole models of every family: what may not be attended to is the sentinel and nothing else is.
    void maskedScoresOfWholeModels_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("which");
        for (const std::string& model : tinyModels())
            for (std::size_t which = 2; which < backendCases().size(); ++which) // native and tapped add, and overflow
                if (describe(model)->config().architecture->causal || backendCases()[which].backend == Backend::Hooked)
                    QTest::addRow("%s, %s", model.c_str(), backendCases()[which].name)
                        << QString::fromStdString(model) << static_cast<int>(which);
    }

    void maskedScoresOfWholeModels()
    {
        QFETCH(QString, model);
        QFETCH(int, which);
        const BackendCase& how = backendCases().at(static_cast<std::size_t>(which));
        const std::string name = model.toStdString();
        const ModelConfig config = describe(name)->config();
        for (const char* kind : {"single", "left", "right", "mask4d", "additive4d"})
            for (const DType dtype : {DType::Float32, DType::BFloat16, DType::Float16}) {
                const std::string path = folder("golden/") + name + "_" + kind + ".safetensors";
                const Tensors inputs = readAll(path),
                              found = golden::run(engine_,
                                  how.request({.model = modelLocation(name),
                                      .inputs = path,
                                      .dtype = dtype,
                                      .hooks = {"blocks.*.attn.hook_attn_scores", "blocks.*.attn.hook_pattern"}}));
                const at::Tensor ids = inputs.at("input_ids");
                const at::Tensor given = inputs.contains("attention_mask") ? inputs.at("attention_mask") : at::Tensor();
                for (std::int64_t layer = 0; layer < config.layers; ++layer) {
                    const std::string block = "blocks." + std::to_string(layer) + ".attn.";
                    const at::Tensor scores = found.at(block + "hook_attn_scores");
                    QVERIFY(found.at(block + "hook_pattern").isfinite().all().item<bool>());
                    const at::Tensor open = permitted(given, ids.size(1), config.architecture->causal,
                        config.windows[static_cast<std::size_t>(layer)])
                                                .expand_as(scores);
                    const double sentinel = how.infinite() ? -infinity : finfoMin(scores.scalar_type());
                    QVERIFY2(scores.index({open.logical_not()}).eq(sentinel).all().item<bool>(), kind);
                    const at::Tensor others = scores.index({open}).to(at::kDouble);
                    QVERIFY2(others.abs().lt(6e4).all().item<bool>(), kind);
                }
            }
    }

    /// A float32 minimum is -inf in either 16-bit type, and so is what adding it gives.
    void wideMaskInHalfPrecision_data() { addTwins(); }

    void wideMaskInHalfPrecision()
    {
        QFETCH(bool, rotary);
        for (const auto type : {at::kBFloat16, at::kHalf}) {
            const at::Tensor wide = asAdditive(mask4d());
            QVERIFY(wide.to(type).isinf().any().item<bool>());
            const auto narrow = attend(twin(rotary), mask4d(), type), other = attend(twin(rotary), wide, type);
            QVERIFY(other.scores.isfinite().all().item<bool>());
            QVERIFY(other.scores.equal(narrow.scores) && other.out.equal(narrow.out));
            const float t = 1.0F / 3;
            QVERIFY(gap(other.pattern.select(1, 0), {t, t, t, 0, 1, 0, 0, .409098F, .590902F}) < 4e-3);
        }
    }

    /// The original adds 999, 888 and 777 at q, k and v. A constant at every key would shift a row's scores alike, so
    /// here it is one key.
    void hookMutationsChangeTheOutput()
    {
        const InputsFile inputs({{"input_ids", integers({5, 17, 42}, {1, 3})}});
        for (const BridgeMode mode : {BridgeMode::Plain, BridgeMode::Compat}) {
            InspectionRequest request{.model = modelLocation("gpt2-tiny"),
                .inputs = inputs.path(),
                .backend = Backend::Bridge,
                .bridgeMode = mode};
            const at::Tensor plain = golden::run(engine_, request).at("logits");
            for (const auto& [name, amount] : {std::pair("q", 999.0), std::pair("k", 888.0), std::pair("v", 777.0)}) {
                Edit edit{.hook = std::string("blocks.0.attn.hook_") + name,
                    .operation = Edit::Operation::Add,
                    .value = amount};
                if (*name == 'k')
                    edit.keys = {1};
                request.edits = {edit};
                QVERIFY2(distance(golden::run(engine_, request).at("logits"), plain) > 0.01, name);
            }
        }
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestJointQkvAttention)
#include "tst_joint_qkv_attention.moc"
