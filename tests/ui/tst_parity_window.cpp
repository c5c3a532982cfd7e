// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons in the main window, with the real engine and the embedded models.
#include "ui/bridge/engine_bridge.h"
#include "ui/models/parity_table_model.h"
#include "ui/views/head_grid.h"
#include "ui/windows/check_menu.h"
#include "ui/windows/comparison_panels.h"
#include "ui/windows/comparison_view.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/run_panel.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestParityWindow : public QObject {
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
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 50000);
    }
    void chooseBackends(const std::vector<Backend>& backends)
    {
        find<CheckMenu>(u"parityBackends"_s)->choose(backends);
    }
    void open(const std::string& model, const std::vector<std::string>& prompts)
    {
        auto request = MainWindow::defaultRequest();
        request.model = model;
        request.prompts = prompts;
        window_->open(request);
        QVERIFY(settled());
    }
    QTabWidget* tabs() { return find<QTabWidget>(u"centreTabs"_s); }
    QTableView* table() { return find<QTableView>(u"parityTable"_s); }
    /// The row of a hook of a layer.
    int rowOf(const QString& hook)
    {
        const auto* model = table()->model();
        for (int row = 0; row < model->rowCount(); ++row)
            if (model->index(row, 0).data(ParityTableModel::HookRole).toString() == hook)
                return row;
        return -1;
    }
    void clickCell(int row, int column)
    {
        const QModelIndex index = table()->model()->index(row, column);
        table()->scrollTo(index);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
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
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get())); // shortcuts are for the active window
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void aSmallWindowStaysSmall()
    {
        window_->resize(1280, 800);
        window_->parity().dock().show();
        open("demo-gpt2", {"The cat sat on the mat", "Mary"});
        find<QPushButton>(u"compareButton"_s)->click();
        QVERIFY(settled());
        QCoreApplication::processEvents();
        QCOMPARE(window_->size(), QSize(1280, 800));
    }

    void theDockOpensFromTheMenu()
    {
        auto& dock = window_->parity().dock();
        QVERIFY(!dock.isVisible());
        QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier);
        QVERIFY(dock.isVisible());
        QCOMPARE(window_->dockWidgetArea(&dock), Qt::BottomDockWidgetArea);
        QVERIFY(find<QLabel>(u"parityEmpty"_s)->isVisible());
        QCOMPARE(tabs()->count(), 1);
    }

    void runsAreComparedAndAClickLeadsToTheWorstCell()
    {
        open("demo-gpt2", {"The cat sat on the mat", "Mary"});
        chooseBackends({Backend::Tapped, Backend::Hooked});
        QTest::keyClick(window_.get(), Qt::Key_F6);
        QVERIFY(window_->parity().isBusy());
        QVERIFY(find<QAction>(u"cancelAction"_s)->isEnabled());
        QVERIFY(settled());
        QVERIFY2(window_->inspector().messages().isHidden(), qPrintable(window_->inspector().messages().message()));
        const auto pair = window_->parity().dock().pair();
        QVERIFY(pair && pair->reference.capture && pair->candidate.capture);
        QCOMPARE(pair->candidate.label, std::string("hooked"));
        QCOMPARE(table()->model()->rowCount(), static_cast<int>(pair->rows.size()));
        QVERIFY(tabs()->indexOf(&window_->parity().comparison()) > 0);
        QVERIFY(!window_->parity().isInFront()); // nobody has asked for it yet

        const int row = rowOf(u"blocks.1.attn.hook_pattern"_s);
        QVERIFY(row >= 0);
        clickCell(row, ParityTableModel::columnOf(0));
        QVERIFY(window_->parity().isInFront());
        QVERIFY(settled());
        auto& comparison = window_->parity().comparison();
        QCOMPARE(comparison.selection().shown().layer.value, std::size_t{1});
        const auto found = std::find_if(pair->rows.begin(), pair->rows.end(),
            [](const ParityRow& each) { return each.hook == "blocks.1.attn.hook_pattern"; });
        const CellPlace& worst = found->difference.worst;
        QCOMPARE(comparison.selection().shown().head.value, worst.head.value_or(0));
        QCOMPARE(comparison.sequence().value, worst.sequence);
        auto& difference = comparison.panels().heatmap(ComparisonPanels::Change);
        QVERIFY(difference.chosenCell() == Cell({worst.row, worst.column}));
        // The very figures of the table.
        const auto& words = comparison.panels().readout();
        QTRY_VERIFY2(words.contains(u"A − B"_s), qPrintable(words));
        const double largest = *comparison.differences().at(comparison.selection().shown());
        QVERIFY2(std::abs(largest - found->difference.maxAbsolute) <= 1e-3 * largest,
            qPrintable(u"%1 %2"_s.arg(largest).arg(found->difference.maxAbsolute)));
    }

    void theMenusActOnWhatIsInFront()
    {
        open("demo-gpt2", {"The cat sat on the mat"});
        chooseBackends({Backend::Tapped, Backend::Bridge});
        find<QPushButton>(u"compareButton"_s)->click();
        QVERIFY(settled());
        clickCell(rowOf(u"blocks.0.attn.hook_pattern"_s), ParityTableModel::columnOf(0));
        auto& comparison = window_->parity().comparison();
        comparison.selection().choose({LayerId{0}, HeadId{0}});
        const auto before = window_->inspector().selection().current();
        QTest::keyClick(window_.get(), Qt::Key_BracketRight);
        QVERIFY(comparison.selection().current() == HeadRef({LayerId{0}, HeadId{1}}));
        QVERIFY(window_->inspector().selection().current() == before);
        comparison.selection().toggleLock({LayerId{0}, HeadId{1}});
        QVERIFY(find<QAction>(u"unlockAction"_s)->isEnabled());
        find<QAction>(u"unlockAction"_s)->trigger();
        QVERIFY(!comparison.selection().isLocked());
        const auto& map = comparison.panels().heatmap(ComparisonPanels::Candidate);
        const double width = map.cellRect({0, 0}).width();
        QTest::keyClick(window_.get(), Qt::Key_Plus, Qt::ControlModifier);
        QVERIFY(map.cellRect({0, 0}).width() > width);
        tabs()->setCurrentIndex(0);
        QTest::keyClick(window_.get(), Qt::Key_BracketRight);
        QVERIFY(!(window_->inspector().selection().current() == before));
    }

    void theGridOfTheRunCanBeColouredByTheComparison()
    {
        open("demo-gpt2", {"The cat sat on the mat"});
        auto* colouring = find<QComboBox>(u"colouringBox"_s);
        QVERIFY(!colouring->isVisible());
        chooseBackends({Backend::Tapped, Backend::Hooked});
        find<QPushButton>(u"compareButton"_s)->click();
        QVERIFY(settled());
        QTRY_VERIFY(colouring->isVisible());
        QVERIFY(!window_->inspector().grid().showsFigures());
        colouring->setCurrentIndex(1);
        QVERIFY(window_->inspector().grid().showsFigures());
        auto request = MainWindow::defaultRequest();
        request.model = "demo-rotary"; // of another shape, perhaps; then there is nothing to colour by
        window_->open(request);
        QVERIFY(settled());
        const auto& model = window_->inspector().capture()->header().model;
        const auto& differences = window_->parity().comparison().differences();
        QCOMPARE(colouring->isVisible(), model.layers == differences.layers && model.heads == differences.heads);
    }

    void aRunAndAComparisonTakeTurns()
    {
        open("demo-gpt2", {"The cat sat on the mat"});
        find<QPushButton>(u"compareButton"_s)->click();
        QVERIFY(window_->parity().isBusy());
        find<QAction>(u"runAction"_s)->trigger(); // the latest wins
        QVERIFY(bridge_->isBusy());
        QVERIFY(settled());
        QCOMPARE(find<QLabel>(u"parityStatus"_s)->text(), u"Cancelled"_s);
        QVERIFY(window_->inspector().capture()->finished());
        find<QPushButton>(u"compareButton"_s)->click();
        find<QAction>(u"cancelAction"_s)->trigger(); // Escape
        QVERIFY(!window_->parity().isBusy());
        QVERIFY(!find<QAction>(u"cancelAction"_s)->isEnabled());
        find<QPushButton>(u"compareButton"_s)->click();
        QVERIFY(settled());
        QVERIFY(window_->parity().dock().report());
    }

    void failuresAreToldInTheMessageBar()
    {
        open("demo-gpt2", {"The cat sat on the mat"});
        window_->parity().dock().openReference(settings_.filePath(u"missing.safetensors"_s));
        find<QPushButton>(u"compareButton"_s)->click();
        auto& bar = window_->inspector().messages();
        QTRY_VERIFY_WITH_TIMEOUT(bar.isVisible(), 30000);
        QVERIFY2(bar.message().contains(u"missing.safetensors"_s), qPrintable(bar.message()));
        auto* reference = find<QComboBox>(u"referenceBox"_s);
        reference->setCurrentIndex(0);
        QCOMPARE(find<QComboBox>(u"parityPrompts"_s)->currentIndex(), 0); // not the dump's any more
        find<QPushButton>(u"compareButton"_s)->click();
        QVERIFY(bar.isHidden());
        QVERIFY(settled());
        QVERIFY(window_->parity().dock().report());
    }
};

QTEST_MAIN(TestParityWindow)
#include "tst_parity_window.moc"
