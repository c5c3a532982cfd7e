// SPDX-License-Identifier: GPL-3.0-or-later
// Interpretune's direction intervention: a vector added at unembed.hook_in.
#include "core/engine/loaded_model.h"
#include "core/io/safetensors_writer.h"
#include "tests/core/answer_runs.h"

using namespace headscope;
using namespace headscope::answers;

namespace {

/// The unit vector from the second answer's embedding to the first's, times `length`, as a file.
std::string directionFile(const QTemporaryDir& dir, const std::string& model, double length, std::int64_t to,
    std::int64_t from, std::vector<double>& vector)
{
    const auto description = describeModel(model);
    const LoadedModel loaded(description, recipeFor(policiesFor({.model = model}, description->config())), Placement{});
    const at::Tensor rows = loaded.weights().unembed.weight; // tied, [V, D]
    at::Tensor direction = at::sub(rows[to], rows[from]);
    direction = at::mul(at::div(direction, direction.norm()), length).contiguous();
    const at::Tensor wide = direction.to(at::kDouble);
    vector.assign(wide.const_data_ptr<double>(), wide.const_data_ptr<double>() + wide.numel());
    const std::string path = dir.filePath(QStringLiteral("direction-%1.safetensors").arg(length)).toStdString();
    const std::vector<StoredTensor> tensors{{"direction", StoredType::Float32, direction.sizes().vec(),
        std::as_bytes(std::span(direction.const_data_ptr<float>(), static_cast<std::size_t>(direction.numel())))}};
    writeSafetensors(path, tensors, {});
    return path;
}

std::vector<double> differencesOf(const LogitDifferenceRun& run)
{
    std::vector<double> all;
    for (const ExampleResult& example : run.examples)
        all.push_back(example.score.difference());
    return all;
}

} // namespace

class TestDirectionIntervention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Interpretune: a direction added at unembed.hook_in moves every backend alike, in proportion, and does move it.
    void directionIntervention_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("demo-gpt2") << QStringLiteral("demo-gpt2");
        QTest::newRow("demo-rotary") << QStringLiteral("demo-rotary");
    }

    void directionIntervention()
    {
        QFETCH(QString, model);
        const std::string name = model.toStdString();
        const QTemporaryDir dir;
        LogitDifferenceRequest request{.runs = fourBackends(name), .prompts = readPromptSet("ioi")};
        const auto answers = engine_.readAnswers(request)->answers;
        request.runs.erase(request.runs.begin()); // native only observes; tapped computes the same
        const std::int64_t to = answers[0].correctIds.front(), from = answers[0].incorrectIds.front();
        std::vector<double> unit, larger;
        const std::string one = directionFile(dir, name, 1, to, from, unit);
        const std::string five = directionFile(dir, name, 5, to, from, larger);
        const auto with = [&](const std::string& file) {
            LogitDifferenceRequest edited = request;
            for (InspectionRequest& run : edited.runs)
                run.edits = {{.hook = "unembed.hook_in",
                    .operation = Edit::Operation::Add,
                    .source = file,
                    .tensor = "direction"}};
            return engine_.readAnswers(edited);
        };
        const auto before = engine_.readAnswers(request), after = with(one), far = with(five);
        for (std::size_t run = 0; run < request.runs.size(); ++run) {
            QVERIFY(distance(before->runs[run], before->runs[0]) <= limit);
            QVERIFY(distance(after->runs[run], after->runs[0]) <= limit);
            const auto pre = differencesOf(before->runs[run]), post = differencesOf(after->runs[run]),
                       post5 = differencesOf(far->runs[run]);
            for (std::size_t i = 0; i < pre.size(); ++i) {
                QVERIFY(std::abs(post[i] - pre[i]) > 1e-6);
                QVERIFY(std::abs((post5[i] - pre[i]) - 5 * (post[i] - pre[i])) <= 1e-3);
            }
            QVERIFY(std::abs(after->runs[run].examples[0].score.correctMean()
                        - before->runs[run].examples[0].score.correctMean())
                > 1e-3);
        }
        // By how much: the direction times the difference of the answers' rows.
        const auto description = describeModel(name);
        const LoadedModel loaded(
            description, recipeFor(policiesFor({.model = name}, description->config())), Placement{});
        const at::Tensor rows = loaded.weights().unembed.weight.to(at::kDouble);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const at::Tensor gap
                = at::sub(rows[answers[i].correctIds[0]], rows[answers[i].incorrectIds[0]]).contiguous();
            double expected = 0;
            for (std::size_t d = 0; d < unit.size(); ++d)
                expected += unit[d] * gap.const_data_ptr<double>()[d];
            const double moved
                = after->runs[0].examples[i].score.difference() - before->runs[0].examples[i].score.difference();
            QVERIFY2(std::abs(moved - expected) <= limit, qPrintable(QString::number(moved - expected)));
        }
    }

private:
    BlockingEngine engine_;
};

QTEST_GUILESS_MAIN(TestDirectionIntervention)
#include "tst_direction_intervention.moc"
