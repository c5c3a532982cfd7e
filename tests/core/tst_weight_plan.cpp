// SPDX-License-Identifier: GPL-3.0-or-later
// The ways the same weights are exported: what transformers 5.23.0 loads must open here, as the same model.
#include "app/blocking_engine.h"
#include "core/error.h"
#include "core/io/safetensors_writer.h"
#include "core/model/model_description.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace headscope;

namespace fs = std::filesystem;

namespace {

/// The name a tensor is stored under; empty leaves it out.
using Rename = std::function<std::string(const std::string& name)>;

std::string without(const std::string& prefix, const std::string& name)
{
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string tinyModel(const std::string& name) { return HEADSCOPE_TEST_DATA "/models/" + name; }

std::string messageOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

} // namespace

Q_DECLARE_METATYPE(Rename)

class TestWeightPlan : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    fs::path path_;

    /// The model again, its tensors under other names.
    std::string exported(const std::string& model, const Rename& rename) const
    {
        const auto original = ModelDescription::open(tinyModel(model));
        std::vector<StoredTensor> tensors;
        for (const SafetensorsFile& file : original->files())
            for (StoredTensor tensor : file.tensors())
                if (tensor.name = rename(tensor.name); !tensor.name.empty())
                    tensors.push_back(std::move(tensor));
        const fs::path target = path_ / "exported";
        fs::create_directories(target);
        fs::copy_file(tinyModel(model) + "/config.json", target / "config.json", fs::copy_options::overwrite_existing);
        writeSafetensors(target / "model.safetensors", tensors, {});
        return target.string();
    }

private Q_SLOTS:
    void init()
    {
        dir_ = std::make_unique<QTemporaryDir>();
        path_ = dir_->path().toStdString();
    }

    void everyExportIsTheSameModel_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<Rename>("rename");
        QTest::addColumn<int>("missing"); // of the head, as transformers reports it
        const auto row = [](const char* what, const char* model, const Rename& rename, int missing = 0) {
            QTest::addRow("%s %s", model, what) << QString::fromUtf8(model) << rename << missing;
        };
        const auto bare
            = [](const char* prefix) { return [=](const std::string& name) { return without(prefix, name); }; };
        const auto none = [](const char* part) {
            return [=](const std::string& name) { return name.find(part) == std::string::npos ? name : std::string(); };
        };
        row("base model", "gpt2-inner", bare("transformer."));
        row("with a prefix", "gpt2-tiny", [](const std::string& name) { return "transformer." + name; });
        row("mixed", "gpt2-inner", [](const std::string& name) {
            return name.find("h.1.") == std::string::npos ? name : without("transformer.", name);
        });
        row("base model", "llama-tied", bare("model."));
        row("only the head of a tied pair", "llama-tied", [](const std::string& name) {
            return name == "model.embed_tokens.weight" ? std::string("lm_head.weight") : without("model.", name);
        });
        row("without a prefix, with a head", "llama-gqa", bare("model."));
        row("prefix twice", "llama-gqa", [](const std::string& name) { return "model." + name; });
        row("head with a prefix", "llama-gqa",
            [](const std::string& name) { return name == "lm_head.weight" ? "model." + name : name; });
        row("without a head", "llama-gqa", none("lm_head"), 1);
        row("head renamed", "neox-parallel",
            [](const std::string& name) { return name == "embed_out.weight" ? std::string("lm_head.weight") : name; });
        row("without a head", "neox-parallel", none("embed_out"), 1);
        row(
            "with a score", "qwen2-plain",
            [](const std::string& name) { return name == "lm_head.weight" ? std::string("score.weight") : name; }, 1);
        row("without a prefix, with a head", "bert-mlm", bare("bert."));
        row("without a head", "bert-mlm", none("cls."), 5);
        row("without a head", "bert-odd", none("cls.predictions"), 6);
        row(
            "base model", "bert-mlm", [=](const std::string& name) { return none("cls.")(without("bert.", name)); }, 5);
    }

    void everyExportIsTheSameModel()
    {
        QFETCH(QString, model);
        QFETCH(Rename, rename);
        QFETCH(int, missing);
        const auto original = ModelDescription::open(tinyModel(model.toStdString()));
        const auto copy = ModelDescription::open(exported(model.toStdString(), rename));
        const WeightPlan& plan = copy->weights();
        QCOMPARE(plan.missing.size(), std::size_t(missing));
        QCOMPARE(copy->config().hasHead, missing == 0);
        QVERIFY(missing > 0 || plan.used == original->weights().used);
        QVERIFY(missing == 0 || plan.used < original->weights().used);
        for (const auto& [key, tensor] : plan.tensors) {
            const StoredTensor* same = original->weights().tensors.at(key);
            QVERIFY2(std::equal(tensor->bytes.begin(), tensor->bytes.end(), same->bytes.begin(), same->bytes.end()),
                tensor->name.c_str());
        }
    }

    /// What transformers would fill with random numbers.
    void aGapInTheModelIsRefused()
    {
        const auto opened = [&](const char* model, const Rename& rename) {
            return messageOf([&] { ModelDescription::open(exported(model, rename)); });
        };
        const auto says
            = [](const std::string& message, const char* part) { return message.find(part) != std::string::npos; };
        QVERIFY(says(opened("llama-gqa", [](const std::string& name) { return "module." + name; }),
            "tensor 'model.embed_tokens.weight' is missing, expected shape ["));
        QVERIFY(says(opened("bert-mlm",
                         [](const std::string& name) {
                             return name == "cls.predictions.transform.dense.bias" ? std::string() : name;
                         }),
            "tensor 'cls.predictions.transform.dense.bias' is missing"));
        QVERIFY(says(opened("gpt2-inner",
                         [](const std::string& name) {
                             return name.find("h.1.ln_1.bias") == std::string::npos ? name : std::string();
                         }),
            "tensor 'transformer.h.1.ln_1.bias' is missing"));
    }

    void withoutAHeadEverythingButLogitsIsThere_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("head");
        QTest::addColumn<int>("backend");
        for (const auto& [model, head] : {std::pair{"llama-gqa", "lm_head"}, {"neox-parallel", "embed_out"},
                 {"gemma2-plain", "lm_head"}, {"bert-mlm", "cls."}, {"bert-odd", "cls."}})
            for (const Backend backend : {Backend::Native, Backend::Tapped, Backend::Bridge, Backend::Hooked})
                QTest::addRow("%s %s", model, std::string(spell(backend)).c_str())
                    << QString::fromUtf8(model) << QString::fromUtf8(head) << static_cast<int>(backend);
    }

    void withoutAHeadEverythingButLogitsIsThere()
    {
        QFETCH(QString, model);
        QFETCH(QString, head);
        QFETCH(int, backend);
        const std::int64_t ids[]{5, 6, 7, 8, 9};
        writeSafetensors(path_ / "in.safetensors",
            std::vector<StoredTensor>{{"input_ids", StoredType::Int64, {1, 5}, std::as_bytes(std::span(ids))}}, {});
        InspectionRequest request{.inputs = path_ / "in.safetensors",
            .backend = static_cast<Backend>(backend),
            .hooks = {"*"},
            .keepPatterns = false};
        const auto run = [&](const std::string& location, const char* output) {
            request.model = location;
            BlockingEngine engine;
            const CapturePtr capture = engine.run(request);
            writeCapture(*capture, path_ / output);
            const std::string why = messageOf([&] { fetchNextTokens(*capture, {0}, {4}, 3); });
            return capture->finished() ? why : "not finished";
        };
        QCOMPARE(run(tinyModel(model.toStdString()), "whole.safetensors"), std::string());
        const std::string bare = exported(model.toStdString(), [&](const std::string& name) {
            return name.find(head.toStdString()) == std::string::npos ? name : std::string();
        });
        const std::string why = run(bare, "bare.safetensors");
        QVERIFY2(why.find("has no language-model head ('") != std::string::npos, why.c_str());

        const auto whole = SafetensorsFile::open(path_ / "whole.safetensors"),
                   rest = SafetensorsFile::open(path_ / "bare.safetensors");
        QVERIFY(whole.find("logits") && !rest.find("logits") && !rest.find("unembed.hook_out"));
        QCOMPARE(rest.metadata().at("logits"), std::string("none: the model has no language-model head"));
        QVERIFY(rest.find("blocks.1.attn.hook_pattern"));
        for (const StoredTensor& tensor : rest.tensors()) {
            const bool behind = tensor.name.starts_with("ln_final") || tensor.name.starts_with("unembed");
            QVERIFY2(!behind || !model.startsWith(QStringLiteral("bert")), tensor.name.c_str());
            if (behind && request.backend == Backend::Hooked)
                continue; // without a head there is nothing that the norm's weight could be folded into
            const StoredTensor* same = whole.find(tensor.name);
            QVERIFY2(same, tensor.name.c_str());
            QVERIFY2(std::equal(tensor.bytes.begin(), tensor.bytes.end(), same->bytes.begin(), same->bytes.end()),
                tensor.name.c_str());
        }
    }

    /// A list must not read weights: two equal tensors of a tied pair are told apart by their beginnings only.
    void headersAreEnoughForAList()
    {
        const auto both = ModelDescription::open(tinyModel("llama-tied"), Depth::Headers);
        const auto whole = ModelDescription::open(tinyModel("llama-tied"));
        QCOMPARE(both->info().parameters, whole->info().parameters);
        QVERIFY(!both->tokenizer());
        QVERIFY(messageOf([&] { both->requireTokenizer(); }).find("not read") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestWeightPlan)
#include "tst_weight_plan.moc"
