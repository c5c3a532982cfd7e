// SPDX-License-Identifier: GPL-3.0-or-later
// What a run says of every position, against the logits that transformers told (tests/oracle/make_native_golden.py).
#include "core/engine/tensor_capture.h"
#include "core/error.h"
#include "tests/core/golden_run.h"
#include "tests/core/seed_run.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace headscope;

class TestPredictions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalTransformers_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("model");
        for (const char* model : {"demo-gpt2", "demo-rotary", "gemma2-caps", "llama-gqa"})
            for (const char* form : {"single", "left"})
                QTest::addRow("%s %s", model, form) << QLatin1StringView(model) + QLatin1Char('_')
                        + QLatin1StringView(form) << QString(QLatin1StringView(model));
    }

    /// Lazily, from what the unembedding reads; eagerly, from kept logits.
    void equalTransformers()
    {
        QFETCH(QString, file);
        QFETCH(QString, model);
        const std::string path = golden::folder("golden") + "/" + file.toStdString() + ".safetensors";
        const auto expected = golden::readAll(path);
        const at::Tensor logits = expected.at("logits").to(at::kDouble);
        for (const bool keep : {false, true}) {
            const auto capture = engine_.run({.model = golden::modelLocation(model.toStdString()),
                .inputs = path,
                .attention = keep ? AttentionKind::Eager : AttentionKind::Auto,
                .keepLogits = keep,
                .threads = 1});
            for (std::size_t row = 0; row < capture->header().sequences(); ++row)
                compare(*capture, row, logits[static_cast<std::int64_t>(row)]);
        }
    }

    void refusesWhatIsNotThere()
    {
        const auto capture = engine_.run({.model = "demo-gpt2", .prompts = {"One two three"}, .threads = 1});
        const std::size_t length = capture->header().length();
        for (const auto& [sequence, range] : {std::pair{std::size_t{1}, Range{0, 1}},
                 {std::size_t{0}, Range{0, length + 1}}, {std::size_t{0}, Range{1, 1}}})
            QVERIFY_THROWS_EXCEPTION(Error, fetchPredictions(*capture, {sequence}, range));
    }

private:
    static void compare(const Capture& capture, std::size_t row, const at::Tensor& logits)
    {
        const auto& tokens = capture.header().tokens[row];
        const auto all = fetchPredictions(capture, {row}, {0, tokens.size()});
        QCOMPARE(all->of.size(), tokens.size());
        const auto some = fetchPredictions(capture, {row}, {1, tokens.size()});
        for (std::size_t position = 0; position < tokens.size(); ++position) {
            const Prediction& found = all->of[position];
            QCOMPARE(found.position.value, position);
            const at::Tensor line = logits[static_cast<std::int64_t>(position)].contiguous();
            const std::vector<double> values(
                line.const_data_ptr<double>(), line.const_data_ptr<double>() + line.numel());
            const auto best = std::max_element(values.begin(), values.end());
            const double norm = std::log(std::accumulate(values.begin(), values.end(), 0.0,
                                    [&](double sum, double value) { return sum + std::exp(value - *best); }))
                + *best;
            const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-4; };
            if (!tokens[position].padding) { // rows of padding may tie
                QCOMPARE(found.best.id, static_cast<std::int64_t>(best - values.begin()));
                QVERIFY(near(found.best.logit, *best));
                QVERIFY(near(found.best.probability, std::exp(*best - norm)));
            }
            const bool told
                = position + 1 < tokens.size() && !tokens[position].padding && !tokens[position + 1].padding;
            QCOMPARE(found.actual.has_value(), told);
            if (!told)
                continue;
            const auto next = static_cast<std::size_t>(tokens[position + 1].id);
            QCOMPARE(found.actual->id, tokens[position + 1].id);
            QVERIFY(near(found.actual->logit, values[next]));
            QVERIFY(near(found.actual->probability, std::exp(values[next] - norm)));
            QCOMPARE(found.actualRank, std::size_t(1 + std::count_if(values.begin(), values.end(), [&](double v) {
                return v > values[next];
            })));
            if (position > 0)
                QCOMPARE(some->of[position - 1].actual->logit, found.actual->logit);
        }
    }

    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestPredictions)
#include "tst_predictions.moc"
