// SPDX-License-Identifier: GPL-3.0-or-later
// Contributions and scores of answers as tables, and the bar of a contribution.
#include "ui/models/ablation_model.h"
#include "ui/models/contribution_delegate.h"
#include "ui/models/contribution_model.h"
#include "ui/text/answer_text.h"
#include "ui/text/difference_text.h"
#include "ui/views/colour_scale.h"

#include <QAbstractItemModelTester>
#include <QPainter>
#include <QTest>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

Attribution sample()
{
    return {.embedding = 0.5,
        .positionEmbedding = -0.25,
        .headsPerLayer = 2,
        .heads = {1, -2, 0.00001, std::numeric_limits<double>::quiet_NaN()},
        .attentionBiases = {0.125, 0},
        .mlps = {0.75, -1},
        .finalNormBias = 0.0625,
        .unembeddingBias = 0.5,
        .logitDifference = 3};
}

AnswerScore score(double a, double b, double loss, std::int64_t top, const char* label)
{
    return {.correct = {a},
        .incorrect = {b},
        .loss = loss,
        .prediction = top,
        .predictionLogit = 9,
        .predictionLabel = label,
        .correctRank = 2,
        .incorrectRank = 11};
}

} // namespace

class TestContributionModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPartHasALine()
    {
        ContributionModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        model.setAttribution(sample());
        QStringList lines;
        for (int row = 0; row < model.rowCount(); ++row)
            lines << model.index(row, ContributionModel::PartColumn).data().toString() + u' '
                    + model.index(row, ContributionModel::ValueColumn).data().toString();
        QCOMPARE(lines,
            (QStringList{u"Embedding +0.5000"_s, u"Positions -0.2500"_s, u"L0 H0 +1.0000"_s, u"L0 H1 -2.0000"_s,
                u"L0 bias +0.1250"_s, u"L0 MLP +0.7500"_s, u"L1 H0 0.0000"_s, u"L1 H1 NaN"_s, u"L1 bias 0.0000"_s,
                u"L1 MLP -1.0000"_s, u"Norm bias +0.0625"_s, u"Logit bias +0.5000"_s}));
        QVERIFY(model.headAt(3) == std::optional(HeadRef{LayerId{0}, HeadId{1}}));
        QVERIFY(!model.headAt(0) && !model.headAt(4) && !model.headAt(5));
        const auto share = [&](int row) {
            return model.index(row, ContributionModel::BarColumn).data(ContributionModel::ShareRole).toDouble();
        };
        QCOMPARE(share(3), -1.0);
        QCOMPARE(share(2), 0.5);
        QCOMPARE(model.index(3, ContributionModel::BarColumn).data(Qt::AccessibleTextRole).toString(),
            u"L0 H1 adds -2.0000 logits to A − B"_s);
        model.setAttribution(std::nullopt);
        QCOMPARE(model.rowCount(), 0);
    }

    void headsBecomeFiguresOfTheGrid()
    {
        const HeadFigures figures = headFigures(sample());
        QVERIFY(figures.measure == HeadMeasure::Contribution);
        QCOMPARE(figures.layers, std::size_t{2});
        QCOMPARE(figures.heads, std::size_t{2});
        QCOMPARE(*figures.at({LayerId{0}, HeadId{1}}), -2.0f);
        QVERIFY(std::isnan(*figures.at({LayerId{1}, HeadId{1}})));
        QCOMPARE(figures.top(), 2.0f);
    }

    void barsGrowFromTheMiddle_data()
    {
        QTest::addColumn<int>("row");
        QTest::addColumn<double>("share");
        QTest::newRow("for A") << 2 << 0.5;
        QTest::newRow("for B") << 3 << -1.0;
        QTest::newRow("nothing") << 8 << 0.0;
        QTest::newRow("NaN") << 7 << 0.0;
    }

    void barsGrowFromTheMiddle()
    {
        QFETCH(int, row);
        QFETCH(double, share);
        ContributionModel model;
        model.setAttribution(sample());
        QImage image(208, 20, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        QStyleOptionViewItem option;
        option.rect = image.rect();
        ContributionDelegate().paint(&painter, option, model.index(row, ContributionModel::BarColumn));
        painter.end();
        const ColourScale scale
            = ColourScale::forPalette(option.palette, 1, {Stage::Pattern, -1, 1, Quantity::Difference});
        const auto isBar = [&](int x) { return image.pixelColor(x, 10) == scale.at(x > 104 ? 0.8 : 0.2); };
        // 100 pixels a side between the margins.
        QCOMPARE(isBar(102), share < 0);
        QCOMPARE(isBar(6), share < -0.9);
        QCOMPARE(isBar(106), share > 0);
        QCOMPARE(isBar(152), share > 0);
        QVERIFY(!isBar(158)); // half a side and no more
    }

    void answersBeforeAndAfter()
    {
        AblationModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        const AnswerScore before = score(3, 1.5, std::log(4), 7, "·Mary");
        AnswerScore after = score(1, 2.25, std::log(8), 8, "<b>");
        after.correctRank = 9;
        const auto cell = [&](int row, int column) { return model.index(row, column).data().toString(); };
        model.setScores(before, std::nullopt);
        QCOMPARE(model.rowCount(), int(AblationModel::RowCount));
        QCOMPARE(cell(AblationModel::LogitARow, AblationModel::BeforeColumn), u"3.0000"_s);
        QCOMPARE(cell(AblationModel::LogitARow, AblationModel::AfterColumn), QString());
        QCOMPARE(cell(AblationModel::LogitARow, AblationModel::ChangeColumn), QString());
        model.setScores(before, after);
        const auto line = [&](int row) { return QStringList{cell(row, 1), cell(row, 2), cell(row, 3)}.join(u" | "_s); };
        QCOMPARE(line(AblationModel::DifferenceRow), u"+1.5000 | -1.2500 | -2.7500"_s);
        QCOMPARE(line(AblationModel::LogitBRow), u"1.5000 | 2.2500 | +0.7500"_s);
        QCOMPARE(line(AblationModel::ProbabilityARow), u"0.2500 | 0.1250 | -0.125"_s);
        QCOMPARE(line(AblationModel::ProbabilityBRow),
            u"%1 | %2 | %3"_s.arg(std::exp(-1.5) / 4, 0, 'f', 4)
                .arg(std::exp(1.25) / 8, 0, 'f', 4)
                .arg(signedDifferenceText(std::exp(1.25) / 8 - std::exp(-1.5) / 4)));
        QCOMPARE(line(AblationModel::RankARow), u"2 | 9 | +7"_s);
        QCOMPARE(line(AblationModel::RankBRow), u"11 | 11 | 0"_s);
        QVERIFY(line(AblationModel::TopRow).endsWith(u"| another"_s));
        after.prediction = 7;
        model.setScores(before, after);
        QVERIFY(line(AblationModel::TopRow).endsWith(u"| same"_s));
    }

    void answersOfSeveralTokensAreNoted()
    {
        ExampleAnswers answers{.correct = {{.text = " Mary Ann", .ids = {5, 6}, .labels = {"·Mary", "·Ann"}}},
            .incorrect = {{.text = " John", .ids = {7}, .labels = {"·John"}}},
            .correctIds = {5},
            .incorrectIds = {7},
            .notes = {}};
        const QStringList notes = answerNotes(answers);
        QCOMPARE(notes.size(), 1);
        QVERIFY(notes[0].startsWith(u"Answer A is 2 tokens, of which the first one is read: "_s));
        QVERIFY(notes[0].contains(u"·Mary"_s) && notes[0].contains(u"(6)"_s));
        answers.correct = answers.incorrect;
        answers.correctIds = {7};
        QVERIFY(answerNotes(answers).value(0).startsWith(u"Answers A and B are the same token"_s));
    }
};

QTEST_MAIN(TestContributionModels)
#include "tst_contribution_models.moc"
