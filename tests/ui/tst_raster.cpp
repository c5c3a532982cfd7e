// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/raster.h"

#include <QTest>

#include <set>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

CellCodes cells(const FakePatternSource& source, PatternOptions options = {})
{
    return encode(*source.make({0}, {0}, {0, source.queries()}, {0, source.keys()}, options));
}

QRectF whole(const CellCodes& codes) { return QRectF(0, 0, double(codes.width), double(codes.height)); }

} // namespace

class TestRaster : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneHotCellStaysVisible_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("pixels");
        QTest::newRow("far smaller than a pixel") << 4096 << 300;
        QTest::newRow("not a whole number of cells a pixel") << 1000 << 333;
        QTest::newRow("a little smaller than a pixel") << 401 << 400;
        QTest::newRow("larger than a pixel") << 7 << 100;
        QTest::newRow("one token") << 1 << 50;
    }

    void oneHotCellStaysVisible()
    {
        QFETCH(int, length);
        QFETCH(int, pixels);
        const auto size = static_cast<std::size_t>(length);
        for (const auto& [hotQuery, hotKey] :
            {std::pair<std::size_t, std::size_t>{0, 0}, {size - 1, size - 1}, {size / 2, size / 3}}) {
            PatternTile tile;
            tile.height = tile.width = size;
            tile.values.assign(size * size, 0);
            tile.kinds.assign(size * size, CellKind::Allowed);
            tile.values[hotQuery * size + hotKey] = 1;
            const auto codes = encode(tile);
            const ColourScale scale;
            const QImage image = raster(codes, whole(codes), {pixels, pixels}, scale);
            const auto inPixels = [&](std::size_t cell) { return int((double(cell) + 0.5) * pixels / length); };
            QCOMPARE(QColor(image.pixel(inPixels(hotKey), inPixels(hotQuery))), QColor(scale.value(1)));
        }
    }

    void cellsAreEqualAndTheOuterOnesWhole()
    {
        FakePatternSource source(4);
        const auto codes = cells(source);
        const ColourScale scale;
        const QImage image = raster(codes, whole(codes), {40, 40}, scale);
        for (int x = 0; x < 40; ++x) { // the diagonal is 1, below it 0, above it masked
            const int query = 1, key = x / 10;
            const QRgb expected = key == query ? scale.value(1) : key < query ? scale.value(0) : scale.masked();
            QCOMPARE(QColor(image.pixel(x, 15)), QColor(expected));
        }
        for (const int corner : {0, 9})
            QCOMPARE(QColor(image.pixel(corner, corner)), QColor(scale.value(1)));
        for (const int corner : {30, 39})
            QCOMPARE(QColor(image.pixel(corner, corner)), QColor(scale.value(1)));
    }

    void aWindowShowsJustItsCells()
    {
        FakePatternSource source(8);
        const auto codes = cells(source);
        const ColourScale scale;
        const QImage image = raster(codes, QRectF(6, 6, 2, 2), {20, 20}, scale);
        QCOMPARE(QColor(image.pixel(0, 0)), QColor(scale.value(1))); // 6, 6
        QCOMPARE(QColor(image.pixel(19, 0)), QColor(scale.masked())); // 6, 7
        QCOMPARE(QColor(image.pixel(0, 19)), QColor(scale.value(0))); // 7, 6
        QCOMPARE(QColor(image.pixel(19, 19)), QColor(scale.value(1))); // 7, 7
    }

    void poolingPrefersNanThenValuesThenMaskedThenPadding()
    {
        const auto pooled = [](std::vector<float> values, std::vector<CellKind> kinds) {
            PatternTile tile;
            tile.height = 1;
            tile.width = values.size();
            tile.values = std::move(values);
            tile.kinds = std::move(kinds);
            const auto codes = encode(tile);
            const ColourScale scale;
            return QColor(raster(codes, whole(codes), {1, 1}, scale).pixel(0, 0));
        };
        const ColourScale scale;
        const float nan = std::numeric_limits<float>::quiet_NaN();
        using K = CellKind;
        QCOMPARE(pooled({1, nan, 0}, {K::Allowed, K::Allowed, K::Masked}), QColor(scale.nan()));
        QCOMPARE(pooled({0, 0, 1}, {K::Allowed, K::Masked, K::Padding}), QColor(scale.value(0)));
        QCOMPARE(pooled({0, 1}, {K::Masked, K::Padding}), QColor(scale.masked()));
        QCOMPARE(pooled({nan}, {K::Padding}), QColor(scale.padding(0, 0)));
    }

    void noTwoKindsLookAlike()
    {
        for (const bool dark : {false, true}) {
            const ColourScale scale(dark);
            std::set<QRgb> kinds{scale.masked(), scale.padding(0, 0), scale.padding(3, 0), scale.nan(), scale.value(0)};
            QCOMPARE(kinds.size(), std::size_t{5});
            for (int i = 0; i <= 1000; ++i) // no value looks like a masked, padded or NaN cell
                for (const QRgb kind : {scale.masked(), scale.padding(0, 0), scale.padding(3, 0), scale.nan()})
                    QVERIFY(scale.value(float(i) / 1000) != kind);
        }
    }

    /// Bridge puts finfo.min where a query may not attend, or -inf, hooked -inf: neither may flatten the colours.
    void sentinelsInMaskedScoresDoNotReachTheColours()
    {
        const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
        using K = CellKind;
        for (const float sentinel : {-infinity, std::numeric_limits<float>::lowest()}) {
            PatternTile tile;
            tile.stage = Stage::Scores;
            tile.height = 1;
            tile.width = 7;
            tile.values = {-8, 2, sentinel, sentinel, -3, -infinity, nan};
            tile.kinds = {K::Allowed, K::Allowed, K::Masked, K::Padding, K::Allowed, K::Allowed, K::Allowed};
            const auto codes = encode(tile);
            QCOMPARE(codes.range.low, -8.0f);
            QCOMPARE(codes.range.high, 2.0f);
            QCOMPARE(codes.largest, 1.0f);
            const ColourScale scale(false, 1, codes.range);
            QCOMPARE(scale.number(0), -8.0);
            QCOMPARE(scale.number(1), 2.0);
            const QImage image = raster(codes, whole(codes), {7, 1}, scale);
            const QRgb expected[]{scale.value(0), scale.value(1), scale.masked(), scale.padding(3, 0),
                scale.value(0.5f), scale.value(0), scale.nan()};
            for (int x = 0; x < 7; ++x)
                QCOMPARE(QColor(image.pixel(x, 0)), QColor(expected[x]));
        }
    }

    void scoresThatAreAllMaskedOrAllEqualHaveARange()
    {
        PatternTile tile;
        tile.stage = Stage::Scores;
        tile.height = 1;
        tile.width = 2;
        tile.values.assign(2, -std::numeric_limits<float>::infinity());
        tile.kinds.assign(2, CellKind::Masked);
        QCOMPARE(encode(tile).range.low, 0.0f);
        QVERIFY(encode(tile).codes == std::vector<CellCode>(2, maskedCode));
        tile.values[1] = -4;
        tile.kinds[1] = CellKind::Allowed;
        QVERIFY(encode(tile).codes == (std::vector<CellCode>{maskedCode, lowestCode}));
        QCOMPARE(ColourScale(false, 1, encode(tile).range).number(1), -4.0);
    }

    void automaticScaleEndsAtTheLargestValue()
    {
        FakePatternSource source(4);
        source.value = [](LayerId, HeadId, std::size_t, std::size_t) { return 0.25f; };
        const auto codes = cells(source);
        QVERIFY(std::abs(codes.largest - 0.25f) < 1e-4f);
        const ColourScale fixed, automatic(false, codes.largest);
        QVERIFY(automatic.value(0.25f) != fixed.value(0.25f));
        const QColor brightest(fixed.value(1)), shown(automatic.value(0.25f)); // up to a step of the table
        QVERIFY(std::abs(shown.red() - brightest.red()) + std::abs(shown.green() - brightest.green()) <= 4);
    }
};

QTEST_GUILESS_MAIN(TestRaster)
#include "tst_raster.moc"
