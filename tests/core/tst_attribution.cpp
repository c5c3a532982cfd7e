// SPDX-License-Identifier: GPL-3.0-or-later
// Direct logit attribution and heads cut, against what TransformerLens makes of them
// (tests/oracle/make_attribution_golden.py), and for every model: the parts' sum is the logit difference.
#include "core/error.h"
#include "core/model/model_description.h"
#include "tests/core/golden_run.h"

#include <nlohmann/json.hpp>

#include <random>

using namespace headscope;
using namespace headscope::golden;

namespace {

constexpr double limit = 1e-4;

/// Rows of a golden's ids without their padding.
std::vector<std::vector<std::int64_t>> rowsOf(const at::Tensor& ids, const at::Tensor& mask)
{
    std::vector<std::vector<std::int64_t>> rows;
    for (std::int64_t row = 0; row < ids.size(0); ++row) {
        rows.emplace_back();
        for (std::int64_t at = 0; at < ids.size(1); ++at)
            if (mask.data_ptr<std::int64_t>()[row * ids.size(1) + at] != 0)
                rows.back().push_back(ids.data_ptr<std::int64_t>()[row * ids.size(1) + at]);
    }
    return rows;
}

std::int64_t idAt(const at::Tensor& ids, std::size_t row) { return ids.const_data_ptr<std::int64_t>()[row]; }
double numberAt(const at::Tensor& values, std::size_t index)
{
    return static_cast<double>(values.const_data_ptr<float>()[index]);
}

PromptSet promptsOf(const Tensors& golden)
{
    PromptSet set{.name = "golden", .source = {}, .examples = {}};
    const auto rows = rowsOf(golden.at("input_ids"), golden.at("attention_mask"));
    const auto others = rowsOf(golden.at("other.input_ids"), golden.at("attention_mask"));
    for (std::size_t row = 0; row < rows.size(); ++row)
        set.examples.push_back({.promptIds = rows[row],
            .correct = {{.id = idAt(golden.at("correct"), row)}},
            .incorrect = {{.id = idAt(golden.at("incorrect"), row)}},
            .corrupt = PromptText{.ids = others[row]},
            .where = "golden:" + std::to_string(row)});
    return set;
}

/// Every way of running the model that the golden is a reference for.
std::vector<InspectionRequest> runsFor(const std::map<std::string, std::string>& metadata)
{
    const std::string& system = metadata.at("system");
    InspectionRequest base{.model = modelLocation(metadata.at("model")),
        .attention = AttentionKind::Auto,
        .padding = metadata.at("case") == "left" ? PaddingSide::Left : PaddingSide::Right,
        .positions = PositionPolicy::FromMask,
        .threads = 1};
    InspectionRequest hooked = base, bridge = base;
    hooked.backend = Backend::Hooked;
    bridge.backend = Backend::Bridge;
    if (system.starts_with("hooked-"))
        hooked.processing = readProcessing(system.substr(7), "golden");
    if (system == "bridge-compat") {
        bridge.bridgeMode = BridgeMode::Compat;
        return {bridge};
    }
    if (system == "hooked-all")
        return {hooked};
    // The rest keeps weights as they are stored, or folds what changes no value that is told here.
    InspectionRequest native = base, tapped = base, eager = hooked;
    tapped.backend = Backend::Tapped;
    eager.attention = AttentionKind::Eager;
    if (system == "bridge-plain")
        return {bridge};
    return {hooked, eager, native, tapped, bridge};
}

struct Gap {
    double worst = 0;
    std::string where = "nothing";
    int compared = 0;

    void add(const std::string& name, double actual, double wanted)
    {
        const double gap = std::abs(actual - wanted);
        ++compared;
        if (!(gap <= worst)) {
            worst = gap;
            where = name + ": " + std::to_string(actual) + " instead of " + std::to_string(wanted);
        }
    }
};

void compareAttribution(const Attribution& actual, const Tensors& golden, std::size_t row, Gap& gap)
{
    const auto has = [&](const char* name) { return golden.contains(std::string("attribution.") + name); };
    const auto wanted = [&](const char* name) { return golden.at(std::string("attribution.") + name); };
    const std::size_t rows = static_cast<std::size_t>(golden.at("input_ids").size(0));
    gap.add("embed", actual.embedding, numberAt(wanted("embed"), row));
    QCOMPARE(actual.positionEmbedding.has_value(), has("pos_embed"));
    if (has("pos_embed"))
        gap.add("pos_embed", *actual.positionEmbedding, numberAt(wanted("pos_embed"), row));
    for (std::size_t layer = 0; layer < actual.mlps.size(); ++layer) {
        const std::size_t at = layer * rows + row;
        gap.add("mlp " + std::to_string(layer), actual.mlps[layer], numberAt(wanted("mlp_out"), at));
        double attention = actual.attentionBiases[layer];
        for (std::size_t head = 0; head < actual.headsPerLayer; ++head) {
            const double value = actual.heads[layer * actual.headsPerLayer + head];
            attention += value;
            if (has("heads"))
                gap.add("head " + std::to_string(layer) + "." + std::to_string(head), value,
                    numberAt(wanted("heads"), (layer * actual.headsPerLayer + head) * rows + row));
        }
        gap.add("attention " + std::to_string(layer), attention, numberAt(wanted("attention_out"), at));
        if (has("attention_bias"))
            gap.add("attention bias " + std::to_string(layer), actual.attentionBiases[layer],
                numberAt(wanted("attention_bias"), at));
    }
    gap.add("bias", actual.finalNormBias + actual.unembeddingBias, numberAt(wanted("bias"), row));
    gap.add("sum", actual.sum(), numberAt(wanted("sum"), row));
    gap.add("logit difference", actual.logitDifference, numberAt(golden.at("logit_difference"), row));
}

/// One example's score against a row of logits [V], or against a logit difference where that is all there is.
void compareScore(const std::string& name, const AnswerScore& actual, const Tensors& golden, const std::string& prefix,
    std::size_t row, bool capped, Gap& gap)
{
    if (!capped)
        gap.add(name + " difference", actual.difference(), numberAt(golden.at(prefix + "logit_difference"), row));
    if (!golden.contains(prefix + "logits"))
        return;
    const at::Tensor logits = golden.at(prefix + "logits").to(at::kDouble).select(0, static_cast<std::int64_t>(row));
    const auto logit = [&](const char* side) { return logits[idAt(golden.at(side), row)].item<double>(); };
    gap.add(name + " correct", actual.correctMean(), logit("correct"));
    gap.add(name + " incorrect", actual.incorrectMean(), logit("incorrect"));
    gap.add(name + " loss", actual.loss, logits.logsumexp(0).item<double>() - logit("correct"));
    QCOMPARE(actual.prediction, logits.argmax().item<std::int64_t>());
    gap.add(name + " prediction", actual.predictionLogit, logits.max().item<double>());
}

Ablation ablationOf(const nlohmann::json& entry)
{
    Ablation ablation;
    for (const auto& head : entry.at("heads")) {
        const std::vector<HeadPlace> read = readHeads(head.get<std::string>(), "golden");
        ablation.heads.push_back(read.front());
    }
    const std::string method = entry.at("method").get<std::string>();
    ablation.method = method == "patch" ? AblationMethod::CrossRun : *unspell<AblationMethod>(method);
    return ablation;
}

/// Prompts of token ids for a model without tokenizer.
PromptSet randomPrompts(std::int64_t vocabulary)
{
    std::mt19937 random(7);
    const auto id = [&] { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(vocabulary)); };
    PromptSet set{.name = "random", .source = {}, .examples = {}};
    for (const int length : {7, 4, 5}) {
        PromptExample example{.where = "random"};
        for (int i = 0; i < length; ++i)
            example.promptIds.push_back(id());
        example.correct = {{.id = id()}, {.id = id()}};
        example.incorrect = {{.id = id()}};
        set.examples.push_back(example);
    }
    return set;
}

} // namespace

class TestAttribution : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTransformerLens_data() { addRows("attribution", 56); }

    void equalsTransformerLens()
    {
        QFETCH(QString, path);
        const auto metadata = SafetensorsFile::open(path.toStdString()).metadata();
        const Tensors golden = readAll(path.toStdString());
        const bool capped = metadata.at("model").starts_with("gemma2");
        const bool attributed = golden.contains("attribution.sum");
        const auto ablations = nlohmann::json::parse(metadata.at("ablations"));
        QCOMPARE(ablations.size(), std::size_t(6));
        for (const InspectionRequest& run : runsFor(metadata)) {
            Gap gap;
            LogitDifferenceRequest request{.runs = {run}, .prompts = promptsOf(golden), .batch = 2};
            for (std::size_t i = 0; i < ablations.size(); ++i) {
                request.attribution = attributed && i == 0;
                request.ablation = ablationOf(ablations[i]);
                const auto result = engine_.readAnswers(request);
                const std::vector<ExampleResult>& examples = result->runs.front().examples;
                for (std::size_t row = 0; row < examples.size(); ++row) {
                    QCOMPARE(
                        examples[row].position, static_cast<std::size_t>(idAt(golden.at("answer_positions"), row)));
                    if (i == 0)
                        compareScore("plain", examples[row].score, golden, "", row, capped, gap);
                    if (request.attribution)
                        compareAttribution(*examples[row].attribution, golden, row, gap);
                    const std::string prefix = "ablation." + std::to_string(i) + ".";
                    compareScore(prefix, *examples[row].ablated, golden, prefix, row, capped, gap);
                }
            }
            QVERIFY(gap.compared >= 30);
            QVERIFY2(gap.worst <= limit,
                qPrintable(QStringLiteral("%1 %2: %3 (%4)")
                               .arg(QLatin1String(spell(run.backend).data()))
                               .arg(QLatin1String(spell(run.attention).data()))
                               .arg(QString::fromStdString(gap.where))
                               .arg(gap.worst)));
            worst_ = std::max(worst_, gap.worst);
        }
    }

    void partsAddUp_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        QTest::addColumn<bool>("compat");
        QStringList models
            = QDir(QString::fromStdString(folder("models"))).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        models << QStringLiteral("demo-gpt2") << QStringLiteral("demo-rotary");
        int families = 0;
        for (const QString& model : models) {
            if (model.startsWith(QLatin1String("bert")))
                continue;
            ++families;
            for (const Backend backend : {Backend::Native, Backend::Tapped, Backend::Bridge, Backend::Hooked})
                QTest::addRow("%s %s", qPrintable(model), spell(backend).data())
                    << model << static_cast<int>(backend) << false;
            QTest::addRow("%s compat", qPrintable(model)) << model << static_cast<int>(Backend::Bridge) << true;
        }
        QVERIFY(families >= 23);
    }

    void partsAddUp()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        QFETCH(bool, compat);
        const std::string location = modelLocation(model.toStdString());
        InspectionRequest run{.model = location,
            .backend = static_cast<Backend>(backend),
            .bridgeMode = compat ? BridgeMode::Compat : BridgeMode::Plain,
            .attention = AttentionKind::Auto,
            .threads = 1};
        const auto result = engine_.readAnswers({.runs = {run},
            .prompts = randomPrompts(describeModel(location)->config().vocabulary),
            .batch = 2,
            .attribution = true});
        double largest = 0;
        for (const ExampleResult& example : result->runs.front().examples) {
            const Attribution& parts = *example.attribution;
            QVERIFY2(std::abs(parts.remainder()) < limit, qPrintable(QString::number(parts.remainder())));
            QVERIFY(std::abs(parts.logitDifference) > 1e-3);
            for (const double head : parts.heads)
                largest = std::max(largest, std::abs(head));
            double sum = 0;
            for (const AttributionTerm& term : termsOf(parts))
                sum += term.value;
            QVERIFY(std::abs(sum - parts.sum()) < 1e-9);
            const double cap = describeModel(location)->config().logitCap;
            QVERIFY(cap > 0 || std::abs(parts.logitDifference - example.score.difference()) < 1e-6);
        }
        QVERIFY2(largest > 1e-3, qPrintable(QString::number(largest)));
    }

    /// Half precision rounds the residual; the remainder says by how much.
    void theRemainderTellsOfRounding()
    {
        for (const DType dtype : {DType::Float64, DType::BFloat16}) {
            const auto result = engine_.readAnswers({.runs = {{.model = "demo-gpt2", .dtype = dtype, .threads = 1}},
                .prompts = readPromptSet("ioi"),
                .attribution = true});
            double worst = 0;
            for (const ExampleResult& example : result->runs.front().examples)
                worst = std::max(worst, std::abs(example.attribution->remainder()));
            QVERIFY2(dtype == DType::Float64 ? worst < 1e-10 : worst > 1e-4 && worst < 1,
                qPrintable(QString::number(worst)));
        }
    }

    void meansAreOverExamples()
    {
        const auto result = engine_.readAnswers(
            {.runs = {{.model = "demo-gpt2", .threads = 1}}, .prompts = readPromptSet("ioi"), .attribution = true});
        std::vector<const Attribution*> all;
        double head = 0, embedding = 0;
        for (const ExampleResult& example : result->runs.front().examples) {
            all.push_back(&*example.attribution);
            head += example.attribution->heads[7];
            embedding += *example.attribution->positionEmbedding;
        }
        const Attribution mean = meanOf(all);
        QVERIFY(std::abs(mean.heads[7] - head / 20) < 1e-12);
        QVERIFY(std::abs(*mean.positionEmbedding - embedding / 20) < 1e-12);
        QVERIFY(std::abs(mean.logitDifference - result->runs.front().summary().meanDifference) < 1e-6);
        QVERIFY(std::abs(mean.remainder()) < limit);
    }

    void encodersAreRefused()
    {
        QByteArray message;
        try {
            engine_.readAnswers({.runs = {{.model = modelLocation("bert-mlm")}},
                .prompts = randomPrompts(20),
                .answerIndex = 1,
                .attribution = true});
        } catch (const Error& e) {
            message = e.what();
        }
        QVERIFY2(message.startsWith("--attribution: expected a decoder, found bert"), message);
    }

    void cleanupTestCase() { qInfo("largest difference from TransformerLens: %.3g", worst_); }

private:
    BlockingEngine engine_;
    double worst_ = 0;
};

QTEST_GUILESS_MAIN(TestAttribution)
#include "tst_attribution.moc"
