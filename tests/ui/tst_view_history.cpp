// SPDX-License-Identifier: GPL-3.0-or-later
// Undo and redo of what is looked at, in the real window.
#include "tests/ui/session_window.h"

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestViewHistory : public SessionWindowTest {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void undoBringsBackArrangementCombinationAndLines()
    {
        QVERIFY(openTwoPrompts());
        inspector().selection().setPicked({{LayerId{0}, HeadId{0}}, {LayerId{1}, HeadId{3}}});
        inspector().heatmap().choose(Cell{4, 2});
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(settled());
        step();
        window_->desktop().history().restart();
        std::vector<ViewState> states{viewOf(inspector())};
        const auto change = [&](ViewParts parts, auto&& apply) {
            apply();
            QVERIFY(settled());
            step();
            states.push_back(viewOf(inspector()));
            QCOMPARE(int(differing(states[states.size() - 2], states.back())), int(parts));
            QTest::qWait(950); // else it would join the one before
        };
        change(ViewPart::Arrangement, [&] { chooseIn(u"orderBox"_s, u"Entropy"_s); });
        change(
            ViewPart::Arrangement, [&] { QTest::mouseClick(find<QToolButton>(u"directionButton"_s), Qt::LeftButton); });
        change(ViewPart::Shown, [&] { chooseIn(u"showBox"_s, u"Attention rollout"_s); });
        change(ViewPart::Shown, [&] { QTest::keyClick(find<QSpinBox>(u"rolloutLayerBox"_s), Qt::Key_Down); });
        change(ViewPart::Lines, [&] { QTest::keyClick(find<QSlider>(u"leastWeightSlider"_s), Qt::Key_Right); });
        change(ViewPart::Lines, [&] { QTest::keyClick(find<QSpinBox>(u"mostLinesBox"_s), Qt::Key_Up); });
        auto& lines = inspector().lines().view();
        const auto click = [&](LineToken token) {
            QTest::mouseClick(lines.viewport(), Qt::LeftButton, {}, lines.tokenRect(token).center());
        };
        change(ViewPart::Lines, [&] { click({TokenSide::Key, 2}); }); // of the chosen cell
        change(ViewPart::Cell, [&] { click({TokenSide::Key, 3}); });
        change(ViewPart::Lines, [&] { QTest::mouseClick(find<QToolButton>(u"legend L1 H3"_s), Qt::LeftButton); });
        QCOMPARE(stack().count(), 9);
        for (std::size_t i = states.size() - 1; i-- > 0;) {
            undo();
            QVERIFY(settled());
            QVERIFY2(viewOf(inspector()) == states[i], qPrintable(QString::number(i)));
        }
        for (std::size_t i = 1; i < states.size(); ++i) {
            redo();
            QVERIFY(settled());
            QVERIFY2(viewOf(inspector()) == states[i], qPrintable(QString::number(i)));
        }
        QVERIFY((lines.lockedToken() == LineToken{TokenSide::Key, 3}));
    }

    void undoBringsBackEachKindOfChange()
    {
        QVERIFY(openTwoPrompts());
        step();
        QCOMPARE(stack().count(), 0); // neither the run nor its first head
        std::vector<ViewState> states{viewOf(inspector())};
        const auto change = [&](auto&& apply) {
            apply();
            step();
            states.push_back(viewOf(inspector()));
            QVERIFY(!(states.back() == states[states.size() - 2]));
        };
        change([&] { inspector().selection().toggleLock({LayerId{1}, HeadId{0}}); });
        change([&] { inspector().selection().unlock(); });
        change([&] { inspector().selection().choose({LayerId{0}, HeadId{2}}); });
        change([&] { inspector().selection().setPicked({{LayerId{0}, HeadId{1}}, {LayerId{2}, HeadId{0}}}); });
        change([&] { inspector().setOptions({.scale = ScaleMode::Auto}); });
        change([&] { inspector().heatmap().choose(Cell{3, 1}); });
        change([&] { inspector().heatmap().zoom(0.5); });
        change([&] { inspector().setSequence(SequenceId{1}); }); // forgets cell and zoom
        QVERIFY(!states.back().cell && states.back().part.isEmpty());
        QCOMPARE(stack().count(), 8);
        for (std::size_t i = states.size() - 1; i-- > 0;) {
            undo();
            QVERIFY2(viewOf(inspector()) == states[i], qPrintable(QString::number(i)));
        }
        QVERIFY(!find<QAction>(u"undoAction"_s)->isEnabled());
        for (std::size_t i = 1; i < states.size(); ++i) {
            redo();
            if (i + 1 < states.size()) // a sequence comes back whole
                QVERIFY2(viewOf(inspector()) == states[i], qPrintable(QString::number(i)));
        }
        QVERIFY(inspector().sequence() == SequenceId{1});
        QVERIFY(!find<QAction>(u"redoAction"_s)->isEnabled());
        QVERIFY(settled());
    }

    void quickZoomingIsOneStep()
    {
        QVERIFY(openTwoPrompts());
        step();
        for (int i = 0; i < 5; ++i) {
            inspector().heatmap().zoom(0.8);
            step();
        }
        QCOMPARE(stack().count(), 1);
        undo();
        QVERIFY(viewOf(inspector()).part.isEmpty());
        inspector().heatmap().zoom(0.8);
        step();
        QTest::qWait(1000);
        inspector().heatmap().zoom(0.8);
        step();
        QCOMPARE(stack().count(), 2);
    }

    void whatIsQuicklyTakenBackIsNoStep()
    {
        QVERIFY(openTwoPrompts());
        step();
        const bool transposed = inspector().options().transposed;
        for (const bool each : {!transposed, transposed}) {
            ViewOptions options = inspector().options();
            options.transposed = each;
            inspector().setOptions(options);
            step();
        }
        QCOMPARE(stack().count(), 0);
    }

    void theKeysAreUsual()
    {
        QVERIFY(openTwoPrompts());
        step();
        inspector().selection().toggleLock({LayerId{1}, HeadId{0}});
        step();
        window_->activateWindow();
        inspector().heatmap().setFocus();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        const bool locked = inspector().selection().isLocked();
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(inspector().selection().isLocked() != locked
            || !(inspector().selection().current() == HeadRef{LayerId{1}, HeadId{0}}));
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(inspector().selection().isLocked(), locked);
        QVERIFY((inspector().selection().current() == HeadRef{LayerId{1}, HeadId{0}}));
        // In the prompt it is the text that comes back.
        auto* prompts = find<QPlainTextEdit>(u"promptEdit"_s);
        prompts->setFocus();
        QTest::keyClicks(prompts, u"abc"_s);
        QTest::keyClick(prompts, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!prompts->toPlainText().contains(u"abc"_s));
        QVERIFY((inspector().selection().current() == HeadRef{LayerId{1}, HeadId{0}}));
    }

    void anotherRunIsNoStep()
    {
        QVERIFY(openTwoPrompts());
        step();
        inspector().heatmap().choose(Cell{3, 1});
        step();
        QCOMPARE(stack().count(), 1);
        find<QAction>(u"runAction"_s)->trigger();
        QVERIFY(settled());
        QVERIFY(!inspector().heatmap().chosenCell());
        QCOMPARE(stack().count(), 1);
        InspectionRequest request = MainWindow::defaultRequest();
        request.model = "demo-gpt2";
        request.prompts = {"a b"};
        window_->open(request, HeadRef{});
        QVERIFY(settled());
        undo();
        redo(); // that cell is not there any more
        QVERIFY(!inspector().heatmap().chosenCell());
    }
};

QTEST_MAIN(TestViewHistory)
#include "tst_view_history.moc"
