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
        for (const bool dark : {false, true})
            for (const auto sequential : {SequentialPalette::Viridis, SequentialPalette::Cividis,
                     SequentialPalette::Magma, SequentialPalette::Greys})
                for (const auto diverging : {DivergingPalette::BlueRed, DivergingPalette::PurpleOrange})
                    for (const Stage stage : {Stage::Pattern, Stage::Scores}) {
                        const ColourScale scale(
                            dark, 1, {stage, stage == Stage::Scores ? -1.0f : 0.0f, 1}, {sequential, diverging});
                        const std::set<QRgb> kinds{scale.masked(), scale.padding(0, 0), scale.padding(3, 0),
                            scale.nan(), scale.excluded(0, 0), scale.excluded(1, 0)};
                        QCOMPARE(kinds.size(), std::size_t{6});
                        for (int i = 0; i <= 1000; ++i) // no value looks like a cell that has none
                            QVERIFY(kinds.count(scale.value(float(i) / 1000)) == 0);
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
            QCOMPARE(codes.range.low, -8.0f); // 0 is in the middle and has a colour of its own
            QCOMPARE(codes.range.high, 8.0f);
            const ColourScale scale(false, 1, codes.range);
            QVERIFY(scale.isDiverging());
            QCOMPARE(scale.number(0), -8.0);
            QCOMPARE(scale.number(0.5), 0.0);
            QCOMPARE(scale.number(1), 8.0);
            const QImage image = raster(codes, whole(codes), {7, 1}, scale);
            const QRgb expected[]{scale.value(0), scale.value(0.625f), scale.masked(), scale.padding(3, 0),
                scale.value(0.3125f), scale.value(0), scale.nan()};
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
        QCOMPARE(ColourScale(false, 1, encode(tile).range).number(0), -4.0);
        tile.values[1] = 0; // the middle, though the range is nothing but 0
        QVERIFY(encode(tile).codes == (std::vector<CellCode>{maskedCode, codeOf(0.5f)}));
        QCOMPARE(ColourScale(false, 1, encode(tile).range).number(1), 1.0);
    }

    void aMaskEndsAtNothingAdded()
    {
        PatternTile tile;
        tile.stage = Stage::Mask;
        tile.height = 1;
        tile.width = 3;
        tile.values = {0, 0, -std::numeric_limits<float>::infinity()};
        tile.kinds = {CellKind::Allowed, CellKind::Allowed, CellKind::Masked};
        QVERIFY(encode(tile).codes == (std::vector<CellCode>{highestCode, highestCode, maskedCode}));
        tile.values[1] = -4;
        QVERIFY(encode(tile).codes == (std::vector<CellCode>{highestCode, lowestCode, maskedCode}));
        QCOMPARE(encode(tile).range.low, -4.0f);
    }

    void decadesAreEvenlySpread()
    {
        PatternTile tile;
        tile.height = 1;
        tile.width = 6;
        tile.values = {1, 0.1f, 1e-3f, 1e-6f, 1e-7f, 0};
        tile.kinds.assign(6, CellKind::Allowed);
        ValueRange range;
        range.logarithmic = true;
        const auto codes = encode(tile, range).codes;
        const ColourScale scale(false, 1, range);
        const double shares[]{1, 5.0 / 6, 0.5, 0, 0, 0};
        for (std::size_t i = 0; i < 6; ++i) {
            QVERIFY(std::abs(double(probabilityOf(codes[i])) - shares[i]) < 1e-4);
            QCOMPARE(scale.colourOf(tile.values[i]), scale.of(codes[i], 0, 0));
        }
        QVERIFY(std::abs(scale.number(0) - 1e-6) < 1e-12);
        QVERIFY(std::abs(scale.number(0.5) - 1e-3) < 1e-9);
        QVERIFY(std::abs(scale.number(1) - 1) < 1e-9);
    }

    void transposedPicturesHaveEveryPixelAcrossTheDiagonal()
    {
        FakePatternSource source(40);
        source.value
            = [](LayerId, HeadId, std::size_t query, std::size_t key) { return float((query * 7 + key) % 13) / 13; };
        source.kind = [](std::size_t query, std::size_t key) {
            return key > query   ? CellKind::Masked
                : query % 5 == 0 ? CellKind::Padding
                : key == 3       ? CellKind::Excluded
                                 : CellKind::Allowed;
        };
        const auto codes = cells(source);
        for (const QSize size : {QSize(200, 90), QSize(33, 70)}) {
            const QImage upright = raster(codes, {5, 2, 30, 20}, size, ColourScale());
            const QImage turned = raster(codes, {5, 2, 30, 20}, size.transposed(), ColourScale(), true);
            QCOMPARE(turned.size(), size.transposed());
            for (int y = 0; y < size.height(); ++y)
                for (int x = 0; x < size.width(); ++x)
                    QCOMPARE(turned.pixel(y, x), upright.pixel(x, y));
        }
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
