// SPDX-License-Identifier: GPL-3.0-or-later
// Devices and precision as the first pull request has them: to() in all its forms, with weights, buffers and placement
// in step; --cache-device, which moves captures and never the model; devices that are refused.
#include "core/engine/tensor_capture.h"
#include "tests/core/seed_run.h"
#include "tests/core/slot_device.h"

#include <c10/core/InferenceMode.h>

using namespace headscope;
using namespace headscope::golden;
using namespace headscope::seeds;

namespace {

const at::Device slot0(at::kPrivateUse1, 0), slot1(at::kPrivateUse1, 1);
using Devices = std::vector<at::Device>;

LoadedModel load(const std::string& model, const BackendCase& how, Placement placement = {})
{
    const auto description = describe(model);
    return {description, recipeFor(policiesFor(how.request({}), description->config())), std::move(placement)};
}

/// Every tensor, in forEachTensor's order.
std::vector<at::Tensor> tensorsOf(const LoadedModel& model)
{
    std::vector<at::Tensor> result;
    forEachTensor(model.weights(), [&](const at::Tensor& tensor, const WeightPlace&) { result.push_back(tensor); });
    return result;
}

/// The model's own check, and another one that knows nothing of it; empty when all is well.
std::string outOfStep(const LoadedModel& model, const Placement& expected)
{
    if (!(model.placement() == expected))
        return "placement: " + model.placement().deviceText();
    if (const std::string own = refusal([&] { model.requireInStep(); }); own != "no error")
        return own;
    std::string wrong;
    const std::size_t layers = model.weights().layers.size();
    forEachTensor(model.weights(), [&](const at::Tensor& tensor, const WeightPlace& place) {
        const at::Device device = place.part == WeightPlace::Part::Front ? expected.devices.front()
            : place.part == WeightPlace::Part::Back
            ? expected.devices.back()
            : expected.devices.at(place.layer * expected.devices.size() / layers);
        const bool frequencies = std::string(place.name) == "inv_freq";
        const auto type = frequencies ? at::kFloat : scalarType(expected.dtype);
        if (tensor.device() != device || tensor.scalar_type() != type)
            wrong += std::string(place.name) + " ";
    });
    return wrong;
}

bool sameBits(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const at::Tensor& x, const at::Tensor& y) {
        return x.scalar_type() == y.scalar_type() && x.to(at::kCPU).equal(y.to(at::kCPU));
    });
}

bool sameTensors(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](const at::Tensor& x, const at::Tensor& y) { return x.is_same(y); });
}

void addCases(const std::vector<std::string>& models)
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("which");
    for (const std::string& model : models)
        for (std::size_t which = 0; which < backendCases().size(); ++which)
            QTest::addRow("%s, %s", model.c_str(), backendCases()[which].name)
                << QString::fromStdString(model) << static_cast<int>(which);
}

bool hasCuda()
{
    return refusal([] { parseDevice("cuda", "--device"); }) == "no error";
}

} // namespace

class TestDeviceDtype : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { slots::install(2); }

    void everyFormOfTo_data() { addCases({"gpt2-tiny", "llama-gqa", "neox-serial", "gemma2-caps", "bert-mlm"}); }

    void everyFormOfTo()
    {
        const c10::InferenceMode inference;
        LoadedModel model = load(name(), backend());
        Placement expected;
        QCOMPARE(outOfStep(model, expected), std::string());
        const auto check = [&](const PlacementChange& change, Devices devices, DType dtype) {
            expected = {std::move(devices), dtype};
            model.to(change);
            return outOfStep(model, expected);
        };
        const auto parsed = [](const char* text) { return PlacementChange::parse(text, "to"); };
        QCOMPARE(check(DType::Float16, {at::kCPU}, DType::Float16), std::string());
        QCOMPARE(check(slot1, {slot1}, DType::Float16), std::string());
        QCOMPARE(check({at::kCPU, DType::BFloat16}, {at::kCPU}, DType::BFloat16), std::string());
        QCOMPARE(check({DType::Float64, slot0}, {slot0}, DType::Float64), std::string());
        QCOMPARE(check({Devices{slot1, slot0}, std::nullopt}, {slot1, slot0}, DType::Float64), std::string());
        QCOMPARE(check({Devices{at::kCPU, slot1}, DType::Float16}, {at::kCPU, slot1}, DType::Float16), std::string());
        QCOMPARE(check({Devices{}, DType::Float32}, {at::kCPU, slot1}, DType::Float32), std::string());
        QCOMPARE(check({Devices{}, std::nullopt}, {at::kCPU, slot1}, DType::Float32), std::string());
        QCOMPARE(check(at::Device(at::kPrivateUse1), {slot0}, DType::Float32), std::string()); // "cuda" is cuda:0
        QCOMPARE(check(parsed("cpu"), {at::kCPU}, DType::Float32), std::string());
        QCOMPARE(check(parsed("bfloat16"), {at::kCPU}, DType::BFloat16), std::string());
        QCOMPARE(check(parsed("slot:1,float16"), {slot1}, DType::Float16), std::string());
        QCOMPARE(check(parsed("float32,slot:0"), {slot0}, DType::Float32), std::string());
        QCOMPARE(check(parsed("slot:0,slot:1,float16"), {slot0, slot1}, DType::Float16), std::string());
        QCOMPARE(check(parsed("slot:1,float64,slot:0"), {slot1, slot0}, DType::Float64), std::string());
        QCOMPARE(check(parsed("slot"), {slot0}, DType::Float64), std::string());
        QCOMPARE(check(parsed("float32,cpu"), {at::kCPU}, DType::Float32), std::string());
        QVERIFY(sameBits(tensorsOf(model), tensorsOf(load(name(), backend()))));
    }

    /// "In step" is about every tensor that is stored and used, and the two that are made.
    void everyTensorIsVisited()
    {
        for (const std::string& each : tinyModels()) {
            const LoadedModel model = load(each, backendCases().front());
            const Architecture& architecture = *model.config().architecture;
            const std::size_t made
                = (architecture.position == PositionKind::Rotary ? 1 : 0) + (architecture.scaledEmbedding ? 1 : 0);
            const auto tensors = tensorsOf(model);
            QCOMPARE(tensors.size(), model.description().weights().tensors.size() + made);
        }
    }

    /// Opening a model converts nothing but its ends; a layer is read when it is asked for, and has the bits it would
    /// have.
    void layersAreReadWhenAskedFor()
    {
        const c10::InferenceMode inference;
        const LoadedModel model = load("llama-gqa", backendCases().front(), {Devices{slot0, slot1}, DType::Float16});
        const auto there
            = [&](std::size_t layer) { return model.weightsReadSoFar().layers.at(layer).output.weight.defined(); };
        const std::size_t last = model.weightsReadSoFar().layers.size() - 1;
        QVERIFY(last > 0 && !there(0) && !there(last));
        model.requireLayer(last);
        QVERIFY(!there(0) && there(last));
        model.requireInStep();
        const at::Tensor weight = model.weightsReadSoFar().layers[last].output.weight;
        QVERIFY(model.weights().layers[last].output.weight.is_same(weight)); // not read twice
        QVERIFY(there(0));
        QCOMPARE(outOfStep(model, {{slot0, slot1}, DType::Float16}), std::string());
    }

    void precisionRestores_data() { addCases(tinyModels()); }

    /// float32 -> 16 bit -> float32 gives the bits that a fresh model has; inv_freq keeps float32 all along.
    void precisionRestores()
    {
        const c10::InferenceMode inference;
        LoadedModel model = load(name(), backend());
        const auto before = tensorsOf(model);
        const at::Tensor frequencies = model.weights().inverseFrequencies;
        const bool rotary = model.config().architecture->position == PositionKind::Rotary;
        QCOMPARE(frequencies.defined(), rotary);
        for (const DType narrow : {DType::Float16, DType::BFloat16}) {
            model.to(narrow);
            QVERIFY(!sameBits(tensorsOf(model), before));
            if (rotary) {
                QCOMPARE(model.weights().inverseFrequencies.scalar_type(), at::kFloat);
                QVERIFY(model.weights().inverseFrequencies.equal(frequencies));
            }
            QVERIFY(sameBits(tensorsOf(model), tensorsOf(load(name(), backend(), {.dtype = narrow}))));
            model.to(DType::Float32);
            QVERIFY(sameBits(tensorsOf(model), before));
            QCOMPARE(outOfStep(model, {}), std::string());
        }
        if (rotary) // rounding them on the way would show
            QVERIFY(!frequencies.to(at::kHalf).to(at::kFloat).equal(frequencies) || frequencies.size(0) < 3);
    }

    void refusesBeforeMoving_data()
    {
        QTest::addColumn<QString>("says");
        QTest::addColumn<int>("index");
        int index = 0;
        for (const char* says :
            {"expected a device that holds values, found meta", "expected a device that holds values, found meta",
                "expected each device once, found slot:0 twice", "expected each device once, found cpu twice",
                "expected each device once, found slot:0 twice", "expected one dtype, found two in 'float16,float32'",
                "expected one dtype, found two in 'float16,cpu,float16'",
                "expected cpu, cuda or cuda:N, found 'float8'", "expected cpu, cuda or cuda:N, found ''",
                "expected cpu, cuda or cuda:N, found 'meta'", "expected each device once, found cpu twice",
                "slot:9 is not there", "is not there"}) {
            QTest::addRow("%d: %s", index, says) << QString::fromUtf8(says) << index;
            ++index;
        }
    }

    void refusesBeforeMoving()
    {
        QFETCH(QString, says);
        QFETCH(int, index);
        const c10::InferenceMode inference;
        const std::vector<std::function<PlacementChange()>> changes{[] { return PlacementChange(at::kMeta); },
            [] {
                return PlacementChange(Devices{at::kCPU, at::kMeta}, DType::Float16);
            },
            [] {
                return PlacementChange(Devices{slot0, slot1, slot0}, DType::Float16);
            },
            [] {
                return PlacementChange(Devices{at::kCPU, at::kCPU}, std::nullopt);
            },
            // Without a number it is slot:0 as well.
            [] {
                return PlacementChange(Devices{slot0, at::Device(at::kPrivateUse1)}, std::nullopt);
            },
            [] { return PlacementChange::parse("float16,float32", "--to"); },
            [] { return PlacementChange::parse("float16,cpu,float16", "--to"); },
            [] { return PlacementChange::parse("cpu,float8", "--to"); },
            [] { return PlacementChange::parse("cpu,", "--to"); },
            [] { return PlacementChange::parse("float16,meta", "--to"); },
            [] { return PlacementChange::parse("cpu,float16,cpu", "--to"); },
            [] { return PlacementChange::parse("slot:0,slot:9", "--to"); },
            [] { return PlacementChange::parse("cuda:99", "--to"); }};
        LoadedModel model = load("llama-gqa", backendCases().front());
        const auto before = tensorsOf(model);
        const std::string message = refusal([&] { model.to(changes.at(static_cast<std::size_t>(index))()); });
        QVERIFY2(QString::fromStdString(message).contains(says), message.c_str());
        QVERIFY(message.find('\n') == std::string::npos);
        QVERIFY(sameTensors(tensorsOf(model), before));
        QCOMPARE(outOfStep(model, {}), std::string());
    }

    /// What fails on the way leaves the model as it was, too.
    void failsWithoutMoving()
    {
        const c10::InferenceMode inference;
        LoadedModel model = load("gemma2-caps", backendCases().front(), {Devices{slot0}, DType::Float16});
        const auto before = tensorsOf(model);
        const auto intact
            = [&] { return sameTensors(tensorsOf(model), before) && model.placement().deviceText() == "slot:0"; };
        QVERIFY_THROWS_EXCEPTION(Cancelled, model.to(DType::Float32, [](std::size_t layer, std::size_t) {
            if (layer == 2)
                throw Cancelled{};
        }));
        QVERIFY(intact());
        if (!hasCuda())
            for (const PlacementChange& change :
                {PlacementChange(at::Device(at::kCUDA, 0)), PlacementChange(DType::Float32, at::Device(at::kCUDA)),
                    PlacementChange(Devices{slot1, at::Device(at::kCUDA, 1)}, DType::Float64)}) {
                const std::string message = refusal([&] { model.to(change); });
                QVERIFY2(
                    says(message, "moving the model to ") && message.find('\n') == std::string::npos, message.c_str());
                QVERIFY(intact());
            }
        QVERIFY(model.placement().dtype == DType::Float16);
        model.requireInStep();
    }

    /// Embedding and unembedding that are one tensor stay one where they share a device.
    void tiedTensorsStayOne()
    {
        const c10::InferenceMode inference;
        LoadedModel model = load("llama-tied", backendCases().front());
        const auto one = [&] {
            const auto memory = [](const at::Tensor& tensor) { return tensor.storage().unsafeGetStorageImpl(); };
            return memory(model.weights().embed) == memory(model.weights().unembed.weight);
        };
        QVERIFY(one());
        model.to(DType::Float16);
        QVERIFY(one());
        model.to({slot0, DType::Float32});
        QVERIFY(one());
        model.to(slot1);
        QVERIFY(one());
    }

    void cudaIsItsFirstDevice()
    {
        const at::Device cuda(at::kCUDA), first(at::kCUDA, 0), second(at::kCUDA, 1);
        QVERIFY(PlacementChange(cuda).appliedTo({}) == PlacementChange(first).appliedTo({}));
        QCOMPARE(PlacementChange(cuda).appliedTo({}).deviceText(), std::string("cuda:0"));
        QCOMPARE(PlacementChange(second, DType::Float16).appliedTo({}).deviceText(), std::string("cuda:1"));
        QCOMPARE(PlacementChange(Devices{second, cuda}, std::nullopt).appliedTo({}).deviceText(),
            std::string("cuda:1,cuda:0"));
        QVERIFY(parseDevice("slot", "to") == parseDevice("slot:0", "to"));
        if (!hasCuda())
            QSKIP("the rest needs a CUDA device");
        QVERIFY(parseDevice("cuda", "to") == first && parseDevice("cuda:0", "to") == first);
        BlockingEngine engine;
        QCOMPARE(engine.run(request("cuda", "cuda:0"))->header().device, std::string("cuda:0"));
        QVERIFY(sameCaptures(run(engine, request("cuda", "")), run(engine, request("cuda:0", "cpu"))));
    }

    /// The original counts calls of model.to: none. Here the weights would have to be loaded or moved to another
    /// device.
    void cacheDeviceMovesCapturesOnly()
    {
        BlockingEngine engine;
        for (const BackendCase& how : backendCases()) {
            const Tensors expected = run(engine, how.request(request("cpu", "")));
            QVERIFY(sameCaptures(run(engine, how.request(request("cpu", "cpu"))), expected));
            slots::resetCounters();
            QVERIFY(sameCaptures(run(engine, how.request(request("cpu", "slot:1"))), expected));
            // Captured values went there and, to be written, came back; nothing else did.
            const auto crossings = slots::crossings();
            const std::size_t values = expected.size();
            QCOMPARE(crossings.size(), 2U);
            QCOMPARE(crossings[0].to, std::string("slot:1"));
            QCOMPARE(crossings[1].to, std::string("cpu"));
            QCOMPARE(crossings[0].copies, values);
            QCOMPARE(crossings[1].copies, values);
            const auto capture
                = std::dynamic_pointer_cast<const TensorCapture>(engine.run(how.request(request("cpu", "slot"))));
            QCOMPARE(capture->header().device, std::string("cpu"));
            for (const auto& layer : capture->layers())
                QCOMPARE(layer.front().outcome->pattern.device(), slot0);
        }
    }

    void badDevices_data()
    {
        QTest::addColumn<QString>("device");
        for (const char* device : {"gpu", "CPU", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "cuda:1x", "cuda: 1", "cuda:99",
                 "cuda:99999999999", "meta", "mps", "slot:2", "slot:", " cpu", "cpu\ncuda", "cpu,", ",", "cpu,cpu",
                 "cpu,meta", "slot:0,slot", "float16"})
            QTest::newRow(QByteArray(device).replace('\n', ' ')) << QString::fromUtf8(device);
    }

    void badDevices()
    {
        QFETCH(QString, device);
        BlockingEngine engine;
        for (const bool cache : {false, true}) {
            const std::string text = device.toStdString();
            const std::string message = refusal([&] { engine.run(cache ? request("cpu", text) : request(text, "")); });
            QVERIFY2(says(message, cache ? "--cache-device: " : "--device: "), message.c_str());
            QVERIFY2(says(message, "found") || says(message, "finds"), message.c_str());
            QVERIFY(message.find('\n') == std::string::npos);
        }
        QVERIFY(run(engine, request("cpu", "")).contains("logits")); // the engine goes on
    }

    void engineChangesDevicesAndPrecision()
    {
        BlockingEngine engine;
        const Tensors first = run(engine, request("cpu", "", "right"));
        for (const auto& [device, dtype] : {std::pair("slot:1", DType::Float16), std::pair("cpu", DType::BFloat16),
                 std::pair("slot:0,slot:1", DType::Float32), std::pair("slot:1,cpu", DType::Float64)}) {
            InspectionRequest other = request(device, "", "right");
            other.dtype = dtype;
            const Tensors found = run(engine, other);
            QCOMPARE(found.at("logits").scalar_type(), scalarType(dtype));
            const double gap = distance(found.at("logits"), first.at("logits"));
            QVERIFY2(gap < 0.1, qPrintable(QStringLiteral("%1 %2").arg(QString::fromUtf8(device)).arg(gap)));
        }
        QVERIFY(sameCaptures(run(engine, request("cpu", "", "right")), first));
    }

private:
    static const BackendCase& backend()
    {
        QFETCH(int, which);
        return backendCases().at(static_cast<std::size_t>(which));
    }
    static std::string name()
    {
        QFETCH(QString, model);
        return model.toStdString();
    }
    static InspectionRequest request(
        const std::string& device, const std::string& cacheDevice, const char* kind = "left")
    {
        return {.model = modelLocation("llama-gqa"),
            .inputs = folder("golden/llama-gqa_") + kind + ".safetensors",
            .device = device,
            .cacheDevice = cacheDevice,
            .hooks = {"blocks.*.hook_resid_post", "blocks.*.attn.hook_pattern"}};
    }
    static bool sameCaptures(const Tensors& a, const Tensors& b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
            return x.first == y.first && x.second.scalar_type() == y.second.scalar_type() && x.second.equal(y.second);
        });
    }
};

QTEST_GUILESS_MAIN(TestDeviceDtype)
#include "tst_device_dtype.moc"
