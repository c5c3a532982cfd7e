// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tile_cache.h"

#include <QTest>

using namespace headscope;
using namespace headscope::ui;

class TestTileCache : public QObject {
    Q_OBJECT

    static PatternTilePtr tile(std::size_t cells = 1000)
    {
        PatternTile made;
        made.values.resize(cells);
        made.kinds.resize(cells);
        return std::make_shared<const PatternTile>(std::move(made));
    }
    static TileId id(std::size_t column) { return {.key = {0, 0, column}}; }

private Q_SLOTS:
    void whatWasNotUsedForLongestGoesFirst()
    {
        const auto one = tile();
        TileCache cache(3 * TileCache::bytesOf(*one));
        for (std::size_t i = 0; i < 3; ++i)
            cache.insert(id(i), tile());
        QVERIFY(cache.find(id(0))); // used again
        cache.insert(id(3), tile());
        QVERIFY(cache.find(id(0)) && !cache.find(id(1)) && cache.find(id(2)) && cache.find(id(3)));
        QCOMPARE(cache.count(), std::size_t{3});
    }

    void theBudgetIsKept()
    {
        const std::size_t budget = 100000;
        TileCache cache(budget);
        for (std::size_t i = 0; i < 200; ++i) {
            cache.insert(id(i % 70), tile(100 + i * 37 % 4000));
            QVERIFY(cache.bytes() <= budget);
            QVERIFY(cache.count() > 0);
        }
        cache.insert(id(500), tile(1000000)); // larger than everything: not kept, and nothing goes for it
        QVERIFY(!cache.find(id(500)));
        QVERIFY(cache.count() > 1);
        cache.clear();
        QCOMPARE(cache.bytes(), std::size_t{0});
        QVERIFY(!cache.find(id(0)));
    }

    void aTileInsertedTwiceCountsOnce()
    {
        TileCache cache(1 << 20);
        cache.insert(id(1), tile());
        const auto again = tile();
        cache.insert(id(1), again);
        QCOMPARE(cache.count(), std::size_t{1});
        QCOMPARE(cache.bytes(), TileCache::bytesOf(*again));
        QVERIFY(cache.find(id(1)) == again);
    }

    void everythingInTheNameTellsTilesApart()
    {
        TileCache cache(1 << 20);
        const TileId base{1, {1}, {1}, {1}, Stage::Pattern, Pool::Maximum, {1, 1, 1}};
        cache.insert(base, tile());
        std::vector<TileId> others(9, base);
        others[0].run = 2;
        others[1].sequence = {2};
        others[2].layer = {2};
        others[3].head = {2};
        others[4].stage = Stage::Scores;
        others[5].pool = Pool::Mean;
        others[6].key.level = 2;
        others[7].key.row = 2;
        others[8].key.column = 2;
        for (const auto& other : others)
            QVERIFY(!cache.find(other));
        QVERIFY(cache.find(base));
    }
};

QTEST_GUILESS_MAIN(TestTileCache)
#include "tst_tile_cache.moc"
