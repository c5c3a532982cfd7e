// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/bridge/hop.h"
#include "ui/bridge/row_feed.h"
#include "ui/bridge/thumbnail_feed.h"

#include <QSignalSpy>
#include <QTest>

#include <thread>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {
HeadRef ref(std::size_t layer, std::size_t head) { return {LayerId{layer}, HeadId{head}}; }
} // namespace

class TestHeadTileFeed : public QObject {
    Q_OBJECT

    static TileView whole(std::size_t length, std::size_t level)
    {
        const auto size = static_cast<double>(length);
        return {level, QRectF(0, 0, size, size), {size / 2, size / 2}, level};
    }
    static TileView part(std::size_t level, QRectF seen, std::size_t wholeLevel)
    {
        return {level, seen, seen.center(), wholeLevel};
    }
    /// Asked for and still wanted.
    static std::vector<FakePatternSource::Asked> wanted(const FakePatternSource& source)
    {
        std::vector<FakePatternSource::Asked> left;
        for (const auto& each : source.asked)
            if (!*each.withdrawn)
                left.push_back(each);
        return left;
    }

private Q_SLOTS:
    void onlyTheHeadShownLastIsHeard()
    {
        const auto source = std::make_shared<FakePatternSource>(4);
        HeadTileFeed feed;
        QSignalSpy ready(&feed, &HeadTileFeed::tileReady);
        feed.setSource(source, 1, {0});
        feed.look(whole(4, 0));
        feed.show(ref(0, 0), Pool::Maximum); // its answer is on its way when the next one is shown
        feed.show(ref(1, 2), Pool::Maximum);
        QVERIFY(!feed.isSettled());
        QVERIFY(!feed.find({0, 0, 0}));
        QTRY_COMPARE(ready.count(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(ready.count(), 1);
        const auto tile = feed.find({0, 0, 0});
        QVERIFY(tile && tile->layer == LayerId{1} && tile->head == HeadId{2});
        QVERIFY(feed.isSettled());
    }

    void aRememberedHeadIsThereAtOnceButNotThatOfAnotherRun()
    {
        const auto source = std::make_shared<FakePatternSource>(4);
        HeadTileFeed feed;
        feed.setSource(source, 1, {0});
        feed.look(whole(4, 0));
        for (const std::size_t head : {0, 1}) {
            feed.show(ref(0, head), Pool::Maximum);
            QTRY_VERIFY(feed.isSettled());
        }
        feed.show(ref(0, 0), Pool::Maximum);
        QVERIFY(feed.isSettled() && feed.find({0, 0, 0})); // without an event loop
        QCOMPARE(source->requests, std::size_t{2});
        feed.show(ref(0, 0), Pool::Mean);
        QVERIFY(!feed.find({0, 0, 0})); // other values
        feed.setSource(source, 1, {1});
        feed.show(ref(0, 0), Pool::Maximum);
        QVERIFY(!feed.find({0, 0, 0})); // another prompt
        feed.setSource(source, 1, {0});
        feed.show(ref(0, 0), Pool::Maximum);
        QVERIFY(feed.find({0, 0, 0}));
        feed.setSource(std::make_shared<FakePatternSource>(4), 2, {0});
        feed.show(ref(0, 0), Pool::Maximum);
        QVERIFY(!feed.find({0, 0, 0}));
        QCOMPARE(feed.cache().count(), std::size_t{0});
    }

    void anAnswerOfAnEarlierRunIsDropped()
    {
        const auto source = std::make_shared<FakePatternSource>(4);
        HeadTileFeed feed;
        feed.setSource(source, 1, {0});
        feed.look(whole(4, 0));
        feed.show(ref(0, 0), Pool::Maximum); // answered, not yet heard
        feed.setSource(source, 2, {0});
        QCoreApplication::processEvents();
        QCOMPARE(feed.cache().count(), std::size_t{0});
    }

    void whyThereIsNoTileIsTold()
    {
        const auto source = std::make_shared<FakePatternSource>(600);
        source->layersThere = 1;
        HeadTileFeed feed;
        QSignalSpy failed(&feed, &HeadTileFeed::failed);
        feed.setSource(source, 1, {0});
        feed.look(whole(600, 0));
        feed.show(ref(1, 0), Pool::Maximum);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().toString(), QStringLiteral("no such layer"));
        QCoreApplication::processEvents();
        QCOMPARE(failed.count(), 1); // once, not for every tile
        QVERIFY(source->requests <= HeadTileFeed::mostUnderWay);
    }

    void aCoarseSampleThenSeenTilesFromTheFocusThenTheRestBehindEverything()
    {
        const auto source = std::make_shared<SparsePatternSource>(8192);
        HeadTileFeed feed;
        feed.setSource(source, 1, {0});
        auto view = part(0, QRectF(4096, 4096, 700, 700), 3);
        view.focus = {4700, 4200};
        feed.look(view);
        feed.show(ref(0, 0), Pool::Maximum);
        QTRY_VERIFY(feed.isSettled());
        std::size_t i = 0;
        for (; source->asked[i].rows.size() == 16; ++i) { // samples of the rows seen
            QVERIFY(source->asked[i].columns == (Range{0, 8192}));
            QCOMPARE(source->asked[i].rows.begin % 16, std::size_t{0});
            QVERIFY(source->asked[i].rows.end > 3584 && source->asked[i].rows.begin < 5120);
            QVERIFY(source->asked[i].options.priority == Priority::Visible);
        }
        QVERIFY(i == 2);
        double last = -1;
        for (const std::size_t end = i + 9; i < end; ++i) { // three by three, of 256 values
            const auto& asked = source->asked[i];
            QVERIFY(asked.options.priority == Priority::Visible);
            QVERIFY(asked.rows.begin >= 4096 && asked.rows.end <= 4864 && asked.columns.begin >= 4096);
            const auto outside = [](Range range, double at) {
                return std::max({double(range.begin) - at, at - double(range.end), 0.0});
            };
            const double away = std::hypot(outside(asked.rows, 4200), outside(asked.columns, 4700));
            QVERIFY(away >= last);
            last = away;
        }
        QTRY_COMPARE(source->requests, std::size_t{2 + 9 + 16 + 64}); // the ring, then the whole head at its level
        for (std::size_t ahead = i; ahead < source->asked.size(); ++ahead)
            QVERIFY(source->asked[ahead].options.priority == Priority::Background);
        feed.look(whole(8192, 3));
        QVERIFY(feed.isSettled()); // the whole head was fetched ahead
    }

    void noSampleWhereAThumbnailOrACoarserLevelStandsIn()
    {
        const auto source = std::make_shared<SparsePatternSource>(8192);
        HeadTileFeed feed;
        feed.setSource(source, 1, {0});
        feed.setThumbnail(ref(0, 0), source->make({0}, {0}, {0, 8192}, {0, 8192}, {.maxHeight = 64, .maxWidth = 64}));
        feed.look(part(0, QRectF(0, 0, 200, 200), 3));
        feed.show(ref(0, 0), Pool::Maximum);
        QCOMPARE(feed.coarse().size(), std::size_t{1});
        QVERIFY(source->asked.front().rows == (Range{0, 256}));
        feed.show(ref(0, 1), Pool::Maximum);
        QVERIFY(feed.coarse().empty());
        QTRY_VERIFY(feed.isSettled());
        QTRY_COMPARE(feed.coarse().size(), std::size_t{1}); // one band of rows is seen
        QVERIFY(feed.coarse().front()->rows == (Range{0, 512}));
        const auto before = source->requests;
        feed.look(whole(8192, 3));
        QTRY_VERIFY(feed.isSettled());
        feed.look(part(1, QRectF(4000, 4000, 900, 900), 3));
        QTRY_VERIFY(feed.isSettled());
        for (std::size_t i = before + 64; i < source->asked.size(); ++i)
            QVERIFY(source->asked[i].rows.size() != 16);
    }

    void onlyAFewAreUnderWayAndWhatIsNotWantedIsWithdrawn()
    {
        const auto source = std::make_shared<SparsePatternSource>(2048);
        source->hold = true;
        HeadTileFeed feed;
        QSignalSpy ready(&feed, &HeadTileFeed::tileReady);
        feed.setSource(source, 1, {0});
        feed.look(part(0, QRectF(0, 0, 700, 700), 1));
        feed.show(ref(0, 0), Pool::Maximum);
        QCOMPARE(source->requests, HeadTileFeed::mostUnderWay);
        feed.look(part(0, QRectF(10, 0, 700, 700), 1)); // the same tiles are seen
        QCOMPARE(source->requests, HeadTileFeed::mostUnderWay);
        QCOMPARE(wanted(*source).size(), HeadTileFeed::mostUnderWay);
        feed.look(part(0, QRectF(1300, 1300, 700, 700), 1)); // far away
        for (const auto& asked : wanted(*source))
            QVERIFY(asked.rows.begin >= 1280 && asked.columns.begin >= 1280);
        QCOMPARE(wanted(*source).size(), HeadTileFeed::mostUnderWay);
        feed.show(ref(1, 1), Pool::Maximum);
        for (const auto& asked : wanted(*source))
            QVERIFY(asked.layer == LayerId{1} && asked.head == HeadId{1});
        source->hold = false;
        source->release();
        QTRY_VERIFY(feed.isSettled());
        for (const auto& call : ready)
            QVERIFY(feed.find(call.first().value<TileKey>())->layer == LayerId{1});
        feed.stop();
        QVERIFY(!feed.head() && !feed.find({0, 5, 5}));
    }

    void whatIsFetchedAheadGoesOneByOne()
    {
        const auto source = std::make_shared<SparsePatternSource>(2048);
        HeadTileFeed feed;
        feed.setSource(source, 1, {0});
        feed.look(part(0, QRectF(300, 300, 100, 100), 0));
        feed.show(ref(0, 0), Pool::Maximum);
        source->hold = true;
        QTRY_VERIFY(feed.isSettled());
        QCOMPARE(source->requests, std::size_t{2}); // one ahead
        QVERIFY(source->asked.back().options.priority == Priority::Background);
        feed.look(part(0, QRectF(1500, 1500, 100, 100), 0)); // something is seen now that is not there
        QVERIFY(*source->asked[1].withdrawn);
        QVERIFY(source->asked.back().options.priority == Priority::Visible);
    }

    void coarserTilesAreMadeOfFinerOnesButNotMeans()
    {
        for (const Pool pool : {Pool::Maximum, Pool::Mean}) {
            const auto source = std::make_shared<SparsePatternSource>(1000);
            source->spikes = {{777, 333}};
            HeadTileFeed feed;
            feed.setSource(source, 1, {0});
            feed.look(whole(1000, 0));
            feed.show(ref(0, 0), pool);
            QTRY_VERIFY(feed.isSettled());
            const auto before = source->requests;
            feed.look(whole(1000, 2));
            if (pool == Pool::Mean) {
                QVERIFY(!feed.isSettled());
                continue;
            }
            QVERIFY(feed.isSettled());
            QCOMPARE(source->requests, before);
            const auto tile = feed.find({2, 0, 0});
            QVERIFY(tile && tile->rowStep == 4);
            QCOMPARE(tile->value(777 / 4, 333 / 4), 1.0f);
        }
    }

    void theBudgetIsKeptAndWhatIsSeenIsAskedForOnce()
    {
        const auto source = std::make_shared<SparsePatternSource>(4096, 2, 8);
        constexpr std::size_t budget = 3u << 20; // less than the whole head at level 2, as much as nine tiles
        HeadTileFeed feed(nullptr, budget);
        feed.setSource(source, 1, {0});
        for (std::size_t head = 0; head < 8; ++head) {
            feed.look(whole(4096, 2));
            feed.show(ref(0, head), Pool::Maximum);
            QTRY_VERIFY(feed.isSettled());
            QVERIFY(feed.cache().bytes() <= budget);
        }
        QVERIFY(feed.cache().count() >= 8);
        auto nearby = whole(4096, 2);
        nearby.focus = {1, 1};
        feed.look(nearby); // the same tiles, most of which are not remembered
        QCoreApplication::processEvents();
        QCOMPARE(source->requests, std::size_t{8 * (8 + 16)}); // eight bands and sixteen tiles a head, none twice
    }

    void theFinestTileKnownIsReadOut()
    {
        const auto source = std::make_shared<SparsePatternSource>(2000);
        HeadTileFeed feed;
        feed.setSource(source, 1, {0});
        feed.look(whole(2000, 1));
        feed.show(ref(0, 0), Pool::Maximum);
        QVERIFY(!feed.finest({5, 5}));
        feed.setThumbnail(ref(0, 0), source->make({0}, {0}, {0, 2000}, {0, 2000}, {.maxHeight = 64, .maxWidth = 64}));
        QCOMPARE(feed.finest({5, 5})->rowStep, std::size_t{32});
        QTRY_VERIFY(feed.isSettled());
        QCOMPARE(feed.finest({5, 5})->rowStep, std::size_t{2});
        feed.look(part(0, QRectF(0, 0, 100, 100), 1));
        QTRY_VERIFY(feed.isSettled());
        QCOMPARE(feed.finest({5, 5})->rowStep, std::size_t{1});
        QCOMPARE(feed.finest({1999, 5})->rowStep, std::size_t{2});
    }

    void aRowIsFetchedOnceAndTheLastOneWins()
    {
        FakePatternSource source(40);
        RowFeed feed;
        QSignalSpy ready(&feed, &RowFeed::rowReady);
        QVERIFY(!feed.row(source, ref(0, 1), 7));
        QVERIFY(!feed.row(source, ref(0, 1), 8));
        QVERIFY(!feed.row(source, ref(0, 1), 8));
        QCOMPARE(source.requests, std::size_t{2});
        QTRY_VERIFY(!feed.isWaiting());
        QCOMPARE(ready.count(), 1);
        const auto row = feed.row(source, ref(0, 1), 8);
        QVERIFY(row && row->rows == (Range{8, 9}) && row->width == 40 && row->value(0, 8) == 1);
        QVERIFY(!feed.row(source, ref(1, 1), 8)); // of another head
        feed.forget();
        QCoreApplication::processEvents();
        QCOMPARE(ready.count(), 1);
    }

    void thumbnailsOfAnEarlierRoundAreNotHeard()
    {
        const auto source = std::make_shared<FakePatternSource>(4, 2, 3);
        ThumbnailFeed feed;
        QSignalSpy ready(&feed, &ThumbnailFeed::tileReady);
        feed.ask(source, {0});
        feed.restart();
        feed.ask(source, {1});
        QTRY_COMPARE(ready.count(), 3);
        QCoreApplication::processEvents();
        QCOMPARE(ready.count(), 3);
        QCOMPARE(feed.pending(), std::size_t{0});
        for (const auto& call : ready)
            QVERIFY(call.first().value<HeadRef>().layer == LayerId{1});
    }

    void aLongThumbnailIsReadInStripsAFewAtATime_data()
    {
        QTest::addColumn<int>("length");
        for (const int length : {64, 101, 5003, 8192})
            QTest::addRow("%d", length) << length;
    }

    void aLongThumbnailIsReadInStripsAFewAtATime()
    {
        QFETCH(int, length);
        const auto n = static_cast<std::size_t>(length);
        const auto source = std::make_shared<SparsePatternSource>(n, 1, 2);
        source->spikes = {{0, 0}, {n / 2, n / 3}, {n - 1, n - 1, 0.5f}};
        source->hold = true;
        ThumbnailFeed feed;
        QSignalSpy ready(&feed, &ThumbnailFeed::tileReady);
        feed.ask(source, {0});
        QVERIFY(source->requests <= ThumbnailFeed::mostUnderWay);
        source->hold = false;
        source->release();
        QTRY_COMPARE(ready.count(), 2);
        QCOMPARE(feed.pending(), std::size_t{0});
        const auto whole = source->make({0}, {1}, {0, n}, {0, n}, {.maxHeight = 64, .maxWidth = 64});
        const auto tile = ready.last().last().value<PatternTilePtr>();
        QVERIFY(tile->rows == whole->rows && tile->columns == whole->columns);
        QCOMPARE(tile->rowStep, whole->rowStep);
        QCOMPARE(tile->height, whole->height);
        QVERIFY(tile->values == whole->values && tile->kinds == whole->kinds);
        QVERIFY(tile->head == HeadId{1});
        for (const auto& asked : source->asked) {
            QVERIFY(asked.rows.size() * n <= std::max(ThumbnailFeed::mostCells, n * tile->rowStep));
            QVERIFY(asked.options.priority == Priority::Thumbnail);
        }
    }

    void anAnswerAfterTheEndOfItsReceiverIsDropped()
    {
        int called = 0;
        auto context = std::make_unique<QObject>();
        const auto answer = hopTo(context.get(), [&called](int) { ++called; });
        std::thread([answer] { answer(1); }).join();
        QCoreApplication::processEvents();
        QCOMPARE(called, 1);
        std::thread([answer] { answer(2); }).join();
        context.reset();
        QCoreApplication::processEvents();
        QCOMPARE(called, 1);
    }
};

QTEST_GUILESS_MAIN(TestHeadTileFeed)
#include "tst_head_tile_feed.moc"
