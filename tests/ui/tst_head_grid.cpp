// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/head_colours.h"
#include "ui/views/head_grid.h"
#include "ui/windows/theme.h"

#include <QPaintEvent>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {
HeadRef ref(std::size_t layer, std::size_t head) { return {LayerId{layer}, HeadId{head}}; }
} // namespace

class TestHeadGrid : public QObject {
    Q_OBJECT

    HeadSelection selection_;
    std::unique_ptr<HeadGrid> grid_;
    FakePatternSource source_{16, 3, 4};

    QColor colourAt(HeadRef head) { return grid_->grab().toImage().pixelColor(grid_->headRect(head).center()); }
    void fill(HeadRef head) { grid_->setTile(head, *source_.make(head.layer, head.head, {0, 16}, {0, 16}, {})); }

private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void init()
    {
        selection_.setShape(0, 0);
        grid_ = std::make_unique<HeadGrid>(selection_);
        grid_->resize(400, 320);
        grid_->show();
        grid_->reset(3, 4);
    }

    void fillsInHeadByHead()
    {
        const QColor empty = colourAt(ref(1, 2));
        QVERIFY(!grid_->has(ref(1, 2)));
        source_.value = [](LayerId, HeadId, std::size_t, std::size_t) { return 1.0f; };
        fill(ref(1, 2));
        fill(ref(1, 2)); // again: still one head
        QVERIFY(grid_->has(ref(1, 2)));
        QCOMPARE(grid_->filled(), std::size_t{1});
        QVERIFY(colourAt(ref(1, 2)) != empty);
        QCOMPARE(colourAt(ref(1, 2)), QColor(ColourScale().value(1)));
        QCOMPARE(colourAt(ref(1, 1)), empty);
        grid_->reset(3, 4);
        QCOMPARE(grid_->filled(), std::size_t{0});
        QCOMPARE(colourAt(ref(1, 2)), empty);
    }

    void everyHeadIsFoundUnderItsThumbnail()
    {
        for (std::size_t layer = 0; layer < 3; ++layer)
            for (std::size_t head = 0; head < 4; ++head)
                QVERIFY(grid_->headAt(grid_->headRect(ref(layer, head)).center()) == ref(layer, head));
        QVERIFY(!grid_->headAt({0, 0}));
        QVERIFY(!grid_->headAt(grid_->headRect(ref(2, 3)).bottomRight() + QPoint(40, 40)));
    }

    void hoverPreviewsAndClickLocks()
    {
        QTest::mouseMove(grid_.get(), grid_->headRect(ref(0, 1)).center());
        QVERIFY(selection_.shown() == ref(0, 1));
        QTest::mouseClick(grid_.get(), Qt::LeftButton, {}, grid_->headRect(ref(1, 3)).center());
        QVERIFY(selection_.isLocked());
        QTest::mouseMove(grid_.get(), grid_->headRect(ref(0, 0)).center());
        QVERIFY(selection_.shown() == ref(0, 0));
        QVERIFY(selection_.current() == ref(1, 3));
        QTest::mouseClick(grid_.get(), Qt::LeftButton, {}, grid_->headRect(ref(1, 3)).center());
        QVERIFY(!selection_.isLocked());
    }

    void headsTakeTheColourOfTheirDifference()
    {
        fill(ref(0, 0));
        const QColor thumbnail = colourAt(ref(0, 0));
        HeadFigures differences(3, 4);
        differences.at(ref(0, 0)) = 0.0f;
        differences.at(ref(0, 1)) = 0.5f;
        differences.at(ref(0, 2)) = 0.25f;
        differences.at(ref(0, 3)) = std::numeric_limits<float>::quiet_NaN();
        grid_->setFigures(differences);
        const auto corner = [this](HeadRef head) { // the middle has a figure
            return grid_->grab().toImage().pixelColor(grid_->headRect(head).topLeft() + QPoint(3, 3));
        };
        const ColourScale scale = grid_->figureScale();
        QCOMPARE(scale.number(1), 0.5);
        QCOMPARE(corner(ref(0, 0)), scale.at(0.5));
        QCOMPARE(corner(ref(0, 1)), scale.at(1));
        QCOMPARE(corner(ref(0, 2)), QColor(scale.difference(0.25f)));
        QCOMPARE(corner(ref(0, 3)), QColor(scale.nan()));
        QVERIFY(corner(ref(1, 0)) != scale.at(0.5)); // not known yet
        const QImage image = grid_->grab().toImage();
        const QRect box = grid_->headRect(ref(0, 1)).adjusted(4, 4, -4, -4);
        bool hasFigure = false;
        for (int x = box.left(); x <= box.right(); ++x)
            hasFigure = hasFigure || image.pixelColor(x, box.center().y()) != scale.at(1);
        QVERIFY(hasFigure);
        grid_->setFigures({});
        QCOMPARE(colourAt(ref(0, 0)), thumbnail);
    }

    void differencesAreToldInWords()
    {
        selection_.choose(ref(0, 1));
        HeadFigures differences(3, 4);
        differences.at(ref(0, 1)) = 8.3e-7f;
        grid_->setFigures(differences);
        QCOMPARE(grid_->accessibleDescription(), u"L0 H1  largest |Δ| 8.3e-07"_s);
        selection_.choose(ref(1, 1));
        QCOMPARE(grid_->accessibleDescription(), u"L1 H1 (not compared yet)"_s);
        grid_->setFigures({});
        QCOMPARE(grid_->accessibleDescription(), u"L1 H1"_s);
    }

    void contributionsHaveASign()
    {
        selection_.choose(ref(0, 1));
        HeadFigures figures(3, 4, HeadMeasure::Contribution);
        figures.at(ref(0, 0)) = 0.5f;
        figures.at(ref(0, 1)) = -2.0f;
        grid_->setFigures(figures);
        const QImage image = grid_->grab().toImage();
        const auto corner
            = [&](HeadRef head) { return image.pixelColor(grid_->headRect(head).topLeft() + QPoint(3, 3)); };
        const ColourScale scale = grid_->figureScale();
        QCOMPARE(scale.number(0), -2.0);
        QCOMPARE(corner(ref(0, 1)), scale.at(0));
        QCOMPARE(corner(ref(0, 0)), QColor(scale.difference(0.5f)));
        QCOMPARE(grid_->accessibleDescription(), u"L0 H1  adds -2 logits"_s);
    }

    void differencesOfAnotherShapeAreLeftAside()
    {
        fill(ref(0, 0));
        const QColor thumbnail = colourAt(ref(0, 0));
        grid_->setFigures(HeadFigures(3, 5));
        QVERIFY(!grid_->showsFigures());
        QCOMPARE(colourAt(ref(0, 0)), thumbnail);
    }

    void aLockIsMarked()
    {
        for (std::size_t head = 0; head < 4; ++head)
            fill(ref(0, head));
        selection_.choose(ref(0, 2));
        const QPoint frame = grid_->headRect(ref(0, 2)).topLeft() + QPoint(-2, 20);
        const QColor before = grid_->grab().toImage().pixelColor(frame);
        selection_.toggleLock(ref(0, 2));
        const QColor after = grid_->grab().toImage().pixelColor(frame);
        QVERIFY(before != after);
        QCOMPARE(after, grid_->palette().color(QPalette::Highlight));
    }

    void keysMoveAndLock()
    {
        QTest::keyClick(grid_.get(), Qt::Key_Right);
        QTest::keyClick(grid_.get(), Qt::Key_Down);
        QVERIFY(selection_.shown() == ref(1, 1));
        QTest::keyClick(grid_.get(), Qt::Key_End);
        QVERIFY(selection_.shown() == ref(1, 3));
        QTest::keyClick(grid_.get(), Qt::Key_Return);
        QVERIFY(selection_.isLocked());
        QCOMPARE(grid_->accessibleDescription(), u"L1 H3, locked"_s);
    }

    void shiftAndClickPicksWithoutLocking()
    {
        for (const HeadRef head : {ref(0, 1), ref(2, 3)})
            QTest::mouseClick(grid_.get(), Qt::LeftButton, Qt::ShiftModifier, grid_->headRect(head).center());
        QVERIFY(selection_.picked() == (std::vector{ref(0, 1), ref(2, 3)}));
        QVERIFY(!selection_.isLocked());
        QTest::mouseClick(grid_.get(), Qt::LeftButton, Qt::ShiftModifier, grid_->headRect(ref(0, 1)).center());
        QVERIFY(selection_.picked() == std::vector{ref(2, 3)});
        QTest::mouseClick(grid_.get(), Qt::RightButton, Qt::ShiftModifier, grid_->headRect(ref(0, 1)).center());
        QVERIFY(selection_.picked() == std::vector{ref(2, 3)});
    }

    void everyPickHasAFrameInItsColour()
    {
        const auto frame = [this](HeadRef head) {
            const QRect box = grid_->headRect(head);
            return grid_->grab().toImage().pixelColor(box.left() + 1, box.center().y());
        };
        for (std::size_t head = 0; head < 4; ++head)
            fill(ref(1, head));
        selection_.choose(ref(0, 0));
        const QColor bare = frame(ref(1, 1));
        selection_.togglePicked(ref(1, 3));
        selection_.togglePicked(ref(1, 1));
        QCOMPARE(frame(ref(1, 3)), headColour(0, false));
        QCOMPARE(frame(ref(1, 1)), headColour(1, false));
        QVERIFY(frame(ref(1, 2)) != headColour(0, false) && frame(ref(1, 2)) != headColour(1, false));
        selection_.togglePicked(ref(1, 3));
        QCOMPARE(frame(ref(1, 1)), headColour(1, false));
        selection_.clearPicked();
        QCOMPARE(frame(ref(1, 1)), bare);
    }

    void doubleClickPicksOneHeadAndBack()
    {
        selection_.setPicked({ref(0, 1), ref(0, 2)});
        const auto twice = [this](HeadRef head) { // as a hand does it: the first click is a click
            const QPoint place = grid_->headRect(head).center();
            QTest::mouseClick(grid_.get(), Qt::LeftButton, {}, place);
            QTest::mouseDClick(grid_.get(), Qt::LeftButton, {}, place);
            QTest::mouseRelease(grid_.get(), Qt::LeftButton, {}, place); // else the next moves go to nobody
        };
        twice(ref(2, 1));
        QVERIFY(selection_.picked() == std::vector{ref(2, 1)});
        QVERIFY(selection_.isLocked());
        QVERIFY(selection_.current() == ref(2, 1));
        twice(ref(2, 1));
        QVERIFY(selection_.picked() == (std::vector{ref(0, 1), ref(0, 2)}));
    }

    void keysPick()
    {
        QTest::keyClick(grid_.get(), Qt::Key_Right);
        QTest::keyClick(grid_.get(), Qt::Key_Space, Qt::ShiftModifier);
        QVERIFY(selection_.picked() == std::vector{ref(0, 1)});
        QCOMPARE(grid_->accessibleDescription(), u"L0 H1, picked"_s);
        QTest::keyClick(grid_.get(), Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(selection_.picked().empty());
        QVERIFY(!selection_.isLocked());
        QTest::keyClick(grid_.get(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(grid_.get(), Qt::Key_Down, Qt::ShiftModifier);
        QVERIFY(selection_.picked() == (std::vector{ref(0, 1), ref(0, 2), ref(1, 2)}));
        QTest::keyClick(grid_.get(), Qt::Key_Left);
        QCOMPARE(selection_.picked().size(), std::size_t{3});
    }

    void manyHeadsScrollInsteadOfShrinking()
    {
        grid_->reset(40, 64);
        QVERIFY(grid_->minimumSize().width() > 64 * 26);
        QVERIFY(grid_->headRect(ref(39, 63)).right() < grid_->minimumSize().width());
    }

    void arrangedHeadsFlowWithNameAndFigure()
    {
        for (std::size_t layer = 0; layer < 3; ++layer) {
            LayerScores scores{.layer = {layer}};
            for (std::size_t head = 0; head < 4; ++head)
                scores.heads.push_back({.rows = 1, .entropy = static_cast<double>(layer * 4 + (head + 1) % 4)});
            grid_->setScores(scores);
        }
        const QRect table = grid_->headRect(ref(0, 3));
        grid_->arrangement().setOrder(HeadOrder::Entropy, true);
        const auto& shown = grid_->arrangement().shown();
        QVERIFY(shown.front() == ref(2, 2) && shown.back() == ref(0, 3));
        const QRect first = grid_->headRect(shown[0]), second = grid_->headRect(shown[1]);
        QCOMPARE(first.top(), second.top());
        QVERIFY(second.left() > first.right());
        for (const HeadRef head : shown) {
            const QRect box = grid_->headRect(head);
            QVERIFY(box.isValid() && grid_->rect().contains(box));
            QVERIFY(grid_->headAt(box.center()) == head);
            QVERIFY(grid_->headAt(QPoint(box.center().x(), box.bottom() + 6)) == head); // its caption, too
        }
        const QImage image = grid_->grab().toImage();
        const QColor window = grid_->palette().color(QPalette::Window);
        bool written = false;
        for (int x = first.left(); x <= first.right(); ++x)
            for (int y = first.bottom() + 2; y < first.bottom() + 20; ++y)
                written = written || image.pixelColor(x, y) != window;
        QVERIFY(written);
        grid_->arrangement().setOrder(HeadOrder::Model, true);
        QCOMPARE(grid_->headRect(ref(0, 3)), table);
    }

    void arrangedHeadsAreHoveredClickedAndWalkedInTheirOrder()
    {
        LayerScores scores{.layer = {0}};
        for (const double entropy : {1.0, 4.0, 2.0, 3.0})
            scores.heads.push_back({.rows = 1, .entropy = entropy});
        grid_->setScores(scores);
        grid_->arrangement().setOrder(HeadOrder::Entropy, true);
        grid_->arrangement().setFilter({HeadFilter::Keep::AtLeast, 2});
        QVERIFY(grid_->arrangement().shown() == (std::vector{ref(0, 1), ref(0, 3), ref(0, 2)}));
        QVERIFY(grid_->headRect(ref(1, 0)).isEmpty());
        QTest::mouseMove(grid_.get(), grid_->headRect(ref(0, 3)).center());
        QVERIFY(selection_.shown() == ref(0, 3));
        QTest::keyClick(grid_.get(), Qt::Key_Right);
        QVERIFY(selection_.shown() == ref(0, 2));
        QTest::keyClick(grid_.get(), Qt::Key_Right); // the end
        QVERIFY(selection_.shown() == ref(0, 2));
        QTest::keyClick(grid_.get(), Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(selection_.picked() == (std::vector{ref(0, 2), ref(0, 3)}));
        QTest::keyClick(grid_.get(), Qt::Key_Home);
        QVERIFY(selection_.shown() == ref(0, 1));
        QTest::mouseClick(grid_.get(), Qt::LeftButton, {}, grid_->headRect(ref(0, 2)).center());
        QVERIFY(selection_.isLocked() && selection_.current() == ref(0, 2));
        QTest::mouseClick(grid_.get(), Qt::LeftButton, Qt::ShiftModifier, grid_->headRect(ref(0, 1)).center());
        QVERIFY(selection_.isPicked(ref(0, 1)));
        selection_.choose(ref(2, 0)); // from elsewhere, and filtered out
        QTest::keyClick(grid_.get(), Qt::Key_Right);
        QVERIFY(selection_.shown() == ref(0, 1));
        grid_->arrangement().setFilter({HeadFilter::Keep::AtLeast, 5});
        QVERIFY(grid_->arrangement().shown().empty());
        QTest::keyClick(grid_.get(), Qt::Key_Right); // nowhere to go
        QVERIFY(selection_.shown() == ref(0, 1));
        const QImage nothing = grid_->grab().toImage(); // says so
        const QColor window = grid_->palette().color(QPalette::Window);
        bool written = false;
        for (int x = 0; x < nothing.width(); ++x)
            for (int y = 0; y < nothing.height(); ++y)
                written = written || nothing.pixelColor(x, y) != window;
        QVERIFY(written);
    }

    void hoveringPaintsOnlyTheHeadsConcerned()
    {
        for (std::size_t head = 0; head < 4; ++head)
            fill(ref(0, head));
        QCoreApplication::processEvents();
        struct Painted : QObject {
            QRegion region;
            bool eventFilter(QObject*, QEvent* event) override
            {
                if (event->type() == QEvent::Paint)
                    region += static_cast<QPaintEvent*>(event)->region();
                return false;
            }
        } painted;
        selection_.hover(ref(0, 1));
        QCoreApplication::processEvents();
        grid_->installEventFilter(&painted);
        selection_.hover(ref(0, 2));
        QTRY_VERIFY(!painted.region.isEmpty());
        for (const HeadRef head : {ref(0, 1), ref(0, 2)})
            QVERIFY(painted.region.contains(grid_->headRect(head)));
        QVERIFY(!painted.region.intersects(grid_->headRect(ref(2, 3))));
        const QImage piecewise = grid_->grab().toImage();
        grid_->update();
        QCoreApplication::processEvents();
        QCOMPARE(grid_->grab().toImage(), piecewise);
    }

    void theAutomaticScaleBrightensAFaintHead()
    {
        source_.value = [](LayerId, HeadId, std::size_t, std::size_t) { return 0.1f; };
        source_.kind = [](std::size_t, std::size_t) { return CellKind::Allowed; };
        fill(ref(0, 0));
        QCOMPARE(colourAt(ref(0, 0)), QColor(ColourScale().value(0.1f)));
        grid_->setScaleMode(ScaleMode::Auto);
        QCOMPARE(colourAt(ref(0, 0)), QColor(ColourScale(false, 0.1f).value(0.1f)));
        QVERIFY(colourAt(ref(0, 0)).green() > 220);
    }
};

QTEST_MAIN(TestHeadGrid)
#include "tst_head_grid.moc"
