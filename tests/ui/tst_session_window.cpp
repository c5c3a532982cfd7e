// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions and undo in the real window.
#include "ui/bridge/engine_bridge.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/windows/desktop.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/session_controller.h"
#include "ui/windows/view_history.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

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
    bool openTwoPrompts()
    {
        InspectionRequest request = MainWindow::defaultRequest();
        request.prompts = {"The cat sat on the mat", "Mary had a little lamb"};
        window_->open(request);
        return settled();
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
