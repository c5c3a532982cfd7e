// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/head_selection.h"

#include <QSignalSpy>
#include <QTest>

using namespace headscope;
using namespace headscope::ui;

namespace {
HeadRef ref(std::size_t layer, std::size_t head) { return {LayerId{layer}, HeadId{head}}; }
} // namespace

class TestHeadSelection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hoverPreviewsAndStaysWhenUnlocked()
    {
        HeadSelection selection;
        selection.setShape(2, 3);
        QSignalSpy shown(&selection, &HeadSelection::shownChanged);
        selection.hover(ref(1, 2));
        selection.hover(std::nullopt);
        QVERIFY(selection.shown() == ref(1, 2));
        QCOMPARE(shown.count(), 1);
    }

    void lockedHeadComesBackWhenThePointerLeaves()
    {
        HeadSelection selection;
        selection.setShape(2, 3);
        selection.toggleLock(ref(0, 1));
        QVERIFY(selection.isLocked());
        selection.hover(ref(1, 2));
        QVERIFY(selection.shown() == ref(1, 2));
        QVERIFY(selection.current() == ref(0, 1));
        selection.hover(std::nullopt);
        QVERIFY(selection.shown() == ref(0, 1));
    }

    void secondClickUnlocks()
    {
        HeadSelection selection;
        selection.setShape(2, 3);
        selection.toggleLock(ref(0, 1));
        selection.toggleLock(ref(1, 1)); // another head: the lock moves
        QVERIFY(selection.isLocked());
        QVERIFY(selection.shown() == ref(1, 1));
        selection.toggleLock(ref(1, 1));
        QVERIFY(!selection.isLocked());
        QVERIFY(selection.shown() == ref(1, 1));
    }

    void keyboardStopsAtTheEdgesAndTakesTheLockAlong()
    {
        HeadSelection selection;
        selection.setShape(2, 3);
        selection.toggleLock(ref(0, 0));
        selection.move(-1, -5);
        QVERIFY(selection.current() == ref(0, 0));
        selection.move(7, 1);
        QVERIFY(selection.current() == ref(1, 1));
        QVERIFY(selection.isLocked());
    }

    void aSmallerShapeForgetsAHeadThatIsGone()
    {
        HeadSelection selection;
        selection.setShape(4, 4);
        selection.toggleLock(ref(3, 3));
        selection.setShape(2, 2);
        QVERIFY(selection.current() == ref(0, 0));
        QVERIFY(!selection.isLocked());
        selection.toggleLock(ref(2, 0)); // outside
        QVERIFY(!selection.isLocked());
        selection.hover(ref(0, 9));
        QVERIFY(selection.shown() == ref(0, 0));
    }

    void anEqualShapeKeepsTheHead()
    {
        HeadSelection selection;
        selection.setShape(4, 4);
        selection.toggleLock(ref(3, 2));
        selection.setShape(4, 4);
        QVERIFY(selection.shown() == ref(3, 2));
        QVERIFY(selection.isLocked());
    }
};

QTEST_GUILESS_MAIN(TestHeadSelection)
#include "tst_head_selection.moc"
