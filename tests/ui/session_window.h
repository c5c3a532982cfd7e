// SPDX-License-Identifier: GPL-3.0-or-later
// The real window, with settings of its own, for the tests of sessions and of undo.
#pragma once

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

#include <memory>

namespace headscope::test {

using namespace Qt::Literals::StringLiterals;
using namespace headscope::ui;

class SessionWindowTest : public QObject {
protected:
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

    void begin() ///< a test
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        qputenv("XDG_STATE_HOME", settings_.path().toUtf8());
        QSettings().clear();
        makeWindow();
    }
    void end()
    {
        window_.reset();
        bridge_.reset();
    }
};

} // namespace headscope::test
