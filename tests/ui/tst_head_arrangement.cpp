// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/likeness_feed.h"
#include "ui/models/head_arrangement.h"
#include "ui/text/score_text.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

HeadRef ref(std::size_t layer, std::size_t head) { return {LayerId{layer}, HeadId{head}}; }
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

LayerScores layer(std::size_t number, std::vector<double> entropies)
{
    LayerScores scores;
    scores.layer = {number};
    for (const double entropy : entropies)
        scores.heads.push_back({.rows = 4,
            .entropy = entropy,
            .firstToken = 1 - entropy / 10,
            .previousToken = entropy / 100,
            .duplicateToken = 0.5,
            .induction = entropy / 20});
    return scores;
}

std::shared_ptr<const CellCodes> pattern(std::size_t side, const std::vector<float>& values)
{
    PatternTile tile;
    tile.height = tile.width = side;
    tile.values = values;
    tile.kinds.assign(values.size(), CellKind::Allowed);
    for (std::size_t row = 0; row < side; ++row)
        for (std::size_t column = row + 1; column < side; ++column)
            tile.kinds[row * side + column] = CellKind::Masked;
    return std::make_shared<const CellCodes>(encode(tile));
}

} // namespace

class TestHeadArrangement : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void headsStandInModelOrderAtFirst()
    {
        HeadArrangement arrangement;
        QSignalSpy changed(&arrangement, &HeadArrangement::changed);
        arrangement.reset(2, 2);
        QCOMPARE(changed.count(), 1);
        QVERIFY(arrangement.shown() == (std::vector{ref(0, 0), ref(0, 1), ref(1, 0), ref(1, 1)}));
        QVERIFY(arrangement.placeOf(ref(1, 0)) == std::size_t{2});
        QVERIFY(!arrangement.placeOf(ref(2, 0)));
        arrangement.setScores(layer(0, {1, 2})); // of no account in model order
        QCOMPARE(changed.count(), 1);
        arrangement.setFilter({HeadFilter::Keep::AtLeast, 5});
        QCOMPARE(arrangement.shown().size(), std::size_t{4});
    }

    void theLargestStandsFirstAndWhatIsNotKnownLast()
    {
        HeadArrangement arrangement;
        arrangement.reset(3, 3);
        arrangement.setScores(layer(0, {1, notANumber, 3}));
        arrangement.setScores(layer(2, {3, 2, 0.5}));
        arrangement.setOrder(HeadOrder::Entropy, true);
        const std::vector largest{ref(0, 2), ref(2, 0), ref(2, 1), ref(0, 0), ref(2, 2), ref(0, 1), ref(1, 0),
            ref(1, 1), ref(1, 2)}; // equal ones in model order
        QVERIFY(arrangement.shown() == largest);
        QCOMPARE(arrangement.unknown(), std::size_t{3});
        QVERIFY(arrangement.placeOf(ref(2, 1)) == std::size_t{2});
        arrangement.setOrder(HeadOrder::Entropy, false);
        QVERIFY(arrangement.shown().front() == ref(2, 2));
        QVERIFY(arrangement.shown()[3] == ref(0, 2));
        QVERIFY(arrangement.shown()[5] == ref(0, 1)); // NaN is no number either way
        arrangement.setScores(layer(1, {0.1, 9, 9}));
        QVERIFY(arrangement.shown().front() == ref(1, 0));
        QCOMPARE(arrangement.unknown(), std::size_t{0});
        arrangement.setOrder(HeadOrder::Model, true);
        QVERIFY(arrangement.shown()[1] == ref(0, 1));
    }

    void everyOrderTakesItsFigure()
    {
        HeadArrangement arrangement;
        arrangement.reset(1, 2);
        arrangement.setScores(layer(0, {1, 2}));
        const std::pair<HeadOrder, double> figures[]{{HeadOrder::Entropy, 2}, {HeadOrder::FirstToken, 0.8},
            {HeadOrder::PreviousToken, 0.02}, {HeadOrder::DuplicateToken, 0.5}, {HeadOrder::Induction, 0.1}};
        for (const auto& [order, figure] : figures)
            QCOMPARE(arrangement.figureOf(ref(0, 1), order).value(), figure);
        QVERIFY(!arrangement.figureOf(ref(0, 1), HeadOrder::Model));
        QVERIFY(!arrangement.figureOf(ref(0, 1), HeadOrder::Difference));
    }

    void aBoundLeavesOutHeadsAndWhatHasNoFigure()
    {
        HeadArrangement arrangement;
        arrangement.reset(2, 3);
        arrangement.setScores(layer(0, {1, notANumber, 3}));
        arrangement.setOrder(HeadOrder::Entropy, true);
        QVERIFY(arrangement.range() == (std::pair{1.0, 3.0}));
        arrangement.setFilter({HeadFilter::Keep::AtLeast, 1});
        QVERIFY(arrangement.shown() == (std::vector{ref(0, 2), ref(0, 0)}));
        QVERIFY(!arrangement.placeOf(ref(0, 1)));
        arrangement.setFilter({HeadFilter::Keep::AtMost, 2});
        QVERIFY(arrangement.shown() == std::vector{ref(0, 0)});
        arrangement.setOrder(HeadOrder::Entropy, false); // another direction keeps the bound
        QCOMPARE(arrangement.shown().size(), std::size_t{1});
        arrangement.setOrder(HeadOrder::Induction, true); // another figure does not
        QCOMPARE(arrangement.shown().size(), std::size_t{6});
    }

    void differencesComeAndGo()
    {
        HeadArrangement arrangement;
        arrangement.reset(1, 3);
        QVERIFY(!arrangement.offers(HeadOrder::Difference));
        arrangement.setOrder(HeadOrder::Difference, true);
        QVERIFY(arrangement.isModelOrder());
        HeadFigures differences(1, 3);
        differences.at(ref(0, 1)) = 0.5f;
        differences.at(ref(0, 2)) = 0.75f;
        arrangement.setFigures(HeadMeasure::Difference, differences);
        arrangement.setOrder(HeadOrder::Difference, true);
        QVERIFY(arrangement.shown() == (std::vector{ref(0, 2), ref(0, 1), ref(0, 0)}));
        arrangement.setFigures(HeadMeasure::Difference, HeadFigures(2, 3));
        QVERIFY(arrangement.isModelOrder());
        QVERIFY(arrangement.shown().front() == ref(0, 0));
        HeadFigures contributions(1, 3, HeadMeasure::Contribution);
        contributions.at(ref(0, 0)) = -2.0f;
        contributions.at(ref(0, 1)) = 0.5f;
        arrangement.setFigures(HeadMeasure::Contribution, contributions);
        QVERIFY(!arrangement.offers(HeadOrder::Difference));
        arrangement.setOrder(HeadOrder::Contribution, false);
        QVERIFY(arrangement.shown() == (std::vector{ref(0, 0), ref(0, 1), ref(0, 2)}));
        arrangement.reset(1, 3); // of the same shape: they are told anew when they hold no more
        QVERIFY(arrangement.order() == HeadOrder::Contribution);
        arrangement.reset(2, 3);
        QVERIFY(arrangement.isModelOrder());
    }

    void aNewRunKeepsTheOrderAndForgetsTheFigures()
    {
        HeadArrangement arrangement;
        arrangement.reset(1, 2);
        arrangement.setScores(layer(0, {1, 2}));
        arrangement.setOrder(HeadOrder::Entropy, true);
        QVERIFY(arrangement.shown().front() == ref(0, 1));
        arrangement.reset(1, 2);
        QVERIFY(arrangement.order() == HeadOrder::Entropy);
        QCOMPARE(arrangement.unknown(), std::size_t{2});
        arrangement.setLikeness(ref(0, 1), {0.5f, 1.0f});
        QVERIFY(arrangement.order() == HeadOrder::Likeness);
        QVERIFY(arrangement.shown().front() == ref(0, 1));
        arrangement.setLikeness(ref(0, 0), {0.5f}); // of another shape
        QVERIFY(arrangement.likenessOf() == ref(0, 1));
        arrangement.reset(1, 2);
        QVERIFY(arrangement.isModelOrder());
        QVERIFY(!arrangement.offers(HeadOrder::Likeness));
    }

    void likenessIsTheCosineOfAllowedCells()
    {
        // In masked cells stands something that must not count.
        const SmallPatterns heads{pattern(2, {1, 9, 0.5f, 0.5f}), pattern(2, {1, 0, 0.5f, 0.5f}),
            pattern(2, {0, 0, 0, 1}), pattern(2, {0.5f, 3, 0, 0}), nullptr, pattern(2, {0, 0, 0, 0}),
            pattern(2, {1, 0, std::numeric_limits<float>::quiet_NaN(), 0}), pattern(1, {1})};
        const auto figures = likeness(heads, 0);
        QCOMPARE(figures.size(), heads.size());
        QVERIFY(std::abs(*figures[0] - 1) < 1e-6f && std::abs(*figures[1] - 1) < 1e-6f);
        QVERIFY(std::abs(*figures[2] - 0.5 / std::sqrt(1.5)) < 1e-4); // codes have 16 bits
        QVERIFY(std::abs(*figures[3] - 1 / std::sqrt(1.5)) < 1e-4);
        QVERIFY(!figures[4]); // not there
        QVERIFY(!figures[5]); // attends to nothing
        QVERIFY(std::isnan(*figures[6]));
        QVERIFY(!figures[7]); // of another size
        QVERIFY(!likeness(heads, 4)[0]);
    }

    void onlyTheLatestLikenessComes()
    {
        const SmallPatterns heads{pattern(1, {1}), pattern(1, {1})};
        LikenessFeed feed;
        QSignalSpy ready(&feed, &LikenessFeed::ready);
        feed.ask(heads, 0);
        feed.ask(heads, 1);
        QVERIFY(feed.isWaiting());
        QTRY_VERIFY(!feed.isWaiting());
        QCoreApplication::processEvents();
        QCOMPARE(ready.count(), 1);
        QCOMPARE(ready.first().first().toULongLong(), 1ULL);
        feed.ask(heads, 0);
        feed.restart();
        QTest::qWait(50);
        QCOMPARE(ready.count(), 1);
    }

    void figuresAreWrittenShort()
    {
        QCOMPARE(figureText(HeadOrder::Entropy, 1.234), u"1.23"_s);
        QCOMPARE(figureText(HeadOrder::Induction, 0.456), u"46 %"_s);
        QCOMPARE(figureText(HeadOrder::Likeness, 0.999), u"1.00"_s);
        QCOMPARE(figureText(HeadOrder::Entropy, notANumber), u"NaN"_s);
        QVERIFY(figureText(HeadOrder::Model, 1).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestHeadArrangement)
#include "tst_head_arrangement.moc"
