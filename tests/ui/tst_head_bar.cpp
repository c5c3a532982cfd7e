// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/head_grid.h"
#include "ui/windows/head_bar.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {
HeadRef ref(std::size_t layer, std::size_t head) { return {LayerId{layer}, HeadId{head}}; }
} // namespace

class TestHeadBar : public QObject {
    Q_OBJECT

    std::unique_ptr<QWidget> window_;
    HeadSelection* selection_ = nullptr;
    HeadGrid* grid_ = nullptr;
    HeadBar* bar_ = nullptr;

    template <class Widget> Widget* find(const QString& name)
    {
        auto* found = window_->findChild<Widget*>(name);
        Q_ASSERT(found);
        return found;
    }
    QComboBox* order() { return find<QComboBox>(u"orderBox"_s); }
    void choose(HeadOrder wanted) { order()->setCurrentIndex(order()->findData(static_cast<int>(wanted))); }
    QString count() { return find<QLabel>(u"headCount"_s)->text(); }
    void score(std::size_t layer, std::vector<double> inductions)
    {
        LayerScores scores{.layer = {layer}};
        for (const double induction : inductions)
            scores.heads.push_back({.rows = 1, .entropy = 10 * induction, .induction = induction});
        grid_->setScores(scores);
    }
    /// Heads 0 and 2 look at themselves, the others at the first token.
    void fill(std::size_t layer)
    {
        FakePatternSource source(4, 2, 4);
        source.value = [](LayerId, HeadId head, std::size_t query, std::size_t key) {
            return (head.value % 2 == 0 ? key == query : key == 0) ? 1.0f : 0.0f;
        };
        for (std::size_t head = 0; head < 4; ++head)
            grid_->setTile(ref(layer, head), *source.make({layer}, {head}, {0, 4}, {0, 4}, {}));
    }
    /// The menu of a head, as the right button opens it.
    QMenu* menuOf(HeadRef head)
    {
        delete bar_->findChild<QMenu*>(u"headGridMenu"_s); // it may be closed by then, and gone
        Q_EMIT grid_->customContextMenuRequested(grid_->headRect(head).center());
        return bar_->findChild<QMenu*>(u"headGridMenu"_s);
    }
    static QAction* entry(QMenu* menu, const QString& words)
    {
        for (auto* action : menu->actions())
            if (action->text() == words)
                return action;
        return nullptr;
    }

private Q_SLOTS:
    void init()
    {
        window_ = std::make_unique<QWidget>();
        selection_ = new HeadSelection(window_.get());
        grid_ = new HeadGrid(*selection_, window_.get());
        bar_ = new HeadBar(*grid_, *selection_, window_.get());
        bar_->setGeometry(0, 0, 760, 40);
        grid_->setGeometry(0, 40, 760, 400);
        window_->resize(760, 440);
        window_->show();
        grid_->reset(2, 4);
    }

    void choosingAFigureArranges()
    {
        QVERIFY(!find<QLabel>(u"headCount"_s)->isVisible());
        QVERIFY(!find<QComboBox>(u"keepBox"_s)->isVisible());
        score(0, {0.1, 0.4, 0.2, 0.3});
        QSignalSpy arranged(bar_, &HeadBar::arranged);
        choose(HeadOrder::Induction);
        QCOMPARE(arranged.count(), 1);
        QVERIFY(grid_->arrangement().shown().front() == ref(0, 1));
        QCOMPARE(count(), u"8 of 8 heads, 4 not known yet"_s);
        score(1, {0.9, 0, 0, 0});
        QVERIFY(grid_->arrangement().shown().front() == ref(1, 0));
        QCOMPARE(count(), u"8 of 8 heads"_s);
        QTest::mouseClick(find<QToolButton>(u"directionButton"_s), Qt::LeftButton);
        QVERIFY(grid_->arrangement().shown().back() == ref(1, 0));
        order()->setFocus();
        QTest::keyClick(order(), Qt::Key_Home); // by keyboard: back to model order
        QVERIFY(grid_->arrangement().isModelOrder());
        QVERIFY(!find<QComboBox>(u"keepBox"_s)->isVisible());
    }

    void aBoundCountsWhatIsLeft()
    {
        score(0, {0.1, 0.4, 0.2, 0.3});
        score(1, {1.0 / 3, 0.6, 0.7, 0.8});
        choose(HeadOrder::Induction);
        auto* keep = find<QComboBox>(u"keepBox"_s);
        auto* bound = find<QDoubleSpinBox>(u"boundBox"_s);
        auto* slider = find<QSlider>(u"boundSlider"_s);
        QVERIFY(!bound->isVisible());
        keep->setCurrentIndex(1);
        QVERIFY(bound->isVisible() && slider->isVisible());
        QCOMPARE(bound->value(), 10.0); // per cent: the smallest, so that all heads are left
        QCOMPARE(count(), u"8 of 8 heads"_s);
        bound->selectAll();
        QTest::keyClicks(bound, u"35"_s);
        QTest::keyClick(bound, Qt::Key_Return);
        QCOMPARE(count(), u"4 of 8 heads"_s);
        QCOMPARE(grid_->arrangement().filter().bound, 0.35);
        slider->setValue(slider->maximum());
        QCOMPARE(count(), u"1 of 8 heads"_s);
        QVERIFY(grid_->arrangement().shown() == std::vector{ref(1, 3)});
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(count(), u"8 of 8 heads"_s);
        QCOMPARE(slider->value(), 0);
        keep->setCurrentIndex(2);
        QCOMPARE(count(), u"1 of 8 heads"_s); // at most the smallest
        QVERIFY(grid_->arrangement().shown() == std::vector{ref(0, 0)});
        choose(HeadOrder::Entropy); // another figure: no bound
        QCOMPARE(keep->currentIndex(), 0);
        QVERIFY(!bound->isVisible());
        keep->setCurrentIndex(2); // begins at the largest
        QCOMPARE(count(), u"8 of 8 heads"_s);
        QCOMPARE(bound->value(), 8.0); // nats
    }

    void headsLikeTheShownOne()
    {
        auto* like = bar_->likeAction();
        QVERIFY(!like->isEnabled());
        fill(0);
        selection_->choose(ref(0, 2));
        QVERIFY(like->isEnabled());
        like->trigger();
        QTRY_VERIFY(bar_->isSettled());
        QVERIFY(grid_->arrangement().order() == HeadOrder::Likeness);
        QCOMPARE(order()->currentText(), u"Likeness to L0 H2"_s);
        const std::vector first{ref(0, 0), ref(0, 2), ref(0, 1), ref(0, 3)};
        QVERIFY(std::equal(first.begin(), first.end(), grid_->arrangement().shown().begin()));
        QCOMPARE(count(), u"8 of 8 heads, 4 not known yet"_s);
        fill(1); // the other layer finishes
        QTRY_COMPARE(count(), u"8 of 8 heads"_s);
        QVERIFY(grid_->arrangement().shown()[3] == ref(1, 2));
        choose(HeadOrder::Model);
        QVERIFY(grid_->arrangement().isModelOrder());
        choose(HeadOrder::Likeness); // it is still there
        QVERIFY(grid_->arrangement().shown()[3] == ref(1, 2));
    }

    void theMenuOfAHead()
    {
        fill(0);
        auto* menu = menuOf(ref(0, 1));
        QVERIFY(menu);
        QVERIFY(entry(menu, u"Heads like L0 H1"_s)->isEnabled());
        entry(menu, u"Pick layer 0"_s)->trigger();
        QCOMPARE(selection_->picked().size(), std::size_t{4});
        menu = menuOf(ref(0, 1));
        entry(menu, u"Do not pick L0 H1"_s)->trigger();
        QVERIFY(!selection_->isPicked(ref(0, 1)));
        entry(menu, u"Lock L0 H1"_s)->trigger();
        QVERIFY(selection_->isLocked() && selection_->current() == ref(0, 1));
        entry(menu, u"Heads like L0 H1"_s)->trigger();
        QTRY_COMPARE(order()->currentText(), u"Likeness to L0 H1"_s);
        menu = menuOf(ref(1, 0));
        QVERIFY(!entry(menu, u"Heads like L1 H0"_s)->isEnabled()); // not there yet
        QVERIFY(bar_->clearPicksAction()->isEnabled());
        bar_->clearPicksAction()->trigger();
        QVERIFY(selection_->picked().empty());
        QVERIFY(!bar_->clearPicksAction()->isEnabled());
    }

    void everythingHasANameAndAToolTip()
    {
        score(0, {0.1, 0.4, 0.2, 0.3});
        choose(HeadOrder::Induction);
        find<QComboBox>(u"keepBox"_s)->setCurrentIndex(1);
        for (const QString& name : {u"orderBox"_s, u"directionButton"_s, u"keepBox"_s, u"boundBox"_s, u"boundSlider"_s})
            QVERIFY2(!find<QWidget>(name)->toolTip().isEmpty(), qPrintable(name));
        for (const QString& name : {u"directionButton"_s, u"keepBox"_s, u"boundBox"_s, u"boundSlider"_s})
            QVERIFY2(!find<QWidget>(name)->accessibleName().isEmpty(), qPrintable(name));
    }
};

QTEST_MAIN(TestHeadBar)
#include "tst_head_bar.moc"
