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

    void picksAreKeptInOrderWhateverTheyWerePickedIn()
    {
        HeadSelection selection;
        selection.setShape(3, 4);
        QSignalSpy changed(&selection, &HeadSelection::pickedChanged);
        for (const HeadRef head : {ref(2, 0), ref(0, 3), ref(1, 1), ref(0, 1), ref(3, 0), ref(0, 4)})
            selection.togglePicked(head); // the last two are outside
        QVERIFY(selection.picked() == (std::vector{ref(0, 1), ref(0, 3), ref(1, 1), ref(2, 0)}));
        QCOMPARE(changed.count(), 4);
        QVERIFY(selection.isPicked(ref(1, 1)));
        QVERIFY(!selection.isPicked(ref(1, 2)));
        QVERIFY(!selection.isLocked());
        QVERIFY(selection.shown() == ref(0, 0));
        selection.togglePicked(ref(0, 3));
        QVERIFY(selection.picked() == (std::vector{ref(0, 1), ref(1, 1), ref(2, 0)}));
        selection.setPicked({ref(2, 2), ref(0, 0), ref(2, 2), ref(9, 9)});
        QVERIFY(selection.picked() == (std::vector{ref(0, 0), ref(2, 2)}));
        QCOMPARE(changed.count(), 6);
        selection.setPicked({ref(0, 0), ref(2, 2)}); // the same
        QCOMPARE(changed.count(), 6);
        selection.pickOnly(ref(1, 0));
        QVERIFY(selection.picked() == std::vector{ref(1, 0)});
        selection.clearPicked();
        QVERIFY(selection.picked().empty());
        selection.clearPicked();
        QCOMPARE(changed.count(), 8);
    }

    void aPickKeepsItsColour()
    {
        HeadSelection selection;
        selection.setShape(3, 4);
        for (const HeadRef head : {ref(2, 0), ref(1, 0), ref(0, 0)})
            selection.togglePicked(head);
        QCOMPARE(selection.pickSlot(ref(2, 0)), std::size_t{0});
        QCOMPARE(selection.pickSlot(ref(1, 0)), std::size_t{1});
        QCOMPARE(selection.pickSlot(ref(0, 0)), std::size_t{2});
        selection.togglePicked(ref(1, 0));
        QCOMPARE(selection.pickSlot(ref(0, 0)), std::size_t{2});
        selection.setPicked({ref(0, 0), ref(0, 1), ref(0, 2), ref(2, 0)}); // new ones take what is free
        QCOMPARE(selection.pickSlot(ref(0, 0)), std::size_t{2});
        QCOMPARE(selection.pickSlot(ref(0, 1)), std::size_t{1});
        QCOMPARE(selection.pickSlot(ref(0, 2)), std::size_t{3});
        QCOMPARE(selection.pickSlot(ref(2, 0)), std::size_t{0});
    }

    void aSmallerShapeDropsPicksOutsideIt()
    {
        HeadSelection selection;
        selection.setShape(4, 4);
        selection.setPicked({ref(0, 1), ref(1, 3), ref(3, 0)});
        QSignalSpy changed(&selection, &HeadSelection::pickedChanged);
        selection.setShape(4, 4);
        QCOMPARE(changed.count(), 0);
        selection.setShape(2, 2);
        QVERIFY(selection.picked() == std::vector{ref(0, 1)});
        QCOMPARE(changed.count(), 1);
    }

    void soloGoesBackToWhatWasPicked()
    {
        HeadSelection selection;
        selection.setShape(4, 4);
        selection.setPicked({ref(0, 1), ref(1, 3)});
        selection.solo(ref(2, 2));
        QVERIFY(selection.picked() == std::vector{ref(2, 2)});
        QVERIFY(selection.isLocked());
        QVERIFY(selection.shown() == ref(2, 2));
        selection.solo(ref(2, 2));
        QVERIFY(selection.picked() == (std::vector{ref(0, 1), ref(1, 3)}));
        selection.solo(ref(2, 2));
        selection.togglePicked(ref(0, 0)); // another choice: there is no way back
        selection.togglePicked(ref(0, 0));
        selection.solo(ref(2, 2));
        QVERIFY(selection.picked() == std::vector{ref(2, 2)});
        selection.solo(ref(9, 9));
        QVERIFY(selection.picked() == std::vector{ref(2, 2)});
    }
};

QTEST_GUILESS_MAIN(TestHeadSelection)
#include "tst_head_selection.moc"
