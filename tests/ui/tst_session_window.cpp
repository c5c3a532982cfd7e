// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions in the real window, and what is left of it after a crash.
#include "tests/ui/session_window.h"

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestSessionWindow : public SessionWindowTest {
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

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
};

QTEST_MAIN(TestSessionWindow)
#include "tst_session_window.moc"
