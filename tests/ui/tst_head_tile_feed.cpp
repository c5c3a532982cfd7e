// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/bridge/hop.h"
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
private Q_SLOTS:
    void onlyTheHeadAskedForLastIsHeard()
    {
        const auto source = std::make_shared<FakePatternSource>(4);
        HeadTileFeed feed;
        QSignalSpy ready(&feed, &HeadTileFeed::tileReady);
        feed.setSource(source);
        feed.request(ref(0, 0)); // its answer is on its way when the next one is asked for
        feed.request(ref(1, 2));
        QVERIFY(feed.isWaiting());
        QTRY_COMPARE(ready.count(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(ready.count(), 1);
        const auto tile = ready.first().first().value<PatternTilePtr>();
        QVERIFY(tile->layer == LayerId{1} && tile->head == HeadId{2});
        QVERIFY(!feed.isWaiting());
    }

    void aRememberedHeadIsThereAtOnce()
    {
        const auto source = std::make_shared<FakePatternSource>(4);
        HeadTileFeed feed;
        QSignalSpy ready(&feed, &HeadTileFeed::tileReady);
        feed.setSource(source);
        feed.request(ref(0, 0));
        QTRY_COMPARE(ready.count(), 1);
        feed.request(ref(0, 1));
        QTRY_COMPARE(ready.count(), 2);
        feed.request(ref(0, 0));
        QCOMPARE(ready.count(), 3); // without an event loop
        QCOMPARE(source->requests, std::size_t{2});
        feed.setSource(std::make_shared<FakePatternSource>(4)); // another run: nothing is remembered
        feed.request(ref(0, 0));
        QCOMPARE(ready.count(), 3);
    }

    void whyThereIsNoTileIsTold()
    {
        const auto source = std::make_shared<FakePatternSource>(4);
        source->layersThere = 1;
        HeadTileFeed feed;
        QSignalSpy failed(&feed, &HeadTileFeed::failed);
        feed.setSource(source);
        feed.request(ref(1, 0));
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().toString(), QStringLiteral("no such layer"));
    }

    void thumbnailsOfAnEarlierRoundAreNotHeard()
    {
        FakePatternSource source(4, 2, 3);
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
