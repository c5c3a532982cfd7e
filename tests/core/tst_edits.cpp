// SPDX-License-Identifier: GPL-3.0-or-later
// Interventions against what NNsight and TransformerLens's run_with_hooks made of them
// (tests/oracle/make_edit_golden.py).
#include "core/error.h"
#include "tests/core/golden_run.h"

#include <QFile>

#include <nlohmann/json.hpp>

using namespace headscope;
using namespace headscope::golden;

namespace {

InspectionRequest requestFor(const std::string& path, const std::map<std::string, std::string>& metadata)
{
    const std::string& system = metadata.at("system");
    InspectionRequest request{.model = modelLocation(metadata.at("model")),
        .inputs = path,
        .backend = system == "nnsight"      ? Backend::Tapped
            : system == "TransformerBridge" ? Backend::Bridge
                                            : Backend::Hooked,
        .dtype = *unspell<DType>(metadata.at("dtype")),
        .hooks = {"*"}};
    if (metadata.at("mode") == "unprocessed")
        request.processing = readProcessing("none", "mode");
    return request;
}

/// The golden's edits as a file for readEdits(); operands are in the golden itself.
std::vector<Edit> editsOf(const std::string& path, const std::string& json, const QTemporaryDir& dir)
{
    auto list = nlohmann::json::parse(json);
    if (list.empty())
        return {};
    for (auto& entry : list)
        if (entry.contains("tensor"))
            entry["file"] = path;
    QFile file(dir.filePath(QStringLiteral("edits.json")));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(QByteArray::fromStdString(list.dump()));
    file.close();
    return readEdits(file.fileName().toStdString());
}

QString messageOf(const QByteArray& json, const std::string& model = "demo-gpt2", Backend backend = Backend::Tapped)
{
    QTemporaryDir dir;
    QFile file(dir.filePath(QStringLiteral("edits.json")));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(json);
    file.close();
    try {
        BlockingEngine engine;
        engine.run({.model = model,
            .prompts = {"When Mary and John"},
            .backend = backend,
            .edits = readEdits(file.fileName().toStdString())});
    } catch (const Error& e) {
        return QString::fromUtf8(e.what());
    }
    return QStringLiteral("no error");
}

} // namespace

class TestEdits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalTheOriginals_data() { addRows("edits", 200); }

    void equalTheOriginals()
    {
        QFETCH(QString, path);
        const std::string file = path.toStdString();
        const auto metadata = SafetensorsFile::open(file).metadata();
        const Tensors expected = readAll(file);
        InspectionRequest request = requestFor(file, metadata);
        const QTemporaryDir dir;
        request.edits = editsOf(file, metadata.at("edits"), dir);
        const Tensors actual = run(engine_, request);
        const at::Tensor real = realRows(expected);
        const double limit = bytesOf(request.dtype) == 2 ? 2e-2 : 1e-5;
        int compared = 0;
        for (const auto& [name, wanted] : expected) {
            if (!isOutput(name))
                continue;
            QVERIFY2(actual.contains(name), name.c_str());
            QCOMPARE(actual.at(name).sizes().vec(), wanted.sizes().vec());
            const std::string plain = name.substr(0, name.find(".before_edit"));
            const double gap = distance(onRows(plain, actual.at(name), real), onRows(plain, wanted, real));
            QVERIFY2(gap <= limit, qPrintable(QStringLiteral("%1: %2").arg(QString::fromStdString(name)).arg(gap)));
            ++compared;
        }
        QVERIFY(compared >= 5);
    }

    /// Nothing changes when a value is replaced by itself, and something does when it is patched from another run.
    void takesEffectAtEveryHook_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        for (const char* model : {"gpt2-tiny", "llama-gqa", "neox-serial", "qwen3-norm", "gemma2-caps", "bert-mlm"})
            for (const Backend backend : {Backend::Tapped, Backend::Bridge, Backend::Hooked})
                QTest::addRow("%s %s", model, spell(backend).data())
                    << QString::fromUtf8(model) << static_cast<int>(backend);
    }

    void takesEffectAtEveryHook()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        const InspectionRequest request{.model = modelLocation(model.toStdString()),
            .inputs = folder("golden/") + model.toStdString() + "_left.safetensors",
            .backend = static_cast<Backend>(backend),
            .hooks = {"*"}};
        QTemporaryDir dir;
        const auto written = [&](const char* name, InspectionRequest each) {
            each.threads = 1;
            const auto path = dir.filePath(QString::fromUtf8(name)).toStdString();
            writeCapture(*engine_.run(each), path);
            return path;
        };
        InspectionRequest other = request;
        other.inputs = folder("golden/") + model.toStdString() + "_right.safetensors";
        const auto itself = written("itself.safetensors", request), donor = written("donor.safetensors", other);
        const Tensors plain = readAll(itself), given = readAll(donor);
        int hooks = 0;
        for (const auto& [name, value] : plain) {
            const bool inFirstLayer = name.starts_with("blocks.0.") || !name.starts_with("blocks.");
            const bool discarded = request.backend == Backend::Bridge && model.startsWith(QLatin1String("bert"));
            if (!inFirstLayer || name == "logits" || (discarded && isScoreLike(name)))
                continue;
            InspectionRequest edited = request;
            edited.edits = {{.hook = name, .operation = Edit::Operation::Replace, .source = donor}};
            const Tensors changed = run(engine_, edited);
            const bool differs = distance(given.at(name), value) > 1e-4;
            QVERIFY2(!differs || distance(changed.at("logits"), plain.at("logits")) > 1e-5, name.c_str());
            QCOMPARE(distance(changed.at(name + ".before_edit"), value), 0.0);
            QCOMPARE(distance(changed.at(name), given.at(name)), 0.0);
            edited.edits = {{.hook = name, .operation = Edit::Operation::Replace, .source = itself}};
            const Tensors same = run(engine_, edited);
            QVERIFY2(distance(same.at("logits"), plain.at("logits")) < 1e-4, name.c_str());
            hooks += differs;
        }
        QVERIFY2(hooks >= 12, qPrintable(QString::number(hooks)));
    }

    void tellsBadEdits_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* json, const char* says) {
            QTest::newRow(says) << QByteArray(json) << QString::fromUtf8(says);
        };
        row("", "expected a JSON array of edits, found a file that is empty");
        row("{}", "expected a JSON array of edits, found {}");
        row("[]", "expected a JSON array of edits, found []");
        row("[{\"operation\":\"zero\"}]", "entry 1: hook: expected the name of a hook, found nothing");
        row("[{\"hook\":\"hook_embed\",\"operation\":\"erase\"}]",
            "expected replace, add, scale, zero or mean, found \"erase\"");
        row("[{\"hook\":\"nothing\",\"operation\":\"zero\"}]", "entry 1: hook: 'nothing' matches no hook");
        row("[{\"hook\":\"hook_embed\",\"operation\":\"scale\"}]", "expected value, found neither");
        row("[{\"hook\":\"hook_embed\",\"operation\":\"zero\",\"value\":1}]", "the operation does not take a value");
        row("[{\"hook\":\"hook_embed\",\"operation\":\"zero\",\"heads\":[0]}]", "heads: hook_embed has no such axis");
        row("[{\"hook\":\"blocks.0.attn.hook_z\",\"operation\":\"zero\",\"heads\":[99]}]",
            "entry 1: heads: expected 0 to");
        row("[{\"hook\":\"blocks.0.attn.hook_z\",\"operation\":\"zero\",\"heads\":[-1]}]",
            "whole numbers from 0, found -1");
        row("[{\"hook\":\"hook_embed\",\"operation\":\"zero\",\"head\":[0]}]", "found 'head'");
        row("[{\"hook\":\"hook_embed\",\"operation\":\"add\",\"file\":\"none.safetensors\"}]", "none.safetensors");
    }

    void tellsBadEdits()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, says);
        const QString message = messageOf(json);
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void nativeOnlyObserves()
    {
        const QByteArray zero = "[{\"hook\":\"blocks.0.attn.hook_pattern\",\"operation\":\"zero\"}]";
        QVERIFY(
            messageOf(zero, "demo-gpt2", Backend::Native).contains(QStringLiteral("--edits: the native backend only")));
        QVERIFY(messageOf(zero, modelLocation("bert-mlm"), Backend::Bridge).contains(QStringLiteral("tokenizer.json")));
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestEdits)
#include "tst_edits.moc"
