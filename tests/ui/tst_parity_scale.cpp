// SPDX-License-Identifier: GPL-3.0-or-later
// Differences as colours: the neutral one at 0, the ends at the largest magnitude, and nothing lost to pooling.
#include "tests/ui/fakes.h"
#include "ui/text/difference_text.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/raster.h"
#include "ui/views/scale_strip.h"
#include "ui/windows/theme.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float infinite = std::numeric_limits<float>::infinity();

PatternTile tileOf(std::size_t side, std::vector<float> values)
{
    PatternTile tile;
    tile.height = tile.width = side;
    tile.rows = tile.columns = {0, side};
    tile.pool = Pool::MaximumMagnitude;
    tile.kinds.assign(values.size(), CellKind::Allowed);
    tile.values = std::move(values);
    return tile;
}

CellCodes codesOf(const PatternTile& tile) { return encode(tile, rangeOf(tile, Quantity::Difference)); }

QColor pixel(const CellCodes& codes, const ColourScale& scale, int size, int x, int y)
{
    const QRectF whole(0, 0, double(codes.width), double(codes.height));
    return raster(codes, whole, {size, size}, scale).pixelColor(x, y);
}

int distance(QColor a, QColor b)
{
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

} // namespace

class TestParityScale : public QObject {
    Q_OBJECT

    static QColor colourAt(AttentionHeatmap& heatmap, Cell cell)
    {
        QCoreApplication::processEvents();
        return heatmap.grab().toImage().pixelColor(heatmap.cellRect(cell).center().toPoint());
    }

private Q_SLOTS:
    void init() { applyTheme(Theme::Light); }
    void cleanup() { applyTheme(Theme::Light); }

    void zeroIsNeutralAndTheLargestMagnitudesAreTheEnds_data()
    {
        QTest::addColumn<float>("largest");
        QTest::addColumn<bool>("dark");
        for (const float largest : {1.0f, 0.25f, 3e-8f, 1e-42f})
            for (const bool dark : {false, true})
                QTest::addRow("%g %s", double(largest), dark ? "dark" : "light") << largest << dark;
    }

    void zeroIsNeutralAndTheLargestMagnitudesAreTheEnds()
    {
        QFETCH(float, largest);
        QFETCH(bool, dark);
        const auto codes = codesOf(tileOf(2, {0, largest, -largest, notANumber}));
        const ColourScale scale(dark, 1, codes.range);
        QVERIFY(scale.isDiverging());
        QCOMPARE(pixel(codes, scale, 20, 5, 5), scale.at(0.5));
        QCOMPARE(pixel(codes, scale, 20, 15, 5), scale.at(1));
        QCOMPARE(pixel(codes, scale, 20, 5, 15), scale.at(0));
        QCOMPARE(pixel(codes, scale, 20, 15, 15), QColor(scale.nan()));
        QCOMPARE(static_cast<float>(scale.number(1)), largest);
        QCOMPARE(static_cast<float>(scale.number(0)), -largest);
        QCOMPARE(scale.number(0.5), 0.0);
        const std::array<QColor, 6> all{scale.at(0), scale.at(0.5), scale.at(1), QColor(scale.nan()),
            QColor(scale.masked()), QColor(scale.padding(0, 0))};
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY2(distance(all[i], all[j]) > 20,
                    qPrintable(u"%1 %2: %3 %4"_s.arg(i).arg(j).arg(all[i].name(), all[j].name())));
    }

    void bothSidesAreEquallyStrong()
    {
        for (const bool dark : {false, true}) {
            const ColourScale scale(dark, 1, {Stage::Pattern, -1, 1, Quantity::Difference});
            for (double size = 0; size <= 1; size += 0.1) {
                const QColor below = scale.at(0.5 - size / 2), above = scale.at(0.5 + size / 2);
                const auto grey = [](QColor c) { return 0.2126 * c.redF() + 0.7152 * c.greenF() + 0.0722 * c.blueF(); };
                QVERIFY2(std::abs(grey(below) - grey(above)) < 0.16, qPrintable(QString::number(size)));
                // Told apart without red and green alone: by blue.
                QVERIFY(size < 0.3 || below.blue() > above.blue() + 40);
            }
        }
    }

    void nothingButZeroIsTheNeutralColour()
    {
        const auto codes = codesOf(tileOf(2, {0, 0, 0, 0}));
        const ColourScale scale(false, 1, codes.range);
        QCOMPARE(pixel(codes, scale, 20, 5, 5), scale.at(0.5));
        QCOMPARE(scale.number(1), 0.0);
        const auto odd = codesOf(tileOf(2, {0, infinite, -infinite, 0}));
        QCOMPARE(pixel(odd, scale, 20, 15, 5), scale.at(1));
        QCOMPARE(pixel(odd, scale, 20, 5, 15), scale.at(0));
    }

    void maskedCellsHaveNoPartInTheRange()
    {
        auto tile = tileOf(2, {0.25f, -8, -0.5f, 0});
        tile.kinds[1] = CellKind::Masked;
        const auto codes = codesOf(tile);
        QCOMPARE(codes.range.high, 0.5f);
        QCOMPARE(codes.range.low, -0.5f);
        QCOMPARE(codes.largest, 1.0f);
        const ColourScale scale(false, 1, codes.range);
        QCOMPARE(pixel(codes, scale, 20, 15, 5), QColor(scale.masked()));
        QCOMPARE(pixel(codes, scale, 20, 5, 5), scale.at(0.75));
    }

    void theLargestMagnitudeOfAPixelShows_data()
    {
        QTest::addColumn<float>("spike");
        QTest::newRow("below 0") << -0.9f;
        QTest::newRow("above 0") << 0.9f;
    }

    void theLargestMagnitudeOfAPixelShows()
    {
        QFETCH(float, spike);
        std::vector<float> values(1000 * 1000, -spike * 0.5f);
        values[345 * 1000 + 678] = spike;
        const auto codes = codesOf(tileOf(1000, std::move(values)));
        const ColourScale scale(false, 1, codes.range);
        QCOMPARE(pixel(codes, scale, 100, 67, 34), scale.at(spike < 0 ? 0 : 1));
        QVERIFY(distance(pixel(codes, scale, 100, 10, 10), scale.at(spike < 0 ? 0.75 : 0.25)) < 12);
    }

    void aHeatmapOfDifferencesEndsWhereItIsTold()
    {
        AttentionHeatmap heatmap;
        heatmap.setQuantity(Quantity::Difference);
        heatmap.resize(500, 460);
        heatmap.show();
        const auto tokens = std::make_shared<const std::vector<Token>>(fakeTokens(2));
        heatmap.setTokens(tokens, tokens);
        heatmap.setTile(std::make_shared<const PatternTile>(tileOf(2, {0.25f, -0.125f, 0, notANumber})));
        const auto& scale = heatmap.colourScale();
        QCOMPARE(heatmap.largest(), 0.25f);
        QCOMPARE(colourAt(heatmap, {0, 0}), scale.at(1));
        QVERIFY(distance(colourAt(heatmap, {0, 1}), scale.at(0.25)) < 6);
        QCOMPARE(colourAt(heatmap, {1, 0}), scale.at(0.5));
        QCOMPARE(colourAt(heatmap, {1, 1}), QColor(scale.nan()));
        heatmap.setScaleTop(1.0f);
        QCOMPARE(heatmap.colourScale().number(1), 1.0);
        QVERIFY(distance(colourAt(heatmap, {0, 0}), heatmap.colourScale().at(0.625)) < 6);
        heatmap.setScaleTop(0.125f);
        QCOMPARE(colourAt(heatmap, {0, 0}), heatmap.colourScale().at(1));
        QCOMPARE(colourAt(heatmap, {0, 1}), heatmap.colourScale().at(0));
        heatmap.setPalette(darkPalette());
        QVERIFY(colourAt(heatmap, {1, 0}).lightness() < 40);
    }

    void theStripPaintsTheEndsAndTheMiddle()
    {
        ScaleStrip strip;
        strip.resize(300, strip.sizeHint().height());
        strip.setScale(ColourScale(false, 1, {Stage::Pattern, -0.5f, 0.5f, Quantity::Difference}));
        strip.show();
        const QImage image = strip.grab().toImage();
        const QRect bar = strip.barRect();
        const ColourScale scale(false, 1, {Stage::Pattern, -1, 1, Quantity::Difference});
        QVERIFY(distance(image.pixelColor(bar.left() + 2, bar.center().y()), scale.at(0)) < 30);
        QVERIFY(distance(image.pixelColor(bar.right() - 2, bar.center().y()), scale.at(1)) < 30);
        QVERIFY(distance(image.pixelColor(bar.center().x() + 2, bar.center().y()), scale.at(0.5)) < 30);
        QCOMPARE(strip.accessibleName(), u"Colour scale from -0.5 to +0.5"_s);
    }

    void differencesAreWrittenShort_data()
    {
        QTest::addColumn<double>("difference");
        QTest::addColumn<QString>("words");
        QTest::newRow("zero") << 0.0 << u"0"_s;
        QTest::newRow("one") << 1.0 << u"1"_s;
        QTest::newRow("large") << 1.274 << u"1.3"_s;
        QTest::newRow("hundredths") << 0.0249 << u"0.02"_s;
        QTest::newRow("rounded up") << 0.0096 << u"0.01"_s;
        QTest::newRow("small") << 8.3e-7 << u"8e-7"_s;
        QTest::newRow("NaN") << double(notANumber) << u"NaN"_s;
        QTest::newRow("infinite") << double(infinite) << u"inf"_s;
    }

    void differencesAreWrittenShort()
    {
        QFETCH(double, difference);
        QFETCH(QString, words);
        QCOMPARE(shortDifferenceText(difference), words);
    }
};

QTEST_MAIN(TestParityScale)
#include "tst_parity_scale.moc"
