// SPDX-License-Identifier: GPL-3.0-or-later
// Logits, patterns and block outputs against golden files that transformers wrote (tests/oracle/make_native_golden.py).
#include "core/error.h"
#include "tests/core/golden_run.h"

using namespace headscope;
using namespace headscope::golden;

class TestForwardPass : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTransformers_data() { addRows("golden", 400); }

    /// native, and tapped with every hook observed, which must not change a bit.
    void equalsTransformers()
    {
        QFETCH(QString, path);
        const std::string file = path.toStdString();
        const auto metadata = SafetensorsFile::open(file).metadata();
        const Tensors expected = readAll(file);
        const auto dtype = unspell<DType>(metadata.at("dtype"));
        QVERIFY(dtype);
        InspectionRequest request{
            .model = modelLocation(metadata.at("model")), .inputs = file, .dtype = *dtype, .hooks = {"*"}};
        const Tensors native = run(engine_, request);
        request.backend = Backend::Tapped;
        const Tensors tapped = run(engine_, request);

        // Bit-identical where the goldens were made; another processor's kernels may round otherwise.
        const double limit = *dtype == DType::Float32 ? 1e-5 : 2e-2;
        std::size_t compared = 0;
        for (const auto& [name, wanted] : expected) {
            if (!isOutput(name))
                continue;
            QVERIFY2(native.contains(name), name.c_str());
            const at::Tensor& found = native.at(name);
            QCOMPARE(found.sizes().vec(), wanted.sizes().vec());
            QCOMPARE(found.scalar_type(), wanted.scalar_type());
            const double gap = distance(found, wanted);
            QVERIFY2(gap <= limit,
                qPrintable(QStringLiteral("%1: max difference %2, %3 unequal")
                               .arg(QString::fromStdString(name))
                               .arg(gap)
                               .arg(at::ne(found, wanted).sum().item<std::int64_t>())));
            QVERIFY2(distance(tapped.at(name), found) == 0, name.c_str());
            ++compared;
        }
        QVERIFY(compared >= 5);
        QCOMPARE(native.size(), compared); // native tells what transformers returns, nothing else
    }

    void observingChangesNothing()
    {
        const auto runWith = [&](const std::string& model, std::vector<std::string> hooks) {
            return run(engine_,
                {.model = model,
                    .prompts = {"When Mary and John went"},
                    .backend = Backend::Tapped,
                    .hooks = std::move(hooks),
                    .keepScores = true});
        };
        for (const char* model : {"demo-rotary", "demo-gpt2"}) {
            auto plain = runWith(model, {}), observed = runWith(model, {"*"});
            QCOMPARE(plain.size(), 1U);
            QVERIFY(plain["logits"].equal(observed["logits"]));
            QVERIFY(observed["unembed.hook_out"].equal(observed["logits"]));
            QVERIFY(observed["blocks.1.hook_resid_pre"].equal(observed["blocks.0.hook_resid_post"]));
            // What the fused kernels do not keep must fit what they give.
            const auto mid = at::add(observed["blocks.0.hook_resid_pre"], observed["blocks.0.hook_attn_out"]);
            QVERIFY(distance(mid, observed["blocks.0.hook_resid_mid"]) < 1e-6);
            auto pattern = at::softmax(observed["blocks.0.attn.hook_attn_scores"], -1);
            QVERIFY(distance(pattern, observed["blocks.0.attn.hook_pattern"]) < 1e-6);
            const auto mixed = observed["blocks.0.attn.hook_z"];
            QCOMPARE(observed["blocks.0.attn.hook_q"].sizes().vec(), mixed.sizes().vec());
            const auto sum = observed["blocks.0.attn.hook_result"].sum(2);
            QCOMPARE(sum.sizes().vec(), observed["blocks.0.hook_attn_out"].sizes().vec());
            if (std::string(model) == "demo-rotary") // no output bias
                QVERIFY(distance(sum, observed["blocks.0.hook_attn_out"]) < 1e-5);
            const auto normalized = observed["ln_final.hook_normalized"];
            const auto squares = at::pow(normalized, 2).mean(-1);
            QVERIFY(distance(squares, at::ones(squares.sizes())) < 1e-3);
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

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestForwardPass)
#include "tst_forward_pass.moc"
