// SPDX-License-Identifier: GPL-3.0-or-later
// Devices: a model, its layers and its captures on make-believe accelerators that refuse mixed operands and count
// every copy between them (slot_device.h).
#include "core/engine/edits.h"
#include "core/engine/tensor_capture.h"
#include "core/error.h"
#include "tests/core/seed_run.h"
#include "tests/core/slot_device.h"

#include <c10/core/InferenceMode.h>

using namespace headscope;
using namespace headscope::golden;
using headscope::seeds::InputsFile;

namespace {

std::uint64_t copies(const std::string& from, const std::string& to)
{
    for (const auto& crossing : slots::crossings())
        if (crossing.from == from && crossing.to == to)
            return crossing.copies;
    return 0;
}

at::Device slot(int index) { return parseDevice("slot:" + std::to_string(index), "test"); }

/// One forward pass without an engine, so that a test can misplace tensors and hook in.
struct Pass {
    std::shared_ptr<const ModelDescription> description;
    InspectionRequest request;
    BackendPolicies policies;
    ModelInputs inputs;
    LoadedModel model;
    HookRegistry hooks;

    Pass(const std::string& name, Backend backend, std::vector<at::Device> devices, DType dtype = DType::Float32,
        const std::string& given = {})
        : description(describeModel(modelLocation(name)))
        , request{.model = modelLocation(name),
              .inputs = given.empty() ? folder("golden/") + name + "_left.safetensors" : given,
              .backend = backend,
              .dtype = dtype}
        , policies(policiesFor(request, description->config()))
        , inputs(makeInputs(request, *description, policies))
        , model(description, recipeFor(policies), Placement{std::move(devices), dtype})
        , hooks(policies.hooks)
    {
    }

    at::Tensor run()
    {
        patterns.clear();
        ForwardPass pass(model, policies, hooks, {});
        return pass.run(
            inputs, [&](std::size_t, LayerOutcome outcome) { patterns.push_back(outcome.pattern); }, [] {});
    }

    std::vector<at::Tensor> patterns;
};

/// The most likely tokens and one head's pattern and scores, as a view reads them.
std::vector<float> readings(const TensorCapture& capture)
{
    std::promise<std::vector<float>> answer;
    const Ticket ticket
        = capture.requestNextTokens({0}, {1}, 3, [&](const auto& tokens, const std::exception_ptr& why) {
              if (why)
                  return answer.set_exception(why);
              std::vector<float> numbers;
              for (const NextToken& each : tokens->top)
                  numbers.insert(numbers.end(), {static_cast<float>(each.id), each.logit, each.probability});
              answer.set_value(std::move(numbers));
          });
    std::vector<float> result = answer.get_future().get();
    const std::size_t n = capture.header().length();
    for (const Stage stage : {Stage::Pattern, Stage::Scores}) {
        const auto tile = fetch(*capture.patterns({1}), {1}, {0}, stage, {0, n}, {0, n});
        result.insert(result.end(), tile->values.begin(), tile->values.end());
    }
    return result;
}

} // namespace

class TestPlacement : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { slots::install(3); }

    /// The same bits as on the CPU, with each layer on its device and nothing crossing but what has to.
    void layersSpreadOverDevices_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        for (const char* model : {"gpt2-tiny", "gpt2-switches", "llama-gqa", "llama-dynamic", "neox-parallel",
                 "mistral-window", "qwen2-bias", "qwen3-norm", "gemma2-caps", "bert-mlm"})
            for (const auto& backend : spellings<Backend>())
                QTest::newRow(qPrintable(
                    QStringLiteral("%1 %2").arg(QString::fromUtf8(model), QString::fromUtf8(backend.text.data()))))
                    << QString::fromUtf8(model) << static_cast<int>(backend.value);
    }

    void layersSpreadOverDevices()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        const c10::InferenceMode inference;
        Pass host(model.toStdString(), static_cast<Backend>(backend), {at::kCPU});
        const at::Tensor expected = host.run();
        for (const std::vector<at::Device>& devices :
            {std::vector{slot(1)}, std::vector{slot(0), slot(1)}, std::vector{slot(0), slot(1), slot(2)}}) {
            slots::resetCounters();
            Pass pass(model.toStdString(), static_cast<Backend>(backend), devices);
            for (const auto& crossing : slots::crossings())
                QCOMPARE(crossing.from, std::string("cpu")); // weights are made there, and go where they stay
            slots::resetCounters();
            const at::Tensor logits = pass.run();
            QCOMPARE(logits.device(), devices.back());
            // The residual stream once, and the rotary tables; never back, and never through the CPU.
            const bool rotary = pass.description->config().architecture->position == PositionKind::Rotary;
            QCOMPARE(copies("slot:0", "slot:1"), devices.size() == 1 ? 0U : rotary ? 3U : 1U);
            QCOMPARE(copies("slot:1", "slot:2"), devices.size() == 3 ? 1U : 0U); // with two layers, to unembed it
            QCOMPARE(copies("slot:1", "slot:0") + copies("slot:2", "slot:0") + copies("slot:2", "slot:1"), 0U);
            QCOMPARE(copies("slot:0", "cpu") + copies("slot:1", "cpu") + copies("slot:2", "cpu"), 0U);
            QVERIFY(logits.to(at::kCPU).equal(expected));
            for (std::size_t layer = 0; layer < pass.patterns.size(); ++layer) {
                QCOMPARE(pass.patterns[layer].device(), pass.model.placement().layer(layer, pass.patterns.size()));
                QVERIFY(pass.patterns[layer].to(at::kCPU).equal(host.patterns[layer]));
            }
        }
    }

    /// Every form of mask, and token types, go to each layer's device, and ids are widened to int64; additive masks
    /// take the scores' dtype.
    void inputsFollow_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("backend");
        for (const auto& [kind, name] : {std::pair(0, "types"), std::pair(1, "3-D boolean"),
                 std::pair(2, "3-D additive"), std::pair(3, "4-D boolean"), std::pair(4, "4-D additive")})
            for (const auto& each : spellings<Backend>())
                QTest::addRow("%s %s", name, each.text.data()) << kind << static_cast<int>(each.value);
    }

    void inputsFollow()
    {
        QFETCH(int, kind);
        QFETCH(int, backend);
        const c10::InferenceMode inference;
        const at::Tensor ids = at::arange(3, 11, at::kLong).view({2, 4});
        const at::Tensor open = at::ones({1, 4, 4}, at::kBool).tril(), numbers = at::where(open, -0.1, -1e9);
        const std::array<at::Tensor, 5> given{
            at::ones(ids.sizes(), at::kLong), open.expand({2, 4, 4}), numbers, open.unsqueeze(0), numbers.unsqueeze(0)};
        const InputsFile file({{"input_ids", ids.to(at::kInt)},
            {kind == 0 ? "token_type_ids" : "attention_mask",
                given.at(static_cast<std::size_t>(kind))
                    .to(kind == 0           ? at::kLong
                            : kind % 2 == 1 ? at::kBool
                                            : at::kFloat)}});
        for (const DType dtype : {DType::Float32, DType::BFloat16}) {
            const auto how = static_cast<Backend>(backend);
            Pass host("gpt2-tiny", how, {at::kCPU}, dtype, file.path());
            Pass pass("gpt2-tiny", how, {slot(0), slot(1)}, dtype, file.path());
            const at::Tensor logits = pass.run();
            QCOMPARE(logits.device(), slot(1));
            QVERIFY(logits.to(at::kCPU).equal(host.run()));
        }
    }

    /// What has gone astray is brought to where it is needed: W_O and b_O to z.
    void outputProjectionFollows_data()
    {
        QTest::addColumn<bool>("weight");
        QTest::addColumn<bool>("bias");
        QTest::newRow("W_O") << true << false;
        QTest::newRow("b_O") << false << true;
        QTest::newRow("both") << true << true;
    }

    void outputProjectionFollows()
    {
        QFETCH(bool, weight);
        QFETCH(bool, bias);
        const c10::InferenceMode inference;
        for (const Backend backend : {Backend::Tapped, Backend::Bridge, Backend::Hooked}) {
            Pass host("gpt2-tiny", backend, {at::kCPU}), pass("gpt2-tiny", backend, {slot(0)});
            LinearWeights& output = pass.model.weights().layers[1].output;
            if (weight)
                output.weight = output.weight.to(slot(1));
            if (bias)
                output.bias = output.bias.to(slot(1));
            QVERIFY_THROWS_EXCEPTION(Error, pass.model.requireInStep());
            slots::resetCounters();
            QVERIFY(pass.run().to(at::kCPU).equal(host.run()));
            QCOMPARE(copies("slot:1", "slot:0"), static_cast<std::uint64_t>(weight) + bias);
            // hook_result is computed from W_O as well.
            const auto handle = pass.hooks.edit("blocks.1.attn.hook_result", [](const std::string&, at::Tensor&) {});
            QVERIFY(distance(pass.run().to(at::kCPU), host.run()) < 1e-5);
        }
    }

    /// A hook that moves or widens V: the pattern follows it, z and the output projection too, the residual stays.
    void patternFollowsValues()
    {
        const c10::InferenceMode inference;
        for (const Backend backend : {Backend::Tapped, Backend::Bridge, Backend::Hooked})
            for (const char* model : {"gpt2-tiny", "neox-parallel", "gemma2-caps", "bert-mlm"}) {
                Pass host(model, backend, {at::kCPU}), pass(model, backend, {slot(0)});
                const auto handle = pass.hooks.edit(
                    "blocks.1.attn.hook_v", [](const std::string&, at::Tensor& value) { value = value.to(slot(2)); });
                at::Device seen = at::kCPU;
                const auto watch = pass.hooks.observe("blocks.1.attn.hook_z",
                    [&](const std::string&, const at::Tensor& value) { seen = value.device(); });
                slots::resetCounters();
                const at::Tensor logits = pass.run();
                QCOMPARE(seen, slot(2));
                QCOMPARE(logits.device(), slot(0));
                QVERIFY(logits.to(at::kCPU).equal(host.run()));
                const bool bias = pass.model.weights().layers[1].output.bias.defined();
                QCOMPARE(copies("slot:0", "slot:2"), bias ? 4U : 3U); // V itself, the pattern, W_O and b_O
                QCOMPARE(copies("slot:2", "slot:0"), 1U); // the output, to the residual
            }
    }

    void patternTakesValuesDtype()
    {
        const c10::InferenceMode inference;
        for (const Backend backend : {Backend::Tapped, Backend::Bridge, Backend::Hooked})
            for (const char* name : {"gpt2-tiny", "llama-gqa"}) {
                Pass pass(name, backend, {at::kCPU}, DType::BFloat16);
                const auto widen = pass.hooks.edit("blocks.0.attn.hook_v",
                    [](const std::string&, at::Tensor& value) { value = value.to(at::kFloat); });
                at::ScalarType mixed = at::kHalf, out = at::kHalf, perHead = at::kHalf, pattern = at::kHalf;
                const auto note = [](at::ScalarType& type) {
                    return [&type](const std::string&, const at::Tensor& value) { type = value.scalar_type(); };
                };
                const auto z = pass.hooks.observe("blocks.0.attn.hook_z", note(mixed));
                const auto o = pass.hooks.observe("blocks.0.hook_attn_out", note(out));
                const auto r = pass.hooks.observe("blocks.0.attn.hook_result", note(perHead));
                const auto p = pass.hooks.observe("blocks.1.attn.hook_pattern", note(pattern));
                const at::Tensor logits = pass.run();
                QCOMPARE(mixed, at::kFloat); // V is wider than the configuration says
                QCOMPARE(out, at::kBFloat16); // z was cast to the projection's dtype
                QCOMPARE(perHead, at::kBFloat16);
                QCOMPARE(pattern, at::kBFloat16);
                QCOMPARE(logits.scalar_type(), at::kBFloat16);
            }
    }

    /// Scores are masked with the minimum of their own dtype, which float32 could not hold here.
    void sentinelTakesScoresDtype()
    {
        const c10::InferenceMode inference;
        Pass pass("gpt2-tiny", Backend::Bridge, {slot(0)}, DType::Float64);
        at::Tensor scores;
        const auto watch = pass.hooks.observe(
            "blocks.1.attn.hook_attn_scores", [&](const std::string&, const at::Tensor& value) { scores = value; });
        pass.run();
        QCOMPARE(scores.to(at::kCPU).min().item<double>(), finfoMin(at::kDouble));
    }

    /// A hook is shown the run's dtype; what it leaves is widened again before the norm's weight and bias, which is
    /// visible in the last bits.
    void editedNormsStayWide()
    {
        const c10::InferenceMode inference;
        for (const auto& [model, backend] :
            {std::pair("gpt2-tiny", Backend::Bridge), std::pair("gemma2-caps", Backend::Tapped)}) {
            Pass pass(model, backend, {at::kCPU}, DType::BFloat16);
            at::Tensor shown, read;
            const auto edit = pass.hooks.edit(
                "ln_final.hook_normalized", [&](const std::string&, at::Tensor& value) { shown = value; });
            const auto watch = pass.hooks.observe(
                "unembed.hook_in", [&](const std::string&, const at::Tensor& value) { read = value; });
            pass.run();
            QCOMPARE(shown.scalar_type(), at::kBFloat16);
            const NormWeights& norm = pass.model.weights().finalNorm;
            const at::Tensor wide = shown.to(at::kFloat), weight = norm.weight.to(at::kFloat);
            const at::Tensor expected = norm.bias.defined() ? at::add(at::mul(wide, weight), norm.bias)
                                                            : at::mul(wide, at::add(weight, 1.0)); // Gemma's
            QVERIFY2(read.equal(expected.to(at::kBFloat16)), model);
        }
    }

    void modelMovesAsOne()
    {
        const c10::InferenceMode inference;
        Pass pass("gemma2-caps", Backend::Tapped, {at::kCPU});
        const at::Tensor expected = pass.run();
        pass.model.to(slot(2));
        QCOMPARE(pass.model.placement().deviceText(), std::string("slot:2"));
        QVERIFY(pass.run().to(at::kCPU).equal(expected));
        pass.model.to(PlacementChange({slot(0), slot(1), slot(2)}, std::nullopt));
        QCOMPARE(pass.model.weights().layers[2].output.weight.device(), slot(2));
        QVERIFY(pass.run().to(at::kCPU).equal(expected));
        pass.model.to({DType::Float16, slot(1)});
        QCOMPARE(pass.model.weights().embed.device(), slot(1));
        QCOMPARE(pass.model.weights().embed.scalar_type(), at::kHalf);
        QCOMPARE(pass.model.weights().inverseFrequencies.scalar_type(), at::kFloat);
        pass.model.to(at::Device(at::kPrivateUse1)); // "slot" is slot:0
        QCOMPARE(pass.model.placement().deviceText(), std::string("slot:0"));
        pass.model.to({slot(0), DType::Float32});
        QVERIFY(pass.run().to(at::kCPU).equal(expected));
        const Placement before = pass.model.placement();
        QVERIFY_THROWS_EXCEPTION(Error, pass.model.to(at::Device(at::kMeta)));
        QVERIFY_THROWS_EXCEPTION(Error, pass.model.to(PlacementChange({slot(1), slot(1)}, DType::Float16)));
        QVERIFY(pass.model.placement() == before);
        pass.model.requireInStep();
    }

    /// Captures stay where they were computed until somebody reads them; --cache-device moves them, not the model.
    void capturesKeepTheirDevice()
    {
        BlockingEngine engine;
        const InspectionRequest request{.model = modelLocation("llama-gqa"),
            .inputs = folder("golden/llama-gqa_left.safetensors"),
            .backend = Backend::Tapped,
            .hooks = {"blocks.*.attn.hook_z"},
            .keepScores = true};
        const auto devicesOf = [&](const char* device, const char* cache) {
            InspectionRequest each = request;
            each.device = device;
            each.cacheDevice = cache;
            const auto capture = std::dynamic_pointer_cast<const TensorCapture>(engine.run(each));
            std::string text;
            for (const auto& layer : capture->layers())
                for (const at::Tensor& kept : {layer.front().outcome->pattern, layer.front().outcome->scores})
                    text += kept.device().str() + " ";
            return text + capture->header().device;
        };
        QCOMPARE(devicesOf("slot:0,slot:1", ""), std::string("slot:0 slot:0 slot:1 slot:1 slot:0,slot:1"));
        slots::resetCounters();
        QCOMPARE(devicesOf("slot:0,slot:1", "slot:2"), std::string("slot:2 slot:2 slot:2 slot:2 slot:0,slot:1"));
        QCOMPARE(copies("slot:0", "slot:2"), 6U); // q, k, v, scores, pattern and z of a layer
        QCOMPARE(copies("slot:1", "slot:2"), 7U); // and the logits
        QCOMPARE(devicesOf("slot", "cpu"), std::string("cpu cpu cpu cpu slot:0"));
        QCOMPARE(devicesOf("slot:2", ""), std::string("slot:2 slot:2 slot:2 slot:2 slot:2")); // the model moved
        InspectionRequest spread = request, moved = request;
        spread.device = "slot:0,slot:1";
        moved.device = "slot:1", moved.cacheDevice = "cpu";
        const Tensors expected = run(engine, request);
        for (const InspectionRequest& each : {spread, moved})
            for (const auto& [name, value] : run(engine, each))
                QVERIFY2(value.equal(expected.at(name)), name.c_str());
    }

    /// Views read captures of any device and precision.
    void capturesAreReadOnTheHost()
    {
        BlockingEngine engine;
        for (const DType dtype : {DType::Float32, DType::BFloat16}) {
            InspectionRequest request{.model = modelLocation("llama-gqa"),
                .inputs = folder("golden/llama-gqa_left.safetensors"),
                .backend = Backend::Tapped,
                .dtype = dtype,
                .keepScores = true};
            const auto read = [&](const char* device) {
                request.device = device;
                return readings(*std::dynamic_pointer_cast<const TensorCapture>(engine.run(request)));
            };
            const std::vector<float> expected = read("cpu");
            QVERIFY(expected.size() > 100);
            QVERIFY(read("slot:0,slot:1") == expected);
        }
    }

    /// The same of patterns that are computed when somebody looks, and of an edited prompt.
    void lazyCapturesAreReadOnTheHost()
    {
        BlockingEngine engine;
        InspectionRequest request{.model = modelLocation("llama-gqa"),
            .inputs = folder("golden/llama-gqa_left.safetensors"),
            .attention = AttentionKind::Auto,
            .keepLogits = false};
        const auto read = [&](const char* device, const char* cache) {
            request.device = device;
            request.cacheDevice = cache;
            return readings(*std::dynamic_pointer_cast<const TensorCapture>(engine.run(request)));
        };
        const std::vector<float> expected = read("cpu", "");
        QVERIFY(expected.size() > 100);
        for (const char* cache : {"", "cpu", "slot:2"}) {
            const std::vector<float> found = read("slot:0,slot:1", cache);
            QCOMPARE(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                QVERIFY2(found[i] == expected[i] || std::abs(found[i] - expected[i]) < 1e-5F, cache);
        }
    }

    /// With and without padding, whole values and parts: the value's device and dtype stay.
    void editsWorkWhereTheValueIs()
    {
        using Operation = Edit::Operation;
        BlockingEngine engine;
        const std::vector<std::string> hooks{"blocks.0.hook_resid_pre", "blocks.*.attn.hook_z",
            "blocks.1.attn.hook_pattern", "blocks.1.mlp.hook_post", "blocks.0.hook_mlp_out"};
        for (const auto& [inputs, donor] : {std::pair("left", "right"), std::pair("single", "single")})
            for (const DType dtype : {DType::Float32, DType::BFloat16}) {
                InspectionRequest request{.model = modelLocation("gpt2-tiny"),
                    .inputs = folder("golden/gpt2-tiny_") + inputs + ".safetensors",
                    .backend = Backend::Tapped,
                    .dtype = dtype,
                    .hooks = hooks,
                    .edits = {{.hook = hooks[0], .operation = Operation::Add, .value = 0.5},
                        {.hook = hooks[1], .operation = Operation::Mean, .heads = {1}},
                        {.hook = hooks[2],
                            .operation = Operation::Replace,
                            .source = folder("golden/gpt2-tiny_") + donor + ".safetensors",
                            .rows = {0}},
                        {.hook = hooks[3], .operation = Operation::Replace, .value = 0.5},
                        {.hook = hooks[4], .operation = Operation::Zero}}};
                const Tensors expected = run(engine, request);
                request.device = "slot:0,slot:1";
                for (const auto& [name, value] : run(engine, request)) {
                    QVERIFY2(value.scalar_type() == scalarType(dtype), name.c_str());
                    QVERIFY2(value.equal(expected.at(name)), name.c_str());
                }
            }
    }

    void tellsBadDevices()
    {
        const auto message = [](const char* text) {
            try {
                parseDevices(text, "--device");
            } catch (const Error& e) {
                return QString::fromUtf8(e.what());
            }
            return QString();
        };
        QCOMPARE(message("slot:0,slot:1"), QString());
        QCOMPARE(
            message("slot:7"), QStringLiteral("--device: slot:7 is not there: this LibTorch finds 3 slot device(s)"));
        QCOMPARE(message("slot:x"), QStringLiteral("--device: expected cpu, cuda or cuda:N, found 'slot:x'"));
        QVERIFY(message("slot:1,slot:1").contains(QStringLiteral("found slot:1 twice")));
        QVERIFY(message("cpu,").contains(QStringLiteral("found ''")));
    }
};

QTEST_GUILESS_MAIN(TestPlacement)
#include "tst_placement.moc"
