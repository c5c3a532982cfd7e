// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "tests/ui/fakes.h"
#include "ui/views/colour_scale.h"
#include "ui/views/picture.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestPicture : public QObject {
    Q_OBJECT

    const SheetStyle style{{}, {}, QStringLiteral("what made this picture, in words that go on for a while")};

    static std::size_t pixelsOf(const QImage& image, QRgb colour)
    {
        std::size_t count = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                count += (image.pixel(x, y) & 0xffffff) == (colour & 0xffffff);
        return count;
    }

private Q_SLOTS:
    void aHeadIsDrawnOnWhiteAtTheScaleAskedFor()
    {
        const auto source = std::make_shared<FakePatternSource>(10);
        const auto capture = std::make_shared<FakeCapture>(source);
        const auto tile = source->make({1}, {2}, {0, 10}, {0, 10}, {});
        const QImage once = headPicture(HeadSheet(capture, tile, style), 1),
                     twice = headPicture(HeadSheet(capture, tile, style), 2);
        QCOMPARE(twice.size(), once.size() * 2);
        QCOMPARE(QColor(once.pixel(1, 1)), QColor(Qt::white));
        // Ten diagonal cells in the brightest colour; they hold far more pixels than the legend's end.
        const auto bright = pixelsOf(once, ColourScale().value(1));
        QVERIFY2(bright > 10 * 20 * 20, qPrintable(QString::number(bright)));
        QVERIFY(pixelsOf(twice, ColourScale().value(1)) > 3 * bright); // sharp, not blown up
    }

    /// A heatmap widget is larger than what it draws; its background must not cover the colour bar or the provenance
    /// line.
    void nothingCoversTheLegend_data()
    {
        QTest::addColumn<int>("tokens");
        for (const int tokens : {3, 14, 43, 160})
            QTest::addRow("%d tokens", tokens) << tokens;
    }

    void nothingCoversTheLegend()
    {
        QFETCH(int, tokens);
        const auto count = static_cast<std::size_t>(tokens);
        const auto source = std::make_shared<FakePatternSource>(count);
        const auto capture = std::make_shared<FakeCapture>(source);
        const QImage image
            = headPicture(HeadSheet(capture, source->make({0}, {0}, {0, count}, {0, count}, {}), style), 1);
        const auto ink = [](const QImage& strip) {
            return static_cast<std::size_t>(strip.width()) * strip.height() - pixelsOf(strip, qRgb(255, 255, 255));
        };
        QVERIFY(ink(image.copy(image.width() - 124, 60, 16, 240)) > 1000); // the bar itself
        QVERIFY(ink(image.copy(20, image.height() - 36, 200, 16)) > 100); // the line below
    }

    void aHugeGridIsCapped()
    {
        const auto source = std::make_shared<FakePatternSource>(2, 64, 64);
        const auto capture = std::make_shared<FakeCapture>(source);
        GridSheet sheet(capture, {}, style);
        sheet.add(*source->make({0}, {0}, {0, 2}, {0, 2}, {}));
        const QImage image = gridPicture(sheet, 4);
        QVERIFY(!image.isNull());
        QVERIFY(double(image.width()) * image.height() <= largestPicture);
        const int drawn = qRound(image.devicePixelRatio());
        QVERIFY(drawn < 4);
        QVERIFY(scaleNote(4, image).contains(QStringLiteral("drawn at scale %1 instead of 4").arg(drawn)));
        QVERIFY(scaleNote(drawn, image).isEmpty());
    }

    void aFileThatCannotBeWrittenIsNamed()
    {
        QImage image(4, 4, QImage::Format_RGB32);
        try {
            writePng(image, {}, "/nonexistent/directory/a.png");
            QFAIL("expected an error");
        } catch (const Error& e) {
            QCOMPARE(e.fault(), Fault::Output);
            QVERIFY(std::string(e.what()).find("a.png") != std::string::npos);
        }
    }

    void aPngCanBeReadBack()
    {
        const QTemporaryDir directory;
        QImage image(40, 30, QImage::Format_RGB32);
        image.fill(Qt::red);
        const QString file = directory.filePath(QStringLiteral("a.png"));
        writePng(image, {}, file.toStdString());
        QCOMPARE(QImage(file).size(), image.size());
        QCOMPARE(QDir(directory.path()).entryList(QDir::Files | QDir::Hidden).size(), 1); // nothing left beside it
    }
};

QTEST_MAIN(TestPicture)
#include "tst_picture.moc"
