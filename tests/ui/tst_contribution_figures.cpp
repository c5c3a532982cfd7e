// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of contributions and of heads cut in the window: against the engine asked directly, and against what
// TransformerLens makes of the same prompts.
#include "app/blocking_engine.h"
#include "core/io/safetensors.h"
#include "tests/ui/contributions_window.h"
#include "ui/models/next_token_model.h"
#include "ui/text/answer_text.h"
#include "ui/text/labels.h"

#include <QFile>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace headscope;
using namespace headscope::test;

namespace {

constexpr double limit = 1e-4;

/// float32 tensors of a golden file.
class Golden {
public:
    explicit Golden(const char* name)
        : file_(SafetensorsFile::open(std::string(HEADSCOPE_TEST_DATA "/attribution/") + name + ".safetensors"))
    {
    }
    std::vector<double> values(const std::string& name) const
    {
        const StoredTensor* tensor = file_.find(name);
        Q_ASSERT(tensor && tensor->type == StoredType::Float32);
        std::vector<float> plain(tensor->bytes.size() / sizeof(float));
        std::memcpy(plain.data(), tensor->bytes.data(), tensor->bytes.size());
        return {plain.begin(), plain.end()};
    }
    /// One prompt's logits over the vocabulary.
    std::vector<double> logits(const std::string& name, std::size_t prompt) const
    {
        const auto all = values(name);
        const auto vocabulary = static_cast<std::ptrdiff_t>(all.size() / prompts.size());
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(prompt) * vocabulary;
        return {from, from + vocabulary};
    }

private:
    SafetensorsFile file_;
};

} // namespace

class TestContributionFigures : public ContributionsWindow {
    Q_OBJECT

    void clickCell(Cell cell)
    {
        auto& heatmap = window_->inspector().heatmap();
        const QPoint place = heatmap.cellRect(cell).center().toPoint();
        auto* plot = heatmap.childAt(place);
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->mapFrom(&heatmap, place));
    }
    /// What the table should say of a prompt's logits.
    void compareScores(AblationModel::Column column, const std::vector<double>& logits, std::size_t a, std::size_t b)
    {
        double sum = 0;
        for (const double each : logits)
            sum += std::exp(each);
        const auto rank = [&](std::size_t id) {
            return 1 + std::count_if(logits.begin(), logits.end(), [&](double each) { return each > logits[id]; });
        };
        const auto close = [&](AblationModel::Row row, double wanted, double tolerance) {
            const double actual = score(row, column).toDouble();
            QVERIFY2(std::abs(actual - wanted) <= tolerance + 5e-5,
                qPrintable(u"row %1: %2 instead of %3"_s.arg(row).arg(actual).arg(wanted)));
        };
        close(AblationModel::LogitARow, logits[a], limit);
        close(AblationModel::LogitBRow, logits[b], limit);
        close(AblationModel::DifferenceRow, logits[a] - logits[b], limit);
        close(AblationModel::ProbabilityARow, std::exp(logits[a]) / sum, limit);
        close(AblationModel::ProbabilityBRow, std::exp(logits[b]) / sum, limit);
        QCOMPARE(score(AblationModel::RankARow, column).toLongLong(), rank(a));
        QCOMPARE(score(AblationModel::RankBRow, column).toLongLong(), rank(b));
    }
    static void near(double actual, double wanted, const QString& what)
    {
        QVERIFY2(
            std::abs(actual - wanted) <= limit, qPrintable(what + u": %1 instead of %2"_s.arg(actual).arg(wanted)));
    }

private Q_SLOTS:
    void initTestCase() { openSettings(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void contributionsAreThoseOfTransformerLens()
    {
        const Golden golden("demo-gpt2_hooked-fold_ln_left");
        open(goldenRun());
        type(u"answerA"_s, u" Mary"_s);
        type(u"answerB"_s, u" John"_s);
        press(Qt::Key_F8);
        QCOMPARE(window_->size(), QSize(1280, 800));
        QCOMPARE(message(), QString());
        const auto heads = golden.values("attribution.heads"); // [L, H, B]
        const std::size_t count = example().attribution->headsPerLayer, batch = prompts.size();
        QCOMPARE(heads.size(), example().attribution->heads.size() * batch);
        for (std::size_t at = 0; at < example().attribution->heads.size(); ++at) {
            const QString name = headText({LayerId{at / count}, HeadId{at % count}});
            near(example().attribution->heads[at], heads[at * batch], name);
            QCOMPARE(shownValue(name), logitsText(example().attribution->heads[at]));
        }
        const auto mlps = golden.values("attribution.mlp_out");
        near(shownValue(u"L2 MLP"_s).toDouble(), mlps[2 * batch], u"L2 MLP"_s);
        near(shownValue(u"Embedding"_s).toDouble(), golden.values("attribution.embed")[0], u"embedding"_s);
        near(shownValue(u"Positions"_s).toDouble(), golden.values("attribution.pos_embed")[0], u"position"_s);
        const double difference = golden.values("logit_difference")[0];
        near(example().attribution->sum(), difference, u"sum"_s);
        const QString sum = find<QLabel>(u"contributionsSum"_s)->text();
        QCOMPARE(sum, u"Logit A − B: %1 = sum of parts %1"_s.arg(logitsText(difference)));
        compareScores(AblationModel::BeforeColumn, golden.logits("logits", 0), idOf(true), idOf(false));
        QVERIFY(find<QLabel>(u"contributionsDifference"_s)->text().contains(u"“·Mary” (%1)"_s.arg(idOf(true))));

        // Another prompt of the batch.
        auto* sequences = find<QComboBox>(u"sequenceBox"_s);
        sequences->setFocus();
        QTest::keyClick(sequences, Qt::Key_Down);
        QTest::keyClick(sequences, Qt::Key_Down);
        QCOMPARE(window_->inspector().sequence().value, std::size_t{2});
        QVERIFY(find<QLabel>(u"contributionsStale"_s)->isVisible());
        type(u"answerB"_s, u" Tom"_s);
        press(Qt::Key_F8);
        QVERIFY(!find<QLabel>(u"contributionsStale"_s)->isVisible());
        for (std::size_t at = 0; at < example(2).attribution->heads.size(); ++at)
            near(shownValue(headText({LayerId{at / count}, HeadId{at % count}})).toDouble(), heads[at * batch + 2],
                u"prompt 2, head %1"_s.arg(at));
    }

    void figuresAreThoseOfLogitDiff_data()
    {
        QTest::addColumn<int>("backend");
        for (const Backend backend : {Backend::Native, Backend::Bridge, Backend::Hooked})
            QTest::newRow(spell(backend).data()) << static_cast<int>(backend);
    }

    /// The engine as the command asks it, reading the same prompts from a file.
    void figuresAreThoseOfLogitDiff()
    {
        QFETCH(int, backend);
        auto run = MainWindow::defaultRequest();
        run.model = "demo-gpt2";
        run.prompts = {prompts[0]};
        run.backend = static_cast<Backend>(backend);
        open(run);
        type(u"answerA"_s, u" Mary"_s);
        type(u"answerB"_s, u" John"_s);
        window_->inspector().selection().choose({LayerId{1}, HeadId{2}});
        find<QComboBox>(u"ablationMethod"_s)->setCurrentIndex(1);
        press(Qt::Key_F9);
        QCOMPARE(message(), QString());

        QTemporaryDir dir;
        QFile file(dir.filePath(u"one.jsonl"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"prompt\": \"" + QByteArray::fromStdString(prompts[0])
            + "\", \"correct\": \" Mary\", \"incorrect\": \" John\"}\n");
        file.close();
        run.prompts.clear();
        BlockingEngine engine;
        const auto wanted = engine.readAnswers({.runs = {run},
            .prompts = readPromptSet(file.fileName().toStdString()),
            .attribution = true,
            .ablation = {.heads = readHeads("1.2", "test"), .method = AblationMethod::Mean}});
        const ExampleResult& there = wanted->runs.front().examples.front();
        QVERIFY(std::abs(there.score.difference() - there.ablated->difference()) > 0.01); // the head does something
        QCOMPARE(
            score(AblationModel::DifferenceRow, AblationModel::BeforeColumn), logitsText(there.score.difference()));
        QCOMPARE(
            score(AblationModel::DifferenceRow, AblationModel::AfterColumn), logitsText(there.ablated->difference()));
        QCOMPARE(score(AblationModel::DifferenceRow, AblationModel::ChangeColumn),
            logitsText(there.ablated->difference() - there.score.difference()));
        QCOMPARE(score(AblationModel::TopRow, AblationModel::AfterColumn), text(there.ablated->predictionLabel));
        const auto terms = termsOf(*there.attribution);
        QCOMPARE(parts()->model()->rowCount(), static_cast<int>(terms.size()));
        for (const AttributionTerm& term : terms)
            QCOMPARE(shownValue(partText(term)), logitsText(term.value));
        QCOMPARE(window_->contributions().result()->runs.front().header.tokens[0].size(),
            window_->inspector().capture()->header().length());
    }

    void picksAreCut_data()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<QString>("golden");
        QTest::newRow("zero") << 0 << u"ablation.3.logits"_s;
        QTest::newRow("mean") << 1 << u"ablation.4.logits"_s;
        QTest::newRow("another prompt") << 2 << u"ablation.5.logits"_s;
    }

    /// Two heads of different layers, picked in the grid.
    void picksAreCut()
    {
        QFETCH(int, method);
        QFETCH(QString, golden);
        const Golden file("demo-gpt2_hooked-none_left");
        open(goldenRun());
        QTest::keyClick(window_.get(), Qt::Key_F8); // shows the dock
        QVERIFY(settled());
        type(u"answerA"_s, u" Mary"_s);
        type(u"answerB"_s, u" John"_s);
        pick(0, 1);
        pick(1, 2);
        QCOMPARE(find<QLabel>(u"cutHeads"_s)->text(), u"Heads: L0 H1, L1 H2"_s);
        auto* box = find<QComboBox>(u"ablationMethod"_s);
        box->setFocus();
        for (int step = 0; step < method; ++step)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(find<QLineEdit>(u"otherPrompt"_s)->isVisible(), method == 2);
        if (method == 2)
            type(u"otherPrompt"_s, otherPrompt);
        QTest::mouseClick(find<QPushButton>(u"cutButton"_s), Qt::LeftButton);
        QVERIFY(settled());
        QCOMPARE(message(), QString());
        compareScores(AblationModel::BeforeColumn, file.logits("logits", 0), idOf(true), idOf(false));
        compareScores(AblationModel::AfterColumn, file.logits(golden.toStdString(), 0), idOf(true), idOf(false));
        QVERIFY(std::abs(score(AblationModel::DifferenceRow, AblationModel::ChangeColumn).toDouble()) > 0.01);
        QVERIFY(find<QLabel>(u"cutHeading"_s)->text().startsWith(u"Cut: L0 H1, L1 H2 ("_s));
        // It stays beside the contributions of the same question, and goes when it is told to.
        press(Qt::Key_F8);
        QVERIFY(!score(AblationModel::DifferenceRow, AblationModel::AfterColumn).isEmpty());
        QTest::mouseClick(find<QPushButton>(u"clearCutButton"_s), Qt::LeftButton);
        QVERIFY(score(AblationModel::DifferenceRow, AblationModel::AfterColumn).isEmpty());
        QVERIFY(!score(AblationModel::DifferenceRow, AblationModel::BeforeColumn).isEmpty());
        QVERIFY(!find<QLabel>(u"cutHeading"_s)->isVisible());
    }

    /// Of the last prompt, which is padded on the left; another prompt has padding at that position.
    void theAnswerIsReadWhereTheUserLooks()
    {
        auto run = goldenRun();
        std::swap(run.prompts.front(), run.prompts.back());
        open(run);
        find<QComboBox>(u"sequenceBox"_s)->setCurrentIndex(3); // the longest
        QVERIFY(settled());
        clickCell({2, 1});
        QCOMPARE(window_->inspector().position().value, std::size_t{2});
        press(Qt::Key_F8);
        QCOMPARE(message(), QString());
        QCOMPARE(example(3).position, std::size_t{2});
        QVERIFY(find<QLabel>(u"contributionsPlace"_s)->text().contains(u"q[2]"_s));
        const auto* next = find<QTableView>(u"nextTokenTable"_s)->model();
        near(score(AblationModel::LogitARow, AblationModel::BeforeColumn).toDouble(),
            next->index(0, NextTokenModel::LogitColumn).data(NextTokenModel::SortRole).toDouble(), u"logit"_s);
        // Another position: the figures are told to be of another question.
        clickCell({5, 1});
        QVERIFY(settled());
        QVERIFY(find<QLabel>(u"contributionsStale"_s)->isVisible());
        find<QComboBox>(u"sequenceBox"_s)->setCurrentIndex(0);
        QVERIFY(settled());
        clickCell({0, 0});
        press(Qt::Key_F8);
        QVERIFY2(
            message().startsWith(u"Expected a position with a token, found padding at q[0]"_s), qPrintable(message()));
    }

    void answersAreTheTwoMostLikelyTokensByDefault()
    {
        open(goldenRun());
        press(Qt::Key_F8);
        const auto* next = find<QTableView>(u"nextTokenTable"_s)->model();
        const auto token = [&](int row, int column) { return next->index(row, column).data(); };
        QCOMPARE(find<QLineEdit>(u"answerA"_s)->placeholderText(), token(0, NextTokenModel::TokenColumn).toString());
        QCOMPARE(find<QLineEdit>(u"answerB"_s)->placeholderText(), token(1, NextTokenModel::TokenColumn).toString());
        QCOMPARE(static_cast<qlonglong>(idOf(true)), token(0, NextTokenModel::IdColumn).toLongLong());
        QCOMPARE(static_cast<qlonglong>(idOf(false)), token(1, NextTokenModel::IdColumn).toLongLong());
        QCOMPARE(score(AblationModel::RankARow, AblationModel::BeforeColumn), u"1"_s);
        QCOMPARE(score(AblationModel::RankBRow, AblationModel::BeforeColumn), u"2"_s);
    }
};

QTEST_MAIN(TestContributionFigures)
#include "tst_contribution_figures.moc"
