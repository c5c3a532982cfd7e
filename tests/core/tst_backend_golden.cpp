// SPDX-License-Identifier: GPL-3.0-or-later
// bridge and hooked against what the real TransformerBridge, HookedTransformer and HookedEncoder wrote
// (tests/oracle/make_bridge_golden.py, make_hooked_golden.py).
#include "core/io/safetensors_writer.h"
#include "core/model/model_description.h"
#include "tests/core/golden_run.h"

#include <QFile>

#include <array>
#include <limits>

using namespace headscope;
using namespace headscope::golden;

namespace {

InspectionRequest requestFor(const std::string& path, const std::map<std::string, std::string>& metadata)
{
    const std::string mode = metadata.at("mode");
    const bool bridge = metadata.at("system") == "TransformerBridge";
    InspectionRequest request{.model = modelLocation(metadata.at("model")),
        .inputs = path,
        .backend = bridge ? Backend::Bridge : Backend::Hooked,
        .dtype = *unspell<DType>(metadata.at("dtype")),
        .hooks = {"*"}};
    if (bridge)
        request.bridgeMode = *unspell<BridgeMode>(mode);
    else if (metadata.at("system") == "HookedTransformer")
        request.processing = mode == "processed" ? Processing{}
            : mode == "unprocessed"              ? readProcessing("none", "mode")
                                                 : readProcessing(mode, "mode");
    return request;
}

/// Cells that may be attended to by what the golden scores hold.
at::Tensor unmasked(const at::Tensor& scores) { return at::gt(scores, finfoMin(scores.scalar_type()) / 2); }

at::Tensor only(const at::Tensor& cells, const at::Tensor& value)
{
    return at::where(cells, value.to(at::kDouble), at::zeros({}, at::kDouble));
}

} // namespace

class TestBackendGolden : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bridgeEqualsTransformerBridge_data() { addRows("bridge", 200); }
    void bridgeEqualsTransformerBridge() { check(1e-5, false); }
    void hookedEqualsHookedTransformer_data() { addRows("hooked", 190); }
    void hookedEqualsHookedTransformer() { check(1e-4, true); }

    /// A bias that float16 cannot hold leaves a row finite where the sentinel is.
    void hugeBiasesStayFinite()
    {
        for (const char* model : {"gpt2-tiny", "llama-gqa"}) {
            QTemporaryDir dir;
            const auto inputs = dir.filePath(QStringLiteral("in.safetensors")).toStdString();
            const at::Tensor ids = at::arange(5, at::kLong).unsqueeze(0);
            at::Tensor mask = at::zeros({1, 1, 5, 5});
            mask.select(2, 1).fill_(-1e5);
            const auto stored = [](const char* name, const at::Tensor& tensor) {
                return StoredTensor{name, storedType(tensor.scalar_type()), tensor.sizes().vec(),
                    std::as_bytes(std::span(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()))};
            };
            writeSafetensors(inputs, std::array{stored("input_ids", ids), stored("attention_mask", mask)}, {});
            const Tensors result = run(engine_,
                {.model = modelLocation(model),
                    .inputs = inputs,
                    .backend = Backend::Bridge,
                    .dtype = DType::Float16,
                    .hooks = {"blocks.*.attn.hook_attn_scores"}});
            for (const auto& [name, value] : result)
                QVERIFY2(value.isfinite().all().item<bool>(), name.c_str());
        }
    }

private:
    BlockingEngine engine_;

    static double limitOf(const std::string& name, const at::Tensor& expected, double limit, bool hooked)
    {
        if (name.ends_with("hook_pattern"))
            return 1e-5;
        return hooked ? limit * std::max(1.0, size(expected)) : limit;
    }

    void check(double limit, bool hooked)
    {
        QFETCH(QString, path);
        const std::string file = path.toStdString();
        const auto metadata = SafetensorsFile::open(file).metadata();
        const Tensors expected = readAll(file);
        const InspectionRequest request = requestFor(file, metadata);
        const Tensors actual = run(engine_, request);
        const at::Tensor real = realRows(expected);
        const bool half = bytesOf(request.dtype) == 2;
        Tensors exact;
        if (half) {
            QString full = path;
            full.remove(QStringLiteral("-bfloat16")).remove(QStringLiteral("-float16"));
            if (QFile::exists(full)) { // else Headscope's own float32, which other files compare
                exact = readAll(full.toStdString());
            } else {
                InspectionRequest wide = request;
                wide.dtype = DType::Float32;
                exact = run(engine_, wide);
            }
        }

        int compared = 0;
        for (const auto& [name, wanted] : expected) {
            if (!isOutput(name))
                continue;
            QVERIFY2(actual.contains(name), name.c_str());
            at::Tensor found = actual.at(name);
            if (name.find(".q_norm.") != std::string::npos || name.find(".k_norm.") != std::string::npos)
                found = found.reshape(wanted.sizes()); // the original flattens batch, position and head
            QCOMPARE(found.sizes().vec(), wanted.sizes().vec());
            at::Tensor a = onRows(name, found, real), b = onRows(name, wanted, real), c;
            if (half)
                c = onRows(name, exact.at(name), real);
            const bool probabilities
                = metadata.at("system") == "TransformerBridge" && metadata.at("model").starts_with("bert");
            if (name.ends_with("hook_attn_scores") && !probabilities) {
                checkMasked(found, wanted, request, hooked);
                const at::Tensor cells = onRows(name, unmasked(half ? exact.at(name) : wanted), real).to(at::kBool);
                a = only(cells, a), b = only(cells, b);
                if (half)
                    c = only(cells, c);
            }
            if (name == "logits" && hooked && !half)
                a = a.log_softmax(-1), b = b.log_softmax(-1);
            const double gap = distance(a, b), allowed = half ? distance(b, c) : limitOf(name, b, limit, hooked);
            QVERIFY2(gap <= allowed,
                qPrintable(
                    QStringLiteral("%1: %2, allowed %3").arg(QString::fromStdString(name)).arg(gap).arg(allowed)));
            ++compared;
        }
        QVERIFY2(compared >= 5, qPrintable(QString::number(compared)));
        if (half)
            checkProbabilities(expected, actual, request);
    }

    /// In 16 bits the softmax stays within 0.05 of transformers' own on the same positions, or where a random model is
    /// so peaked that the original does not, no further away than that.
    void checkProbabilities(const Tensors& expected, const Tensors& actual, InspectionRequest request)
    {
        const auto model = describeModel(request.model);
        const bool unscaled = request.backend == Backend::Bridge && !model->config().scaleScores;
        const bool counted = expected.contains("position_ids_used") || request.backend == Backend::Hooked;
        request.positions = counted ? PositionPolicy::FromMask : PositionPolicy::BackendDefault;
        if (unscaled || !model->config().architecture->causal)
            return; // ignores scale_attn_weights; the encoders' positions differ
        request.backend = Backend::Native; // bit-identical to transformers, see tst_forward_pass
        request.bridgeMode = BridgeMode::Plain;
        request.processing = {};
        const at::Tensor real = realRows(expected);
        const auto probabilities
            = [&](const Tensors& of) { return onRows("logits", of.at("logits"), real).softmax(-1); };
        const at::Tensor native = probabilities(run(engine_, request));
        const double gap = distance(probabilities(actual), native), own = distance(probabilities(expected), native);
        QVERIFY2(gap <= std::max(0.05, own), qPrintable(QStringLiteral("%1, the original %2").arg(gap).arg(own)));
    }

    /// Where the original masks, Headscope has the backend's sentinel, exactly.
    static void checkMasked(
        const at::Tensor& found, const at::Tensor& wanted, const InspectionRequest& request, bool hooked)
    {
        const bool infinite = hooked || request.bridgeMode == BridgeMode::Compat;
        const double sentinel = infinite ? -std::numeric_limits<double>::infinity() : finfoMin(found.scalar_type());
        const at::Tensor wrong
            = at::where(unmasked(wanted), at::zeros({}, at::kBool), at::ne(found.to(at::kDouble), sentinel));
        QVERIFY2(!wrong.any().item<bool>(), "a masked score is not the sentinel");
        if (!infinite)
            QVERIFY(found.isfinite().all().item<bool>());
    }
};

QTEST_GUILESS_MAIN(TestBackendGolden)
#include "tst_backend_golden.moc"
