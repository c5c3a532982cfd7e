// SPDX-License-Identifier: GPL-3.0-or-later
// Heatmap and feed together: what a long head looks like at every zoom.
#include "tests/ui/fakes.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/theme.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

/// Wired as in the window.
struct Rig {
    explicit Rig(std::shared_ptr<FakePatternSource> from, QSize size = {700, 680})
        : source(std::move(from))
    {
        QObject::connect(&heatmap, &AttentionHeatmap::viewChanged, &feed, &HeadTileFeed::look);
        QObject::connect(&feed, &HeadTileFeed::tileReady, &heatmap, &AttentionHeatmap::tileArrived);
        QObject::connect(&feed, &HeadTileFeed::coarseReady, &heatmap, &AttentionHeatmap::coarseArrived);
        heatmap.resize(size);
        heatmap.show();
        const auto tokens = std::make_shared<const std::vector<Token>>(fakeTokens(source->queries()));
        feed.setSource(source, 1, {0});
        heatmap.setTokens(tokens, tokens);
        show({{0}, {0}});
    }

    void show(HeadRef head, Pool pool = Pool::Maximum)
    {
        feed.show(head, pool);
        heatmap.setTiles(&feed);
    }

    bool settle()
    {
        return QTest::qWaitFor([this] { return feed.isSettled() && heatmap.isComplete(); }, 20000);
    }

    QColor colourAt(Cell cell)
    {
        QCoreApplication::processEvents();
        const QPointF centre = heatmap.cellRect(cell).center();
        return heatmap.grab().toImage().pixelColor(int(std::floor(centre.x())), int(std::floor(centre.y())));
    }

    std::shared_ptr<FakePatternSource> source;
    HeadTileFeed feed;
    AttentionHeatmap heatmap;
};

std::shared_ptr<SparsePatternSource> sparse(std::size_t length, std::vector<SparsePatternSource::Spike> spikes)
{
    const auto source = std::make_shared<SparsePatternSource>(length);
    source->spikes = std::move(spikes);
    return source;
}

void drag(AttentionHeatmap& heatmap, QPoint from, QPoint to, Qt::KeyboardModifiers with = {})
{
    auto* plot = heatmap.childAt(from);
    const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButton button) {
        const QPointF local = plot->mapFrom(&heatmap, at);
        QMouseEvent event(type, local, plot->mapToGlobal(local), button, Qt::LeftButton, with);
        QCoreApplication::sendEvent(plot, &event);
    };
    send(QEvent::MouseButtonPress, from, Qt::LeftButton);
    send(QEvent::MouseMove, (from + to) / 2, Qt::NoButton);
    send(QEvent::MouseMove, to, Qt::NoButton);
    send(QEvent::MouseButtonRelease, to, Qt::LeftButton);
}

} // namespace

class TestTiledHeatmap : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void aSpikeIsSeenAtEveryZoom_data()
    {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("query");
        QTest::addColumn<int>("key");
        QTest::newRow("2,048") << 2048 << 1234 << 1001;
        QTest::newRow("first cell of 2,048") << 2048 << 0 << 0;
        QTest::newRow("last cell of 2,048") << 2048 << 2047 << 2047;
        QTest::newRow("8,192") << 8192 << 6001 << 17;
        QTest::newRow("first of a tile at 8,192") << 8192 << 4096 << 1024;
        QTest::newRow("last of a tile at 8,192") << 8192 << 4095 << 1023;
        QTest::newRow("odd length") << 5003 << 3333 << 2500;
        QTest::newRow("last cell of an odd length") << 5003 << 5002 << 5002;
        QTest::newRow("last whole block of an odd length") << 5003 << 4999 << 4998;
        QTest::newRow("left over") << 5003 << 5001 << 3;
    }

    void aSpikeIsSeenAtEveryZoom()
    {
        QFETCH(int, length);
        QFETCH(int, query);
        QFETCH(int, key);
        const Cell cell{static_cast<std::size_t>(query), static_cast<std::size_t>(key)};
        Rig rig(sparse(static_cast<std::size_t>(length), {{cell.query, cell.key}}));
        const QColor hot(rig.heatmap.colourScale().value(1)), cold(rig.heatmap.colourScale().value(0));
        std::size_t finest = 99, levels = 0;
        for (int zooms = 0; zooms < 14; ++zooms) {
            QVERIFY(rig.settle());
            if (rig.heatmap.view().level != finest)
                ++levels;
            finest = rig.heatmap.view().level;
            QCOMPARE(rig.colourAt(cell), hot);
            const auto aside = [length](std::size_t at) {
                return at + 300 < static_cast<std::size_t>(length) ? at + 300 : at - 300;
            };
            QCOMPARE(zooms == 0 ? rig.colourAt({aside(cell.query), aside(cell.key)}) : cold, cold);
            rig.heatmap.choose(cell);
            rig.heatmap.zoom(0.6);
            rig.heatmap.choose(std::nullopt); // its frame would cover the pixel
        }
        QCOMPARE(finest, std::size_t{0});
        QVERIFY(levels >= (length > 4000 ? 3u : 2u));
    }

    void kindsStayDifferentAtEveryZoom()
    {
        // Four bands of keys: padding, allowed zeros, masked, allowed NaN.
        const auto source = std::make_shared<FakePatternSource>(2500);
        source->kind = [](std::size_t, std::size_t key) {
            return key < 700 ? CellKind::Padding : key < 1300 || key >= 1900 ? CellKind::Allowed : CellKind::Masked;
        };
        source->value = [](LayerId, HeadId, std::size_t, std::size_t key) {
            return key >= 1900 ? std::numeric_limits<float>::quiet_NaN() : 0.0f;
        };
        Rig rig(source);
        for (const std::size_t row : {std::size_t{40}, std::size_t{2480}}) {
            for (int zooms = 0; zooms < 3; ++zooms) {
                QVERIFY(rig.settle());
                const auto& scale = rig.heatmap.colourScale();
                const QColor padding = rig.colourAt({row, 350});
                QVERIFY(padding == QColor(scale.padding(0, 0)) || padding == QColor(scale.padding(3, 0)));
                QCOMPARE(rig.colourAt({row, 1000}), QColor(scale.value(0)));
                QCOMPARE(rig.colourAt({row, 1600}), QColor(scale.masked()));
                QCOMPARE(rig.colourAt({row, 2200}), QColor(scale.nan()));
                rig.heatmap.resize(rig.heatmap.size() / 1.5); // coarser and coarser
            }
            rig.heatmap.resize(700, 680);
        }
    }

    void cellsOnBothSidesOfATileBorderAreTheirOwn()
    {
        const auto nan = std::numeric_limits<float>::quiet_NaN();
        const auto source = sparse(2048,
            {{511, 511, 1}, {512, 512, nan}, {511, 512, 0, CellKind::Masked}, {512, 511, 0.5f},
                {510, 510, 0, CellKind::Padding}});
        Rig rig(source);
        rig.heatmap.choose(Cell{511, 511});
        rig.heatmap.zoom(0.004); // a handful of cells
        rig.heatmap.choose(std::nullopt);
        QVERIFY(rig.settle());
        const auto& scale = rig.heatmap.colourScale();
        QCOMPARE(rig.colourAt({511, 511}), QColor(scale.value(1)));
        QCOMPARE(rig.colourAt({512, 512}), QColor(scale.nan()));
        QCOMPARE(rig.colourAt({511, 512}), QColor(scale.masked()));
        QCOMPARE(rig.colourAt({512, 511}), QColor(scale.value(0.5f)));
        QCOMPARE(rig.colourAt({510, 511}), QColor(scale.value(0)));
        QCOMPARE(rig.colourAt({513, 512}), QColor(scale.value(0)));
    }

    /// Other labels move the cells, and the window after them, so that what the pointer is on stays under it.
    void whatTheWheelZoomsToIsWhatIsAskedFor()
    {
        Rig rig(sparse(3000, {}));
        QVERIFY(rig.settle());
        const QPointF place = rig.heatmap.cellRect({2500, 400}).center();
        auto* plot = rig.heatmap.childAt(place.toPoint());
        const QSignalSpy views(&rig.heatmap, &AttentionHeatmap::viewChanged);
        for (int i = 0; i < 60; ++i) {
            QWheelEvent event(
                place, plot->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(plot, &event);
            QVERIFY(!views.isEmpty());
            QCOMPARE(views.last()[0].value<TileView>().seen, rig.heatmap.view().seen);
        }
        QVERIFY(rig.settle());
    }

    void labelsThatAreLeftOutTakeNoRoom()
    {
        const auto sideOf = [](std::size_t longOne) {
            Rig rig(sparse(3000, {}), {1000, 500});
            auto tokens = fakeTokens(3000);
            tokens[longOne].label = "a-token-wider-than-all-the-others";
            const auto shared = std::make_shared<const std::vector<Token>>(tokens);
            rig.heatmap.setTokens(shared, shared);
            const QRectF first = rig.heatmap.cellRect({0, 0}), last = rig.heatmap.cellRect({2999, 2999});
            return last.bottom() - first.top();
        };
        const double drawn = sideOf(2000), leftOut = sideOf(2001);
        QVERIFY2(leftOut > drawn + 20, qPrintable(QStringLiteral("%1 %2").arg(leftOut).arg(drawn)));
    }

    void panningShowsTheRightCells()
    {
        // Every cell has a value of its own place.
        const auto source = std::make_shared<FakePatternSource>(2048);
        source->kind = [](std::size_t, std::size_t) { return CellKind::Allowed; };
        source->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return static_cast<float>((query * 7 + key * 13) % 97) / 96;
        };
        Rig rig(source);
        rig.heatmap.zoom(0.08); // 164 cells a side, at the centre; a drag goes beyond the tiles there
        QVERIFY(rig.settle());
        const QPoint middle = rig.heatmap.cellRect({1024, 1024}).center().toPoint();
        for (const QPoint way : {QPoint(200, 0), QPoint(0, 200), QPoint(-200, -200), QPoint(-200, 0)}) {
            const QRectF before = rig.heatmap.cellRect({1024, 1024});
            for (int i = 0; i < 4; ++i)
                drag(rig.heatmap, middle, middle + way);
            QVERIFY(rig.settle());
            const QRectF after = rig.heatmap.cellRect({1024, 1024});
            QVERIFY(QLineF(after.topLeft(), before.topLeft() + 4 * way).length() < 2);
            QEvent leave(QEvent::Leave); // the pointer's cross would lighten cells
            QCoreApplication::sendEvent(&rig.heatmap, &leave);
            const QRectF seen = rig.heatmap.view().seen;
            for (std::size_t query = std::size_t(std::ceil(seen.top())); double(query) + 1 <= seen.bottom();
                 query += 17)
                for (std::size_t key = std::size_t(std::ceil(seen.left())); double(key) + 1 <= seen.right(); key += 17)
                    QCOMPARE(rig.colourAt({query, key}),
                        QColor(rig.heatmap.colourScale().value(source->value({0}, {0}, query, key))));
        }
    }

    void anotherHeadNeverShowsCellsOfTheOneBefore()
    {
        const auto source = std::make_shared<FakePatternSource>(2048, 1, 2);
        source->kind = [](std::size_t, std::size_t) { return CellKind::Allowed; };
        source->value = [](LayerId, HeadId head, std::size_t, std::size_t) { return head.value == 0 ? 1.0f : 0.5f; };
        Rig rig(source);
        QVERIFY(rig.settle());
        QCOMPARE(rig.colourAt({100, 100}), QColor(rig.heatmap.colourScale().value(1)));
        source->hold = true;
        rig.show({{0}, {1}});
        QVERIFY(!rig.heatmap.hasCells());
        QTRY_VERIFY_WITH_TIMEOUT( // within a frame
            rig.colourAt({100, 100}) != QColor(rig.heatmap.colourScale().value(1)), 100);
        rig.feed.setThumbnail(
            {{0}, {1}}, source->make({0}, {1}, {0, 2048}, {0, 2048}, {.maxHeight = 64, .maxWidth = 64}));
        QVERIFY(rig.heatmap.hasCells() && !rig.heatmap.isComplete());
        QTRY_COMPARE(rig.colourAt({100, 100}), QColor(rig.heatmap.colourScale().value(0.5f)));
        rig.show({{0}, {0}}); // remembered: at once, with nothing asked for
        QVERIFY(rig.heatmap.isComplete());
        QCOMPARE(rig.colourAt({100, 100}), QColor(rig.heatmap.colourScale().value(1)));
        source->hold = false;
        source->release();
        QCoreApplication::processEvents();
        QCOMPARE(rig.colourAt({100, 100}), QColor(rig.heatmap.colourScale().value(1)));
    }

    void aFinerTileReplacesTheCoarsePictureAndNothingElse()
    {
        const auto source = sparse(2048, {{1000, 1000}});
        Rig rig(source);
        QVERIFY(rig.settle());
        source->hold = true;
        rig.heatmap.choose(Cell{1000, 1000});
        rig.heatmap.zoom(0.02);
        rig.heatmap.choose(std::nullopt);
        QCOMPARE(rig.heatmap.view().level, std::size_t{0});
        const QColor hot(rig.heatmap.colourScale().value(1)), cold(rig.heatmap.colourScale().value(0));
        QTRY_COMPARE(rig.colourAt({1000, 1000}), hot); // from the coarser level, as large as its block
        QCOMPARE(rig.colourAt({1001, 1001}), hot);
        QCOMPARE(rig.colourAt({1002, 1000}), cold);
        source->hold = false;
        source->release();
        QVERIFY(rig.settle());
        QCOMPARE(rig.colourAt({1000, 1000}), hot);
        QCOMPARE(rig.colourAt({1001, 1001}), cold);
    }

    void aThumbnailStandsInWithoutLosingASpike_data()
    {
        QTest::addColumn<int>("place");
        for (const int place : {0, 78, 79, 80, 157, 158, 2500, 4976, 4977, 5002}) // blocks of 79 against blocks of 8
            QTest::addRow("%d", place) << place;
    }

    void aThumbnailStandsInWithoutLosingASpike()
    {
        QFETCH(int, place);
        const auto at = static_cast<std::size_t>(place);
        const auto source = sparse(5003, {{at, at}});
        source->hold = true;
        Rig rig(source);
        rig.feed.setThumbnail(
            {{0}, {0}}, source->make({0}, {0}, {0, 5003}, {0, 5003}, {.maxHeight = 64, .maxWidth = 64}));
        QVERIFY(rig.heatmap.hasCells() && !rig.heatmap.isComplete());
        QTRY_COMPARE(rig.colourAt({at, at}), QColor(rig.heatmap.colourScale().value(1)));
        const std::size_t aside = at < 1000 ? at + 400 : at - 400;
        QCOMPARE(rig.colourAt({aside, aside}), QColor(rig.heatmap.colourScale().value(0)));
    }

    void aLongHeadHasACoarsePictureBeforeItsTiles()
    {
        const auto source = std::make_shared<SparsePatternSource>(8192);
        source->background = CellKind::Masked;
        Rig rig(source);
        QTRY_VERIFY(rig.heatmap.hasCells());
        QVERIFY(source->requests < 30); // of the 64 tiles and 16 bands
        QVERIFY(!rig.heatmap.isComplete());
        QVERIFY(rig.settle());
        QCOMPARE(rig.colourAt({8000, 8000}), QColor(rig.heatmap.colourScale().masked()));
    }

    void aBoxIsZoomedInto()
    {
        const auto source = sparse(2048, {{1500, 700}});
        Rig rig(source);
        QVERIFY(rig.settle());
        const QPoint from = rig.heatmap.cellRect({1400, 600}).center().toPoint(),
                     to = rig.heatmap.cellRect({1600, 800}).center().toPoint();
        QSignalSpy chosen(&rig.heatmap, &AttentionHeatmap::cellChosen);
        drag(rig.heatmap, from, to, Qt::ShiftModifier);
        QCOMPARE(chosen.count(), 0);
        const QRectF seen = rig.heatmap.view().seen;
        QVERIFY2(
            std::abs(seen.left() - 600) < 6 && std::abs(seen.right() - 800) < 6, qPrintable(QDebug::toString(seen)));
        QVERIFY(std::abs(seen.top() - 1400) < 6 && std::abs(seen.bottom() - 1600) < 6);
        QVERIFY(rig.settle());
        QCOMPARE(rig.colourAt({1500, 700}), QColor(rig.heatmap.colourScale().value(1)));
        QTest::keyClick(&rig.heatmap, Qt::Key_Left, Qt::ShiftModifier); // pans by a tenth
        QVERIFY(std::abs(rig.heatmap.view().seen.left() - (seen.left() - seen.width() / 10)) < 0.01);
        QVERIFY(!rig.heatmap.chosenCell());
        QTest::keyClick(&rig.heatmap, Qt::Key_0);
        QCOMPARE(rig.heatmap.view().seen, QRectF(0, 0, 2048, 2048));
    }

    void aTinyChosenCellIsFramedAndStillSeen()
    {
        Rig rig(sparse(2048, {{1000, 1000}}));
        QVERIFY(rig.settle());
        rig.heatmap.choose(Cell{1000, 1000});
        QCOMPARE(rig.colourAt({1000, 1000}), QColor(rig.heatmap.colourScale().value(1)));
        const QImage image = rig.heatmap.grab().toImage();
        const QPoint centre = rig.heatmap.cellRect({1000, 1000}).center().toPoint();
        int white = 0;
        for (int x = 0; x < 10; ++x)
            white += image.pixelColor(centre + QPoint(x, 0)) == QColor(Qt::white);
        QVERIFY(white > 0);
    }

    void meansAreMeansOfTheBlocksThatTheLabelNames()
    {
        const auto source = std::make_shared<FakePatternSource>(2048);
        source->kind = [](std::size_t, std::size_t) { return CellKind::Allowed; };
        source->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return (query / 16 + key / 16) % 2 == 0 ? (query + key) % 2 == 0 ? 0.6f : 0.2f : 0.0f;
        };
        Rig rig(source);
        QVERIFY(rig.settle());
        QCOMPARE(rig.colourAt({800, 800}), QColor(rig.heatmap.colourScale().value(0.6f)));
        QVERIFY(rig.heatmap.cellsPerDot() >= 4);
        rig.show({{0}, {0}}, Pool::Mean);
        QVERIFY(rig.settle());
        QCOMPARE(rig.heatmap.cellsPerDot(), std::size_t{4});
        QCOMPARE(rig.colourAt({807, 807}), QColor(rig.heatmap.colourScale().value(0.4f)));
        QCOMPARE(rig.colourAt({823, 807}), QColor(rig.heatmap.colourScale().value(0)));
    }

    void theLabelNamesWhatADotStandsFor()
    {
        Rig rig(sparse(2048, {}));
        const double side = rig.heatmap.view().seen.width() / rig.heatmap.cellRect({0, 0}).width() / 2048;
        QVERIFY(side > 0);
        const double perPixel = 1 / rig.heatmap.cellRect({0, 0}).width();
        QCOMPARE(rig.heatmap.cellsPerDot(), static_cast<std::size_t>(std::ceil(perPixel)));
        rig.heatmap.zoom(0.1);
        QCOMPARE(rig.heatmap.cellsPerDot(), std::size_t{1});
    }

    void theAutomaticScaleEndsAtTheLargestOfTheHeadWhateverIsSeen()
    {
        const auto source = sparse(2048, {{2000, 2000, 0.25f}, {100, 100, 0.125f}});
        Rig rig(source);
        rig.heatmap.setScaleMode(ScaleMode::Auto);
        QVERIFY(rig.settle());
        QCoreApplication::processEvents();
        const auto top = [&] { return rig.heatmap.colourScale().number(1); };
        QVERIFY(std::abs(top() - 0.25) < 1e-4);
        rig.heatmap.choose(Cell{100, 100});
        rig.heatmap.zoom(0.02);
        QVERIFY(rig.settle());
        QCoreApplication::processEvents();
        QVERIFY(std::abs(top() - 0.25) < 1e-4);
    }
};

QTEST_MAIN(TestTiledHeatmap)
#include "tst_tiled_heatmap.moc"
