// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "core/model/model_description.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace headscope;

namespace {

QString modelPath(const char* name) { return QStringLiteral(HEADSCOPE_TEST_DATA "/models/") + QString::fromUtf8(name); }

/// A copy of a model whose config.json has one key changed.
void copyWith(const QString& from, const QString& to, const QString& key, const QJsonValue& value)
{
    for (const QString& name : QDir(from).entryList(QDir::Files))
        QFile::copy(from + QLatin1Char('/') + name, to + QLatin1Char('/') + name);
    QFile file(to + QStringLiteral("/config.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonObject config = QJsonDocument::fromJson(file.readAll()).object();
    file.close();
    config[key] = value;
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QJsonDocument(config).toJson());
}

QString messageOf(const QString& location)
{
    try {
        ModelDescription::open(location.toStdString());
    } catch (const Error& e) {
        return QString::fromUtf8(e.what());
    }
    return {};
}

} // namespace

class TestModelConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void embeddedModelsOpen()
    {
        const auto rotary = ModelDescription::open("demo-rotary");
        QCOMPARE(rotary->info().family, std::string("llama"));
        QVERIFY(rotary->info().layers >= 3);
        QVERIFY(rotary->info().storedBytes <= 3 << 20);
        QCOMPARE(ModelDescription::open("demo-gpt2")->info().family, std::string("gpt2"));
        QVERIFY(rotary->weights().unused.empty());
    }

    void shardedAndSingleModelsOpen()
    {
        for (const QString& name :
            QDir(QStringLiteral(HEADSCOPE_TEST_DATA "/models")).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const auto model = ModelDescription::open(modelPath(qPrintable(name)).toStdString());
            QVERIFY(model->info().parameters > 0);
            QVERIFY(!model->tokenizer());
            QVERIFY_THROWS_EXCEPTION(Error, model->requireTokenizer());
        }
    }

    void refusesBadConfigs_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* model, const char* key, const QJsonValue& value, const char* says) {
            QTest::addRow("%s %s", key, qPrintable(value.toVariant().toString()))
                << modelPath(model) << QString::fromUtf8(key) << value << QString::fromUtf8(says);
        };
        row("gpt2-tiny", "n_head", 0, "n_head: expected a positive integer, found 0");
        row("gpt2-tiny", "n_head", -4, "n_head: expected a positive integer, found -4");
        row("gpt2-tiny", "n_head", 3, "n_head: expected a divisor of");
        row("gpt2-tiny", "n_layer", QStringLiteral("two"), "n_layer: expected a positive integer, found \"two\"");
        row("gpt2-tiny", "n_embd", 1e300, "n_embd: expected a positive integer");
        row("gpt2-tiny", "model_type", QStringLiteral("mamba"),
            "model_type: expected one of bert, gemma2, gpt2, gpt_neox, llama, mistral, qwen2, qwen3, found \"mamba\"");
        row("gpt2-tiny", "activation_function", QStringLiteral("mish"),
            "activation_function: expected a known activation");
        row("gpt2-tiny", "scale_attn_weights", 3, "scale_attn_weights: expected true or false, found 3");
        row("gpt2-tiny", "add_cross_attention", true, "add_cross_attention: true is not supported");
        row("gpt2-tiny", "layer_norm_epsilon", -1, "layer_norm_epsilon: expected a positive number");
        row("gpt2-tiny", "vocab_size", 3, "expected shape [3, ");
        row("gpt2-tiny", "n_layer", 99, "is missing, expected shape");
        row("gpt2-tiny", "n_layer", 1 << 30, "n_layer: expected at most 65536, found 1073741824");
        row("gpt2-tiny", "tie_word_embeddings", QStringLiteral("yes"), "tie_word_embeddings: expected true or false");
        row("llama-gqa", "num_key_value_heads", 3, "num_key_value_heads: expected a divisor of");
        row("llama-gqa", "head_dim", 7, "head_dim: expected an even rotary width");
        row("llama-gqa", "rope_scaling", QJsonObject{{QStringLiteral("type"), QStringLiteral("linear")}},
            "rope_scaling.factor: expected a positive number, found nothing");
        row("llama-gqa", "rope_parameters", QJsonObject{{QStringLiteral("rope_type"), QStringLiteral("yarn")}},
            "\"yarn\" is not supported");
        row("llama-gqa", "rope_parameters",
            QJsonObject{{QStringLiteral("type"), QStringLiteral("linear")}, {QStringLiteral("factor"), -4}},
            "rope_parameters.factor: expected a positive number, found -4");
        row("llama-gqa", "hidden_size", 24, "expected shape");
        row("llama-gqa", "is_causal", false, "is_causal: false is not supported");
        row("llama-dynamic", "rope_parameters", QJsonObject{{QStringLiteral("rope_type"), QStringLiteral("dynamic")}},
            "rope_parameters.factor: expected a positive number, found nothing");
        row("mistral-window", "sliding_window", 0, "sliding_window: expected a positive number, found 0");
        row("mistral-window", "sliding_window", 2.5, "sliding_window: expected a positive integer, found 2.5");
        row("qwen3-norm", "layer_types", QJsonArray{QStringLiteral("full_attention")},
            "layer_types: expected one entry for each of the 3 layers");
        row("qwen3-norm", "layer_types",
            QJsonArray{QStringLiteral("full_attention"), QStringLiteral("full_attention"),
                QStringLiteral("chunked_attention")},
            "layer_types: expected sliding_attention or full_attention, found \"chunked_attention\"");
        row("qwen3-norm", "use_sliding_window", false, "no sliding_attention without a sliding window");
        row("gemma2-caps", "attn_logit_softcapping", -2,
            "attn_logit_softcapping: expected a positive number, found -2");
        row("gemma2-caps", "query_pre_attn_scalar", 0, "query_pre_attn_scalar: expected a positive number");
        row("gemma2-caps", "use_bidirectional_attention", true, "use_bidirectional_attention: true is not supported");
        row("neox-parallel", "use_parallel_residual", 1, "use_parallel_residual: expected true or false, found 1");
        row("neox-parallel", "rope_parameters",
            QJsonObject{
                {QStringLiteral("rope_type"), QStringLiteral("default")}, {QStringLiteral("partial_rotary_factor"), 3}},
            "partial rotary factor: expected at most 1");
        row("bert-mlm", "is_decoder", true, "is_decoder: true is not supported");
        row("bert-mlm", "position_embedding_type", QStringLiteral("relative_key"), "is not supported");
        row("bert-mlm", "type_vocab_size", 9, "expected shape [9, ");
    }

    void refusesBadConfigs()
    {
        QFETCH(QString, model);
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QString, says);
        QTemporaryDir dir;
        copyWith(model, dir.path(), key, value);
        const QString message = messageOf(dir.path());
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(message.startsWith(dir.path()), qPrintable(message));
    }

    /// Nesting that would exhaust the stack of a recursive reader.
    void refusesDeepNesting_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* name : {"config.json", "tokenizer.json"})
            QTest::newRow(name) << QString::fromUtf8(name);
    }

    void refusesDeepNesting()
    {
        QFETCH(QString, file);
        QTemporaryDir dir;
        copyWith(modelPath("gpt2-tiny"), dir.path(), QStringLiteral("n_layer"), 2);
        QFile deep(dir.filePath(file));
        QVERIFY(deep.open(QIODevice::WriteOnly | QIODevice::Truncate));
        deep.write("{\"n_head\":" + QByteArray(200000, '[') + QByteArray(200000, ']') + "}");
        deep.close();
        try {
            ModelDescription::open(dir.path().toStdString())->requireTokenizer();
            QFAIL("expected an Error");
        } catch (const Error& e) {
            QVERIFY2(QString::fromUtf8(e.what()).contains(file + QStringLiteral(": is nested deeper")), e.what());
        }
    }

    void saysWhatIsMissing()
    {
        QTemporaryDir dir;
        QVERIFY(messageOf(dir.path()).contains(QStringLiteral("no config.json")));
        QFile::copy(
            modelPath("gpt2-tiny") + QStringLiteral("/config.json"), dir.filePath(QStringLiteral("config.json")));
        QVERIFY(messageOf(dir.path())
                    .contains(QStringLiteral("expected model.safetensors or model.safetensors.index.json")));
        QFile pickle(dir.filePath(QStringLiteral("pytorch_model.bin")));
        QVERIFY(pickle.open(QIODevice::WriteOnly));
        pickle.close();
        QVERIFY(messageOf(dir.path()).contains(QStringLiteral("pickle")));
        QVERIFY(messageOf(QStringLiteral("no-such-model")).contains(QStringLiteral("demo-rotary, demo-gpt2")));
    }
};

QTEST_GUILESS_MAIN(TestModelConfig)
#include "tst_model_config.moc"
