// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/models/parent_tile.h"

#include <QTest>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestTileGrid : public QObject {
    Q_OBJECT

    static PatternTilePtr made(const FakePatternSource& source, const TileGrid& grid, TileKey key, Pool pool)
    {
        const auto blocks = [&](Range range) { return std::max<std::size_t>(1, range.size() >> key.level); };
        const Range rows = grid.rows(key), columns = grid.columns(key);
        return source.make(
            {1}, {2}, rows, columns, {.maxHeight = blocks(rows), .maxWidth = blocks(columns), .pool = pool});
    }

private Q_SLOTS:
    void everyLevelCoversEveryPositionOnce_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const int length : {1, 2, 255, 256, 257, 1024, 5003, 8192, 8193, 131072})
            QTest::addRow("%d", length) << length << length;
        QTest::newRow("not square") << 700 << 5003;
    }

    void everyLevelCoversEveryPositionOnce()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        const TileGrid grid(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
        for (std::size_t level = 0; level <= grid.topLevel(); ++level) {
            const auto keys = grid.touching(level, grid.whole());
            std::size_t covered = 0, row = 0;
            for (const auto key : keys) {
                const Range down = grid.rows(key), across = grid.columns(key);
                QVERIFY(down.size() > 0 && across.size() > 0);
                covered += down.size() * across.size();
                for (const Range range : {down, across}) { // a source can pool it in blocks of just this step
                    QCOMPARE(range.begin % TileGrid::step(level), std::size_t{0});
                    QVERIFY(range.size() % TileGrid::step(level) == 0 || range.size() < TileGrid::step(level));
                    QVERIFY(range.size() <= TileGrid::mostPositions);
                    QVERIFY(range.size() >> level <= TileGrid::mostValues);
                }
                if (key.column == 0) { // tiles follow one another without a gap
                    QCOMPARE(down.begin, row);
                    row = down.end;
                }
            }
            QCOMPARE(covered, static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
            QCOMPARE(row, static_cast<std::size_t>(rows));
        }
        QVERIFY(std::size_t(std::max(rows, columns)) <= 128 * TileGrid::step(grid.topLevel()));
    }

    void aPositionFindsItsTile()
    {
        const TileGrid grid(5003, 5003);
        for (std::size_t level = 0; level <= grid.topLevel(); ++level)
            for (const std::size_t position : {0, 255, 256, 1023, 1024, 4095, 4096, 4991, 4992, 4999, 5000, 5002}) {
                const auto keys = grid.touching(level, {position, position + 1}, {0, 1});
                QCOMPARE(keys.size(), std::size_t{1});
                QVERIFY(grid.rows(keys[0]).begin <= position && position < grid.rows(keys[0]).end);
            }
        QCOMPARE(grid.touching(0, QRectF(255.5, 0, 1, 1)).size(), std::size_t{2});
        QCOMPARE(grid.touching(0, QRectF(0, 0, 256, 256)).size(), std::size_t{1});
        QVERIFY(grid.touching(0, QRectF()).empty());
    }

    void theLevelFollowsThePixels()
    {
        const TileGrid grid(8192, 8192);
        const auto level = [&](double seen, double pixels, Pool pool) {
            return grid.levelFor(QRectF(0, 0, seen, seen), {pixels, pixels}, pool);
        };
        QCOMPARE(level(8192, 1024, Pool::Maximum), std::size_t{3});
        QCOMPARE(level(8192, 700, Pool::Maximum), std::size_t{3}); // values not larger than pixels
        QCOMPARE(level(8192, 700, Pool::Mean), std::size_t{4}); // not smaller
        QCOMPARE(level(8192, 1024, Pool::Mean), std::size_t{3});
        QCOMPARE(level(900, 700, Pool::Maximum), std::size_t{0});
        QCOMPARE(level(300, 700, Pool::Maximum), std::size_t{0});
        QCOMPARE(level(8192, 1, Pool::Maximum), grid.topLevel());
        QVERIFY(level(8192, 8000, Pool::Maximum) >= 2); // no screen takes all the memory
    }

    void aParentIsWhatTheSourceWouldAnswer_data()
    {
        QTest::addColumn<int>("pool");
        QTest::newRow("maximum") << static_cast<int>(Pool::Maximum);
        QTest::newRow("maximum magnitude") << static_cast<int>(Pool::MaximumMagnitude);
    }

    void aParentIsWhatTheSourceWouldAnswer()
    {
        QFETCH(int, pool);
        for (const std::size_t length : {5, 67, 519}) {
            FakePatternSource source(length);
            source.value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
                const auto mixed = (query * 2654435761u + key * 40503u) % 1009;
                return mixed == 7 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(mixed) - 500;
            };
            source.kind = [](std::size_t query, std::size_t key) {
                return query < 3 || key < 3 ? CellKind::Padding : key > query ? CellKind::Masked : CellKind::Allowed;
            };
            const TileGrid grid(length, length);
            for (std::size_t level = 1; level <= std::max<std::size_t>(2, grid.topLevel()); ++level)
                for (const auto key : grid.touching(level, grid.whole())) {
                    std::vector<PatternTilePtr> children;
                    for (const auto child : grid.touching(level - 1, grid.rows(key), grid.columns(key)))
                        children.push_back(made(source, grid, child, static_cast<Pool>(pool)));
                    const auto parent = parentTile(grid, key, children);
                    const auto expected = made(source, grid, key, static_cast<Pool>(pool));
                    QCOMPARE(parent->rowStep, expected->rowStep);
                    QCOMPARE(parent->columnStep, expected->columnStep);
                    QVERIFY(parent->rows == expected->rows && parent->columns == expected->columns);
                    QVERIFY(parent->kinds == expected->kinds);
                    QVERIFY(parent->layer == expected->layer && parent->head == expected->head);
                    for (std::size_t i = 0; i < parent->values.size(); ++i)
                        QVERIFY(parent->values[i] == expected->values[i]
                            || (std::isnan(parent->values[i]) && std::isnan(expected->values[i])));
                }
        }
    }
};

QTEST_GUILESS_MAIN(TestTileGrid)
#include "tst_tile_grid.moc"
