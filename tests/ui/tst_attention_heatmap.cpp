// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/theme.h"

#include <QHelpEvent>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestAttentionHeatmap : public QObject {
    Q_OBJECT

    static std::unique_ptr<AttentionHeatmap> shown(const FakePatternSource& source, QSize size = {600, 560})
    {
        auto heatmap = std::make_unique<AttentionHeatmap>();
        heatmap->resize(size);
        heatmap->show();
        const auto tokens = std::make_shared<const std::vector<Token>>(fakeTokens(source.queries()));
        heatmap->setTokens(tokens, tokens);
        heatmap->setTile(source.make({0}, {0}, {0, source.queries()}, {0, source.keys()}, {}));
        return heatmap;
    }

    static QColor colourAt(AttentionHeatmap& heatmap, Cell cell)
    {
        QCoreApplication::processEvents();
        const QPointF centre = heatmap.cellRect(cell).center();
        return heatmap.grab().toImage().pixelColor(static_cast<int>(centre.x()), static_cast<int>(centre.y()));
    }

    static void wheel(AttentionHeatmap& heatmap, QPointF place, int delta)
    {
        auto* plot = heatmap.childAt(place.toPoint());
        const QPointF local = plot->mapFrom(&heatmap, place);
        QWheelEvent event(
            local, plot->mapToGlobal(local), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot, &event);
    }

    static QString toolTip(AttentionHeatmap& heatmap, QPointF place)
    {
        QHelpEvent event(QEvent::ToolTip, place.toPoint(), heatmap.mapToGlobal(place.toPoint()));
        QCoreApplication::sendEvent(&heatmap, &event);
        return QToolTip::text();
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void firstAndLastCellsHaveTheirColour_data()
    {
        QTest::addColumn<int>("length");
        for (const int length : {1, 2, 3, 13, 40})
            QTest::addRow("%d tokens", length) << length;
    }

    void firstAndLastCellsHaveTheirColour()
    {
        QFETCH(int, length);
        const auto last = static_cast<std::size_t>(length) - 1;
        const FakePatternSource source(static_cast<std::size_t>(length));
        const auto heatmap = shown(source);
        const auto& scale = heatmap->colourScale();
        QCOMPARE(colourAt(*heatmap, {0, 0}), QColor(scale.value(1)));
        QCOMPARE(colourAt(*heatmap, {last, last}), QColor(scale.value(1)));
        if (last > 0) {
            QCOMPARE(colourAt(*heatmap, {0, last}), QColor(scale.masked()));
            QCOMPARE(colourAt(*heatmap, {last, 0}), QColor(scale.value(0)));
        }
    }

    void labelsTellPieceAndId_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<QSize>("size");
        QTest::newRow("level") << 4 << QSize(600, 560);
        QTest::newRow("slanted") << 24 << QSize(700, 660);
        QTest::newRow("upright") << 40 << QSize(560, 520);
        QTest::newRow("some") << 200 << QSize(560, 520);
    }

    void labelsTellPieceAndId()
    {
        QFETCH(int, length);
        QFETCH(QSize, size);
        const FakePatternSource source(static_cast<std::size_t>(length));
        auto heatmap = shown(source, size);
        auto tokens = fakeTokens(source.queries());
        for (Token& token : tokens)
            token.piece = "<b>" + std::to_string(token.id);
        const auto shared = std::make_shared<const std::vector<Token>>(tokens);
        heatmap->setTokens(shared, shared);
        heatmap->setTile(source.make({0}, {0}, {0, source.queries()}, {0, source.keys()}, {}));
        QCoreApplication::processEvents();
        const auto toolTipAt = [&](QPointF place) { return toolTip(*heatmap, place); };
        for (const std::size_t i : {std::size_t{0}, static_cast<std::size_t>(length) / 4 * 2}) {
            const QRectF row = heatmap->cellRect({i, 0}), column = heatmap->cellRect({source.queries() - 1, i});
            const QString query = toolTipAt(row.center() - QPointF(row.width() / 2 + 12, 0));
            const QString key = toolTipAt(column.center() + QPointF(0, column.height() / 2 + 9));
            QVERIFY2(query.contains(u"q[%1]  ·t%1"_s.arg(i)) && query.contains(u">&lt;b&gt;%1<"_s.arg(i)),
                qPrintable(query));
            QVERIFY2(key.contains(u"k[%1]  ·t%1"_s.arg(i)), qPrintable(key));
            toolTipAt(row.center()); // the read-out tells of cells
            QTRY_COMPARE(QToolTip::text(), QString());
        }
    }

    void slantedLabelsBelongToTheCellTheyEndUnder()
    {
        const FakePatternSource source(12);
        const auto heatmap = shown(source);
        auto tokens = fakeTokens(12);
        for (Token& token : tokens) // too wide to be level, too far apart to be upright
            token.label = "a-long-word-" + std::to_string(token.id);
        const auto shared = std::make_shared<const std::vector<Token>>(tokens);
        heatmap->setTokens(shared, shared);
        QCoreApplication::processEvents();
        for (const std::size_t i : {2, 6, 11}) {
            const QRectF cell = heatmap->cellRect({11, i});
            for (const double along : {0, 15, 40}) {
                const QString said = toolTip(*heatmap, {cell.center().x() - along, cell.bottom() + 9 + along});
                QVERIFY2(said.contains(u"k[%1]"_s.arg(i)), qPrintable(u"%1 %2: %3"_s.arg(i).arg(along).arg(said)));
            }
        }
    }

    void specialTokensPaddingAndJointsAreMarked()
    {
        const FakePatternSource source(6);
        const auto heatmap = shown(source);
        const auto picture = [&](auto edit) {
            auto tokens = fakeTokens(source.queries());
            edit(tokens);
            const auto shared = std::make_shared<const std::vector<Token>>(tokens);
            heatmap->setTokens(shared, shared);
            heatmap->setTile(source.make({0}, {0}, {0, source.queries()}, {0, source.keys()}, {}));
            QCoreApplication::processEvents();
            return heatmap->grab().toImage();
        };
        const auto left = [&](const QImage& image, std::size_t first, std::size_t last) {
            const QRectF top = heatmap->cellRect({first, 0}), bottom = heatmap->cellRect({last, 0});
            return image.copy(0, static_cast<int>(top.top()), static_cast<int>(top.left()) - 1,
                static_cast<int>(bottom.bottom() - top.top()));
        };
        const QImage plain = picture([](auto&) {});
        const QImage special = picture([](auto& tokens) { tokens[1].special = true; });
        QVERIFY(left(special, 1, 1) != left(plain, 1, 1));
        QCOMPARE(left(special, 2, 5), left(plain, 2, 5));
        const auto hasColour = [](const QImage& image) { // all else is grey but the frame of the focus
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width() - 4; ++x)
                    if (const QColor pixel = image.pixelColor(x, y); pixel.blue() > pixel.green() + 50)
                        return true;
            return false;
        };
        QVERIFY(hasColour(left(special, 1, 1)) && !hasColour(left(plain, 1, 1)));
        const QImage padding = picture([](auto& tokens) { tokens[1].special = tokens[1].padding = true; });
        QVERIFY(!hasColour(left(padding, 1, 1)));
        QVERIFY(left(padding, 1, 1) != left(special, 1, 1) && left(padding, 1, 1) != left(plain, 1, 1));

        // A tie from the middle of token 2 to the middle of token 3, beside the cells and below them.
        const QImage tied = picture([](auto& tokens) { tokens[2].joinsNext = true; });
        QVERIFY(left(tied, 2, 3) != left(plain, 2, 3));
        QCOMPARE(left(tied, 0, 1), left(plain, 0, 1));
        QCOMPARE(left(tied, 4, 5), left(plain, 4, 5));
        const QRectF query = heatmap->cellRect({2, 0}), key = heatmap->cellRect({5, 2});
        const QPoint beside(static_cast<int>(query.left()) - 5, static_cast<int>(query.bottom()));
        const QPoint below(static_cast<int>(key.right()), static_cast<int>(key.bottom()) + 5);
        QVERIFY(tied.pixelColor(beside) != plain.pixelColor(beside));
        QVERIFY(tied.pixelColor(below) != plain.pixelColor(below));
    }

    void outerCellsAreAsLargeAsTheOthers()
    {
        const FakePatternSource source(4);
        const auto heatmap = shown(source);
        QCoreApplication::processEvents();
        const QImage image = heatmap->grab().toImage();
        const QColor hot(heatmap->colourScale().value(1));
        for (std::size_t i = 0; i < 4; ++i) { // every corner of a diagonal cell belongs to it
            const QRectF cell = heatmap->cellRect({i, i}).adjusted(2, 2, -2, -2);
            for (const QPointF corner : {cell.topLeft(), cell.topRight(), cell.bottomLeft(), cell.bottomRight()})
                QCOMPARE(image.pixelColor(corner.toPoint()), hot);
        }
        QCOMPARE(heatmap->cellRect({0, 0}).size(), heatmap->cellRect({3, 3}).size());
        QCOMPARE(heatmap->cellRect({0, 0}).width(), heatmap->cellRect({0, 0}).height());
    }

    void aSpikeAmongThousandsOfColumnsIsSeen()
    {
        FakePatternSource source(4096);
        source.kind = [](std::size_t, std::size_t) { return CellKind::Allowed; };
        source.value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return query == 1234 && key == 3001 ? 1.0f : 0.0f;
        };
        const auto heatmap = shown(source);
        QCOMPARE(colourAt(*heatmap, {1234, 3001}), QColor(heatmap->colourScale().value(1)));
        QCOMPARE(colourAt(*heatmap, {1300, 3001}), QColor(heatmap->colourScale().value(0)));
    }

    void maskedPaddedNanAndZeroCellsDiffer()
    {
        FakePatternSource source(4);
        source.kind = [](std::size_t, std::size_t key) { return static_cast<CellKind>(std::min<std::size_t>(key, 2)); };
        source.value = [](LayerId, HeadId, std::size_t query, std::size_t) {
            return query == 1 ? std::numeric_limits<float>::quiet_NaN() : 0.0f;
        };
        const auto heatmap = shown(source);
        const QColor zero = colourAt(*heatmap, {0, 0}), masked = colourAt(*heatmap, {0, 1}),
                     padded = colourAt(*heatmap, {0, 2}), nan = colourAt(*heatmap, {1, 0});
        for (const auto& [a, b] :
            {std::pair{zero, masked}, {zero, padded}, {zero, nan}, {masked, padded}, {masked, nan}, {padded, nan}})
            QVERIFY(a != b);
        QCOMPARE(nan, QColor(heatmap->colourScale().nan()));
    }

    void followsThePalette()
    {
        const FakePatternSource source(5);
        const auto heatmap = shown(source);
        const QColor light = colourAt(*heatmap, {0, 4});
        heatmap->setPalette(darkPalette());
        const QColor dark = colourAt(*heatmap, {0, 4});
        QVERIFY(dark.lightness() < 100 && light.lightness() > 150);
        const QColor background = heatmap->grab().toImage().pixelColor(2, 2);
        QCOMPARE(background, darkPalette().color(QPalette::Window));
    }

    void clickChoosesAndKeysMove()
    {
        const FakePatternSource source(6);
        const auto heatmap = shown(source);
        QCoreApplication::processEvents();
        QSignalSpy chosen(heatmap.get(), &AttentionHeatmap::cellChosen);
        const QPoint place = heatmap->cellRect({4, 2}).center().toPoint();
        auto* plot = heatmap->childAt(place);
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->mapFrom(heatmap.get(), place));
        QCOMPARE(chosen.count(), 1);
        QVERIFY(heatmap->chosenCell() == Cell({4, 2}));
        QTest::keyClick(heatmap.get(), Qt::Key_Down);
        QTest::keyClick(heatmap.get(), Qt::Key_Down); // stops at the edge
        QTest::keyClick(heatmap.get(), Qt::Key_Left);
        QVERIFY(heatmap->chosenCell() == Cell({5, 1}));
        QTest::keyClick(heatmap.get(), Qt::Key_Home);
        QVERIFY(heatmap->chosenCell() == Cell({5, 0}));
    }

    void wheelZoomsAboutThePointerWithinTheData()
    {
        const FakePatternSource source(20);
        const auto heatmap = shown(source);
        QCoreApplication::processEvents();
        const Cell cell{15, 4};
        const QPointF place = heatmap->cellRect(cell).center();
        const double before = heatmap->cellRect(cell).width();
        wheel(*heatmap, place, 480);
        QVERIFY(heatmap->cellRect(cell).width() > before * 1.3);
        QVERIFY(heatmap->cellRect(cell).contains(place)); // the cell under the pointer stays there
        for (int i = 0; i < 60; ++i)
            wheel(*heatmap, place, -480);
        QCOMPARE(heatmap->cellRect(cell).width(), before);
        for (int i = 0; i < 60; ++i)
            wheel(*heatmap, place, 480);
        QVERIFY(heatmap->cellRect(cell).width() < heatmap->width()); // never closer than two cells
        heatmap->resetView();
        QCOMPARE(heatmap->cellRect(cell).width(), before);
    }

    void aNewTileKeepsTheZoom()
    {
        const FakePatternSource source(20);
        const auto heatmap = shown(source);
        heatmap->zoom(0.4);
        const QRectF before = heatmap->cellRect({10, 10});
        heatmap->setTile(source.make({1}, {2}, {0, 20}, {0, 20}, {}));
        QCOMPARE(heatmap->cellRect({10, 10}), before);
    }
};

QTEST_MAIN(TestAttentionHeatmap)
#include "tst_attention_heatmap.moc"
