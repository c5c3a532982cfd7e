// SPDX-License-Identifier: GPL-3.0-or-later
// Logits, patterns and block outputs against golden files that transformers wrote (tests/oracle/make_native_golden.py).
#include "app/blocking_engine.h"
#include "core/engine/ops.h"
#include "core/engine/tensor_types.h"
#include "core/error.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace headscope;

namespace {

struct Difference {
    double worst = 0;
    std::int64_t unequal = 0;
};

/// NaN equals NaN; a NaN on one side only is an infinite difference.
Difference compare(const at::Tensor& actual, const at::Tensor& expected)
{
    const at::Tensor a = actual.to(at::kDouble).contiguous(), b = expected.to(at::kDouble).contiguous();
    Difference result;
    for (std::int64_t i = 0; i < a.numel(); ++i) {
        const double x = a.const_data_ptr<double>()[i], y = b.const_data_ptr<double>()[i];
        if (x == y || (std::isnan(x) && std::isnan(y)))
            continue;
        ++result.unequal;
        const double distance = std::abs(x - y);
        result.worst = std::isnan(distance) ? INFINITY : std::max(result.worst, distance);
    }
    return result;
}

std::string location(const std::string& model)
{
    return model.starts_with("demo-") ? model : HEADSCOPE_TEST_DATA "/models/" + model;
}

} // namespace

class TestForwardPass : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTransformers_data()
    {
        QTest::addColumn<QString>("golden");
        int rows = 0;
        for (const QString& name :
            QDir(QStringLiteral(HEADSCOPE_TEST_DATA "/golden")).entryList({QStringLiteral("*.safetensors")})) {
            QTest::newRow(qPrintable(name)) << name;
            ++rows;
        }
        QVERIFY2(rows >= 90, qPrintable(QString::number(rows)));
    }

    void equalsTransformers()
    {
        QFETCH(QString, golden);
        const std::string path = HEADSCOPE_TEST_DATA "/golden/" + golden.toStdString();
        const auto expected = SafetensorsFile::open(path);
        const auto dtype = unspell<DType>(expected.metadata().at("dtype"));
        QVERIFY(dtype);
        BlockingEngine engine;
        const auto capture = engine.run({.model = location(golden.section(QLatin1Char('_'), 0, 0).toStdString()),
            .inputs = path,
            .dtype = *dtype,
            .hooks = {"blocks.*.attn.hook_pattern", "blocks.*.hook_resid_post"},
            .threads = 1});
        QTemporaryDir dir;
        const auto output = dir.filePath(QStringLiteral("out.safetensors")).toStdString();
        writeCapture(*capture, output);
        const auto actual = SafetensorsFile::open(output);

        // Bit-identical where the goldens were made; another processor's kernels may round otherwise.
        const double limit = *dtype == DType::Float32 ? 1e-5 : 2e-2;
        int compared = 0;
        for (const StoredTensor& tensor : expected.tensors()) {
            if (tensor.name != "logits" && !tensor.name.starts_with("blocks."))
                continue;
            const StoredTensor* found = actual.find(tensor.name);
            QVERIFY2(found, tensor.name.c_str());
            QCOMPARE(found->shape, tensor.shape);
            QCOMPARE(found->type, tensor.type);
            const Difference difference = compare(viewOf(*found), viewOf(tensor));
            QVERIFY2(difference.worst <= limit,
                qPrintable(QStringLiteral("%1: max difference %2, %3 unequal")
                               .arg(QString::fromStdString(tensor.name))
                               .arg(difference.worst)
                               .arg(difference.unequal)));
            ++compared;
        }
        QVERIFY(compared >= 5);
    }

    void observingChangesNothing()
    {
        QTemporaryDir dir;
        const auto run = [&](const std::string& model, std::vector<std::string> hooks) {
            BlockingEngine engine;
            const auto output = dir.filePath(QStringLiteral("out.safetensors")).toStdString();
            writeCapture(*engine.run({.model = model,
                             .prompts = {"When Mary and John went"},
                             .hooks = std::move(hooks),
                             .keepScores = true}),
                output);
            const auto file = SafetensorsFile::open(output);
            std::map<std::string, at::Tensor> tensors;
            for (const auto& tensor : file.tensors())
                tensors[tensor.name] = viewOf(tensor).clone();
            return tensors;
        };
        for (const char* model : {"demo-rotary", "demo-gpt2"}) {
            auto plain = run(model, {}), observed = run(model, {"*"});
            QCOMPARE(plain.size(), 1U);
            QVERIFY(plain["logits"].equal(observed["logits"]));
            QVERIFY(observed["unembed.hook_out"].equal(observed["logits"]));
            QVERIFY(observed["blocks.1.hook_resid_pre"].equal(observed["blocks.0.hook_resid_post"]));
            // What the fused kernels do not keep must fit what they give.
            const auto mid = at::add(observed["blocks.0.hook_resid_pre"], observed["blocks.0.hook_attn_out"]);
            QVERIFY(compare(mid, observed["blocks.0.hook_resid_mid"]).worst < 1e-6);
            auto pattern = at::softmax(observed["blocks.0.attn.hook_attn_scores"], -1);
            QVERIFY(compare(pattern, observed["blocks.0.attn.hook_pattern"]).worst < 1e-6);
            const auto mixed = observed["blocks.0.attn.hook_z"];
            QCOMPARE(observed["blocks.0.attn.hook_q"].sizes().vec(), mixed.sizes().vec());
            const auto sum = observed["blocks.0.attn.hook_result"].sum(2);
            QCOMPARE(sum.sizes().vec(), observed["blocks.0.hook_attn_out"].sizes().vec());
            if (std::string(model) == "demo-rotary") // no output bias
                QVERIFY(compare(sum, observed["blocks.0.hook_attn_out"]).worst < 1e-5);
            const auto normalized = observed["ln_final.hook_normalized"];
            const auto squares = at::pow(normalized, 2).mean(-1);
            QVERIFY(compare(squares, at::ones(squares.sizes())).worst < 1e-3);
        }
    }

    void tellsBadInputs_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QString() << QStringLiteral("--prompt: expected text");
        QTest::newRow("too long") << QStringLiteral("one two ").repeated(4000)
                                  << QStringLiteral("(the model's positions), found");
    }

    void tellsBadInputs()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, says);
        BlockingEngine engine;
        for (const char* model : {"demo-rotary", "demo-gpt2"})
            try {
                engine.run({.model = model, .prompts = {prompt.toStdString()}});
                QFAIL("expected an Error");
            } catch (const Error& e) {
                QVERIFY2(QString::fromUtf8(e.what()).contains(says), e.what());
            }
    }
};

QTEST_GUILESS_MAIN(TestForwardPass)
#include "tst_forward_pass.moc"
