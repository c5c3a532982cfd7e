// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/bridge/strip_feed.h"

#include <QSignalSpy>
#include <QTest>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestStripFeed : public QObject {
    Q_OBJECT

    static Strip strip(std::size_t row, std::size_t layer = 0)
    {
        return {{LayerId{layer}, HeadId{1}}, {row, row + 1}, {0, 8}};
    }

private Q_SLOTS:
    void fetchesWhatIsMissingOnce()
    {
        const auto source = std::make_shared<FakePatternSource>(8);
        StripFeed feed;
        QSignalSpy arrived(&feed, &StripFeed::arrived);
        feed.setSource(source);
        feed.look({strip(2), strip(3), strip(2)});
        QCOMPARE(source->requests, std::size_t{2});
        QVERIFY(!feed.isSettled());
        QTRY_VERIFY(feed.isSettled());
        QCOMPARE(arrived.count(), 2);
        QCOMPARE(feed.find(strip(3))->value(0, 3), 1.0f);
        feed.look({strip(3), strip(4)});
        QCOMPARE(source->requests, std::size_t{3});
        QTRY_VERIFY(feed.isSettled());
        QVERIFY(feed.find(strip(2)) && feed.find(strip(4)));
    }

    void whatIsNotWantedAnyMoreIsWithdrawn()
    {
        const auto source = std::make_shared<FakePatternSource>(8);
        source->hold = true;
        StripFeed feed;
        feed.setSource(source);
        feed.look({strip(1), strip(2)});
        feed.look({strip(2)});
        QVERIFY(*source->asked[0].withdrawn && !*source->asked[1].withdrawn);
        QCOMPARE(source->requests, std::size_t{2});
        source->release();
        QTRY_VERIFY(feed.isSettled());
        QVERIFY(!feed.find(strip(1)) && feed.find(strip(2)));
    }

    void layersToComeAreAskedForWhenTheyAreThere()
    {
        const auto source = std::make_shared<FakePatternSource>(8);
        source->layersThere = 1;
        StripFeed feed;
        feed.setSource(source);
        feed.look({strip(1, 1)});
        QCOMPARE(source->requests, std::size_t{0});
        QVERIFY(feed.isSettled());
        source->layersThere = 2;
        feed.extendSource(source);
        feed.look({strip(1, 1)});
        QTRY_VERIFY(feed.find(strip(1, 1)));
        feed.setSource(source);
        QVERIFY(!feed.find(strip(1, 1)));
    }

    void keepsSomeOfWhatIsNotLookedAt()
    {
        const auto source = std::make_shared<SparsePatternSource>(4096);
        const auto block = [](std::size_t i) { return Strip{{}, {i * 512, i * 512 + 512}, {0, 4096}}; }; // 2 M cells
        StripFeed feed;
        feed.setSource(source);
        for (std::size_t i = 0; i < 6; ++i) {
            feed.look({block(0), block(i)});
            QTRY_VERIFY(feed.isSettled());
        }
        QVERIFY(feed.find(block(0)) && feed.find(block(5)) && feed.find(block(4)));
        QVERIFY(!feed.find(block(1)));
    }
};

QTEST_GUILESS_MAIN(TestStripFeed)
#include "tst_strip_feed.moc"
