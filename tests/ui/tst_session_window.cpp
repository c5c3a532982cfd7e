// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions and undo in the real window.
#include "ui/bridge/engine_bridge.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/views/lines_view.h"
#include "ui/windows/desktop.h"
#include "ui/windows/head_bar.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/session_controller.h"
#include "ui/windows/view_history.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestSessionWindow : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name)
    {
        auto* found = window_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    bool settled()
    {
        const bool done = QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
        QCoreApplication::processEvents();
        return done;
    }
    void makeWindow()
    {
        window_.reset();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 800);
        window_->show();
    }
    SessionController& sessions() { return window_->desktop().sessions(); }
    InspectorView& inspector() { return window_->inspector(); }
    QUndoStack& stack() { return window_->desktop().history().stack(); }
    void undo() { find<QAction>(u"undoAction"_s)->trigger(); }
    void redo() { find<QAction>(u"redoAction"_s)->trigger(); }
    /// Lets what was done become a step of its own.
    void step() { window_->desktop().history().record(); }
    /// By the arrow keys.
    void chooseIn(const QString& box, const QString& words)
    {
        auto* choices = find<QComboBox>(box);
        QTest::keyClick(choices, Qt::Key_Home);
        for (int i = 0; i < choices->count() && choices->currentText() != words; ++i)
            QTest::keyClick(choices, Qt::Key_Down);
        QCOMPARE(choices->currentText(), words);
    }
    bool openTwoPrompts()
    {
        InspectionRequest request = MainWindow::defaultRequest();
        request.prompts = {"The cat sat on the mat", "Mary had a little lamb"};
        window_->open(request);
        return settled();
    }

    /// What else is chosen around the grid and the lines, by the controls themselves.
    void makeChoices()
    {
        inspector().selection().setPicked({{LayerId{0}, HeadId{0}}, {LayerId{1}, HeadId{3}}});
        chooseIn(u"orderBox"_s, u"Previous-token score"_s);
        QTest::mouseClick(find<QToolButton>(u"directionButton"_s), Qt::LeftButton);
        QTest::keyClick(find<QComboBox>(u"keepBox"_s), Qt::Key_End);
        auto* bound = find<QDoubleSpinBox>(u"boundBox"_s);
        bound->selectAll();
        QTest::keyClicks(bound, u"30"_s);
        QTest::keyClick(bound, Qt::Key_Return);
        chooseIn(u"showBox"_s, u"Attention rollout"_s);
        auto* last = find<QSpinBox>(u"rolloutLayerBox"_s);
        QTest::keyClick(last, Qt::Key_Down);
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier); // lines
        QTRY_VERIFY(find<QSlider>(u"leastWeightSlider"_s)->isVisible());
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(find<QSlider>(u"leastWeightSlider"_s), Qt::Key_Right);
        QTest::keyClick(find<QSpinBox>(u"mostLinesBox"_s), Qt::Key_Up);
        QVERIFY(settled());
        auto& lines = inspector().lines().view();
        QTest::mouseClick(lines.viewport(), Qt::LeftButton, {}, lines.tokenRect({TokenSide::Key, 2}).center());
        QTest::mouseClick(find<QToolButton>(u"legend L1 H3"_s), Qt::LeftButton);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        qputenv("XDG_STATE_HOME", settings_.path().toUtf8());
    }

    void init()
    {
        QSettings().clear();
        makeWindow();
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void aSessionBringsEverythingBack()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"a.headscope"_s);
        QVERIFY(openTwoPrompts());
        auto* dtype = find<QComboBox>(u"dtypeBox"_s);
        dtype->setCurrentIndex(1);
        find<QAction>(u"runAction"_s)->trigger();
        QVERIFY(settled());
        inspector().selection().unlock();
        inspector().selection().toggleLock({LayerId{1}, HeadId{2}});
        inspector().selection().setPicked({{LayerId{0}, HeadId{0}}, {LayerId{2}, HeadId{3}}});
        inspector().setSequence(SequenceId{1});
        inspector().setOptions({.scale = ScaleMode::Auto, .pool = Pool::Mean});
        inspector().heatmap().choose(Cell{4, 2});
        inspector().heatmap().zoom(0.5);
        find<QDockWidget>(u"nextTokenDock"_s)->hide();
        const ViewState view = viewOf(inspector());
        QVERIFY(!view.part.isEmpty());
        QVERIFY(sessions().save(file));

        makeWindow();
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QVERIFY(!(viewOf(inspector()) == view));
        QVERIFY(sessions().open(file));
        QVERIFY(settled());
        QTRY_VERIFY(viewOf(inspector()) == view);
        const auto& request = inspector().capture()->header().request;
        QCOMPARE(request.prompts.size(), std::size_t{2});
        QVERIFY(request.dtype == DType::BFloat16);
        QVERIFY(inspector().position() == TokenPos{4});
        QVERIFY(find<QDockWidget>(u"nextTokenDock"_s)->isHidden());
        QCOMPARE(find<QComboBox>(u"sequenceBox"_s)->currentIndex(), 1);
        QCOMPARE(sessions().file(), file);
        QCOMPARE(stack().count(), 0); // opening is no step
    }

    void arrangementCombinationAndLinesComeBack()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"a.headscope"_s);
        QVERIFY(openTwoPrompts());
        makeChoices();
        QVERIFY(settled());
        const ViewState view = viewOf(inspector());
        QVERIFY(view.arrangement
            == (ArrangementChoice{HeadOrder::PreviousToken, false, {HeadFilter::Keep::AtMost, 30 * 0.01}, {}}));
        QVERIFY(view.show == (ShowChoice{ShowKind::Rollout, LayerId{inspector().selection().layers() - 2}}));
        QVERIFY(view.lines == (LineChoice{6, 1, TokenSide::Key, {{LayerId{1}, HeadId{3}}}}));
        QVERIFY(sessions().save(file));

        makeWindow();
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        QVERIFY(sessions().open(file));
        QVERIFY(settled());
        QTRY_VERIFY(viewOf(inspector()) == view);
        QCOMPARE(find<QComboBox>(u"orderBox"_s)->currentText(), u"Previous-token score"_s);
        QCOMPARE(find<QDoubleSpinBox>(u"boundBox"_s)->value(), 30.0); // per cent
        QVERIFY(inspector().grid().arrangement().shown().size() < inspector().grid().arrangement().all());
        QCOMPARE(find<QComboBox>(u"showBox"_s)->currentText(), u"Attention rollout"_s);
        QCOMPARE(find<QSlider>(u"leastWeightSlider"_s)->value(), 6);
        QVERIFY((inspector().lines().view().lockedToken() == LineToken{TokenSide::Key, 2}));
        QVERIFY(!find<QToolButton>(u"legend L1 H3"_s)->isChecked());
        QCOMPARE(stack().count(), 0);
    }

    /// Likeness is computed anew, and its filter holds when it has come.
    void likenessComesBack()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"a.headscope"_s);
        QVERIFY(openTwoPrompts());
        inspector().selection().choose({LayerId{1}, HeadId{2}});
        find<QAction>(u"likeAction"_s)->trigger();
        QTRY_COMPARE(inspector().grid().arrangement().order(), HeadOrder::Likeness);
        QTest::keyClick(find<QComboBox>(u"keepBox"_s), Qt::Key_Down);
        auto* bound = find<QDoubleSpinBox>(u"boundBox"_s);
        bound->setValue(0.5);
        QVERIFY(settled());
        const auto heads = inspector().grid().arrangement().shown();
        const ViewState view = viewOf(inspector());
        QVERIFY(heads.size() < inspector().grid().arrangement().all() && !heads.empty());
        QVERIFY(sessions().save(file));

        makeWindow();
        QVERIFY(sessions().open(file));
        QVERIFY(settled());
        QTRY_COMPARE(inspector().grid().arrangement().order(), HeadOrder::Likeness);
        QVERIFY(settled());
        QVERIFY(viewOf(inspector()) == view);
        QVERIFY(inspector().grid().arrangement().shown() == heads);
        // And by undo: away from it and back.
        step();
        chooseIn(u"orderBox"_s, u"Entropy"_s);
        step();
        QCOMPARE(stack().count(), 1);
        undo();
        QTRY_COMPARE(inspector().grid().arrangement().order(), HeadOrder::Likeness);
        QVERIFY(settled());
        step();
        QVERIFY(inspector().grid().arrangement().shown() == heads);
        QCOMPARE(stack().count(), 1); // its coming back is no step
        redo();
        QCOMPARE(inspector().grid().arrangement().order(), HeadOrder::Entropy);
    }

    /// A session of before there were these keys.
    void anOlderSessionStillOpens()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"a.headscope"_s);
        QVERIFY(openTwoPrompts());
        makeChoices();
        QVERIFY(sessions().save(file));
        QFile old(file);
        QVERIFY(old.open(QIODevice::ReadOnly));
        QJsonObject json = QJsonDocument::fromJson(old.readAll()).object(), view = json[u"view"_s].toObject();
        old.close();
        for (const QString& key : {u"grid"_s, u"show"_s, u"lines"_s}) {
            QVERIFY(view.contains(key));
            view.remove(key);
        }
        json[u"view"_s] = view;
        QVERIFY(old.open(QIODevice::WriteOnly | QIODevice::Truncate));
        old.write(QJsonDocument(json).toJson());
        old.close();
        QVERIFY(sessions().open(file));
        QVERIFY(settled());
        QTRY_COMPARE(inspector().grid().arrangement().order(), HeadOrder::Model);
        const ViewState now = viewOf(inspector());
        QVERIFY(now.show == ShowChoice{} && now.lines.least == 1 && now.arrangement == ArrangementChoice{});
    }

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

    void aDamagedSessionChangesNothing()
    {
        const QTemporaryDir directory;
        const QString file = directory.filePath(u"a.headscope"_s);
        QVERIFY(openTwoPrompts());
        const Session before = sessions().current();
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write("{\"headscope_session\": 1, \"prompts\": [\"x\"], \"view\": {\"locked\": 0}}");
        out.close();
        QVERIFY(!sessions().open(file));
        QCOMPARE(inspector().messages().message(), file + u": view.locked: expected true or false, found 0"_s);
        QVERIFY(sessions().current() == before);
        QVERIFY(!bridge_->isBusy());
        QVERIFY(sessions().file().isEmpty());
    }

    void aSessionThatCannotBeWrittenIsTold()
    {
        QVERIFY(openTwoPrompts());
        QVERIFY(!sessions().save(settings_.filePath(u"no/folder/a.headscope"_s)));
        QVERIFY2(
            inspector().messages().message().contains(u"a.headscope"_s), qPrintable(inspector().messages().message()));
        QVERIFY(sessions().file().isEmpty());
    }

    void aCrashIsOfferedAndCanBeRestored()
    {
        const QTemporaryDir directory;
        QVERIFY(openTwoPrompts());
        inspector().selection().choose({LayerId{0}, HeadId{3}});
        sessions().startAutosave(directory.path());
        QVERIFY(!sessions().offers());
        QTRY_VERIFY(QFile::exists(sessions().autosave()->file()));
        const QString lost = directory.filePath(u"lost.headscope"_s);
        sessions().autosave()->finishSaving();
        QVERIFY(QFile::copy(sessions().autosave()->file(), lost)); // as a crash would leave it

        makeWindow();
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        sessions().startAutosave(directory.path());
        QVERIFY(sessions().offers());
        auto* bar = find<MessageBar>(u"recoveryBar"_s);
        QVERIFY(bar->isVisible());
        QVERIFY2(bar->message().contains(u"The cat sat on the mat"_s), qPrintable(bar->message()));
        QTest::qWait(50);
        QVERIFY(!QFile::exists(sessions().autosave()->file())); // nothing to lose yet: the lost one stays the last
        find<QPushButton>(u"restoreButton"_s)->click();
        QVERIFY(settled());
        QVERIFY(bar->isHidden() && !sessions().offers());
        QCOMPARE(inspector().capture()->header().request.prompts.size(), std::size_t{2});
        QTRY_VERIFY((inspector().selection().current() == HeadRef{LayerId{0}, HeadId{3}}));
        QVERIFY(!QFile::exists(lost));
        QVERIFY(QFile::exists(sessions().autosave()->file()));
        window_.reset();
        QVERIFY(QDir(directory.path()).isEmpty());
    }

    void aCrashCanBeForgotten()
    {
        const QTemporaryDir directory;
        writeSession({}, directory.filePath(u"lost.headscope"_s));
        window_->open(MainWindow::defaultRequest());
        QVERIFY(settled());
        sessions().startAutosave(directory.path());
        QVERIFY(find<MessageBar>(u"recoveryBar"_s)->isVisible());
        find<QPushButton>(u"discardButton"_s)->click();
        QVERIFY(find<MessageBar>(u"recoveryBar"_s)->isHidden());
        QVERIFY(!QFile::exists(directory.filePath(u"lost.headscope"_s)));
        QTRY_VERIFY(QFile::exists(sessions().autosave()->file())); // from now on this window's counts
        window_.reset(); // before its folder
    }

    void autosavesKeepTheirDistance()
    {
        const QTemporaryDir directory;
        QVERIFY(openTwoPrompts());
        sessions().startAutosave(directory.path());
        QTRY_VERIFY(QFile::exists(sessions().autosave()->file()));
        QTest::qWait(50);
        sessions().autosave()->finishSaving();
        QFile::remove(sessions().autosave()->file());
        QElapsedTimer clock;
        clock.start();
        inspector().setOptions({.scale = ScaleMode::Auto});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(sessions().autosave()->file()), 5000);
        QVERIFY2(clock.elapsed() > 1500, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(readSession(sessions().autosave()->file()).view.options.scale == ScaleMode::Auto);
        window_.reset();
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

QTEST_MAIN(TestSessionWindow)
#include "tst_session_window.moc"
