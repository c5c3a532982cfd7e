// SPDX-License-Identifier: GPL-3.0-or-later
// The main window with its contributions, driven by mouse and keyboard, with the real engine.
#pragma once

#include "ui/bridge/engine_bridge.h"
#include "ui/models/ablation_model.h"
#include "ui/models/contribution_model.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/windows/contributions_controller.h"
#include "ui/windows/contributions_panel.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

namespace headscope::test {

using namespace Qt::Literals::StringLiterals;
using namespace headscope::ui;

/// Those of tests/oracle/make_attribution_golden.py, and the first one with other names.
inline const std::vector<std::string> prompts{"When Mary and John went to the store, John gave a drink to",
    "When Tom and Anna went to the park, Anna gave a ball to", "Mary and Tom went home. Tom gave a hat to",
    "John saw Anna. Anna gave a cup to"};
inline const QString otherPrompt = u"When Anna and Tom went to the store, Tom gave a drink to"_s;

inline InspectionRequest goldenRun()
{
    auto request = MainWindow::defaultRequest();
    request.model = "demo-gpt2";
    request.prompts = prompts;
    request.positions = PositionPolicy::FromMask;
    return request;
}

/// Each test function gets a window of its own.
class ContributionsWindow : public QObject {
protected:
    void openSettings()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        qputenv("XDG_STATE_HOME", settings_.path().toUtf8());
    }
    void openWindow()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get())); // shortcuts are for the active window
    }
    void closeWindow()
    {
        window_.reset();
        bridge_.reset();
    }

    template <class T> T* find(const QString& name)
    {
        auto* found = window_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 50000);
    }
    void open(const InspectionRequest& request)
    {
        window_->open(request);
        QVERIFY(settled());
    }
    void type(const QString& field, const QString& words)
    {
        auto* edit = find<QLineEdit>(field);
        edit->clear();
        QTest::keyClicks(edit, words);
    }
    void press(Qt::Key key)
    {
        QTest::keyClick(window_.get(), key);
        QVERIFY(settled());
    }
    QString message() { return find<QLabel>(u"contributionsMessage"_s)->text(); }
    QTableView* parts() { return find<QTableView>(u"contributionTable"_s); }
    const ExampleResult& example(std::size_t sequence = 0)
    {
        return window_->contributions().result()->runs.front().examples[sequence];
    }
    /// What stands in the table of parts under a name.
    QString shownValue(const QString& part)
    {
        const auto* model = parts()->model();
        for (int row = 0; row < model->rowCount(); ++row)
            if (model->index(row, ContributionModel::PartColumn).data() == part)
                return model->index(row, ContributionModel::ValueColumn).data().toString();
        return u"nothing"_s;
    }
    QString score(AblationModel::Row row, AblationModel::Column column)
    {
        return find<QTableView>(u"ablationTable"_s)->model()->index(row, column).data().toString();
    }
    std::size_t idOf(bool correct) const
    {
        const auto& answers = window_->contributions().result()->answers.front();
        return static_cast<std::size_t>((correct ? answers.correctIds : answers.incorrectIds).front());
    }
    void pick(std::size_t layer, std::size_t head)
    {
        auto& grid = window_->inspector().grid();
        QTest::mouseClick(
            &grid, Qt::LeftButton, Qt::ShiftModifier, grid.headRect({LayerId{layer}, HeadId{head}}).center());
    }

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace headscope::test
