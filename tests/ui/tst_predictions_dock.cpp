// SPDX-License-Identifier: GPL-3.0-or-later
// Predictions at every position and continued prompts, in the real window.
#include "tests/ui/fakes.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/prediction_model.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/predictions_dock.h"
#include "ui/windows/run_panel.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLabel>
#include <QSettings>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;
using namespace headscope::test;

class TestPredictionsDock : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name) { return window_->findChild<T*>(name); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    QString shown(int row, int column) const
    {
        const auto* table = window_->findChild<QTableView*>(u"predictionsTable"_s);
        return table->model()->index(row, column).data().toString();
    }

private Q_SLOTS:
    void initTestCase() { QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path()); }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void everyPositionTellsWhatComesNext()
    {
        window_->predictions().show();
        QVERIFY(find<QLabel>(u"predictionsEmpty"_s)->isVisible());
        window_->open({.model = "demo-rotary", .prompts = {"The doctor said that the nurse"}, .keepLogits = false});
        QVERIFY(settled());
        auto* table = find<QTableView>(u"predictionsTable"_s);
        QVERIFY(table->isVisible());
        QVERIFY(!find<QLabel>(u"predictionsEmpty"_s)->isVisible());
        const auto& capture = window_->inspector().capture();
        const auto& tokens = capture->header().tokens[0];
        QCOMPARE(table->model()->rowCount(), static_cast<int>(tokens.size()));
        QTRY_VERIFY(shown(0, PredictionModel::RankColumn) != u"…"_s);
        QVERIFY(settled());
        for (std::size_t position = 0; position < tokens.size(); ++position) {
            const auto row = static_cast<int>(position);
            const auto top = fetchNextTokens(*capture, {0}, {position}, 1'000'000);
            QCOMPARE(shown(row, PredictionModel::TokenColumn), shownLabel(tokens[position].label));
            QCOMPARE(shown(row, PredictionModel::ChoiceColumn), shownLabel(top->top.front().label));
            QCOMPARE(
                shown(row, PredictionModel::ChoiceProbabilityColumn), probabilityText(top->top.front().probability));
            if (position + 1 == tokens.size()) {
                QCOMPARE(shown(row, PredictionModel::RankColumn), QString());
                continue;
            }
            const auto came = std::find_if(top->top.begin(), top->top.end(),
                [&](const NextToken& token) { return token.id == tokens[position + 1].id; });
            QCOMPARE(shown(row, PredictionModel::RankColumn), QString::number(came - top->top.begin() + 1));
            QCOMPARE(shown(row, PredictionModel::NextProbabilityColumn), probabilityText(came->probability));
            QCOMPARE(shown(row, PredictionModel::LossColumn),
                QString::number(-std::log(static_cast<double>(came->probability)), 'f', 3));
        }
        // The table and the heatmap choose for each other.
        QCOMPARE(table->currentIndex().row(), static_cast<int>(window_->inspector().position().value));
        QTest::mouseClick(
            table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(2, 1)).center());
        QCOMPARE(window_->inspector().position().value, std::size_t{2});
        QTest::keyClick(table, Qt::Key_Down);
        QCOMPARE(window_->inspector().heatmap().chosenCell()->query, std::size_t{3});
        window_->inspector().heatmap().choose(Cell{1, 0});
        QCOMPARE(table->currentIndex().row(), 1);
        QCOMPARE(*window_->inspector().heatmap().chosenCell(), (Cell{1, 0}));
    }

    void continuesEveryPrompt()
    {
        const std::vector<std::string> prompts{"The doctor said that", "One two"};
        window_->open({.model = "demo-rotary", .prompts = prompts, .keepLogits = false});
        QVERIFY(settled());
        find<QSpinBox>(u"continueCount"_s)->setValue(5);
        QTest::keyClick(window_.get(), Qt::Key_F7);
        QVERIFY(window_->predictions().isVisible());
        QVERIFY(window_->predictions().isBusy());
        QVERIFY(!window_->predictions().continueAction()->isEnabled());
        QVERIFY(settled());
        const auto longer = window_->runPanel().request().prompts;
        QCOMPARE(longer.size(), std::size_t{2});
        for (std::size_t row = 0; row < 2; ++row) {
            QVERIFY(longer[row].size() > prompts[row].size());
            QCOMPARE(longer[row].compare(0, prompts[row].size(), prompts[row]), 0);
        }
        // It ran: the result is that of the longer prompts, and says of each new token that it was the model's choice.
        QVERIFY(window_->inspector().capture()->header().request.prompts == longer);
        const auto& tokens = window_->inspector().capture()->header().tokens[0];
        const auto all = fetchPredictions(*window_->inspector().capture(), {0}, {0, tokens.size()});
        for (std::size_t position = tokens.size() - 6; position + 1 < tokens.size(); ++position)
            QCOMPARE(all->of[position].actualRank, std::size_t{1});
        QVERIFY(window_->predictions().continueAction()->isEnabled());
        QVERIFY(find<QLabel>(u"continueProgress"_s)->text().startsWith(u"Tokens appended: 5"_s));
    }

    void canBeCancelled()
    {
        window_->open({.model = "demo-rotary", .prompts = {"The doctor said that"}, .keepLogits = false});
        QVERIFY(settled());
        find<QSpinBox>(u"continueCount"_s)->setValue(1000);
        window_->predictions().continueAction()->trigger();
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        QVERIFY(!window_->predictions().isBusy());
        QVERIFY(settled());
        QVERIFY(window_->runPanel().request().prompts == std::vector<std::string>{"The doctor said that"});
    }

    void aFailureIsOneLine()
    {
        auto request = window_->runPanel().request();
        request.model = "/absent";
        request.prompts = {"a"};
        window_->runPanel().setRequest(request);
        window_->predictions().continueAction()->trigger();
        QTRY_VERIFY(window_->inspector().messages().isVisible());
        QVERIFY(window_->inspector().messages().message().contains(u"absent"_s));
        QVERIFY(!window_->predictions().isBusy());
    }

    void asksOnlyForWhatIsSeen()
    {
        auto capture = std::make_shared<FakeCapture>(std::make_shared<FakePatternSource>(3000));
        PredictionModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QTableView table;
        table.setModel(&model);
        table.resize(500, 300);
        table.show();
        model.setRun(capture, {0});
        QTRY_VERIFY(!capture->predictionsAsked.empty());
        QTRY_COMPARE(table.model()->index(0, PredictionModel::ChoiceColumn).data().toString(), u"·n0"_s);
        QCOMPARE(capture->predictionsAsked.size(), std::size_t{1});
        table.scrollToBottom();
        QTRY_COMPARE(model.index(2990, PredictionModel::RankColumn).data().toString(), u"2992"_s);
        QVERIFY(capture->predictionsAsked.size() <= 4);
        QCOMPARE(capture->predictionsAsked.back().end % 32, std::size_t{3000 % 32});
    }
};

QTEST_MAIN(TestPredictionsDock)
#include "tst_predictions_dock.moc"
