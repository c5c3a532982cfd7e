// SPDX-License-Identifier: GPL-3.0-or-later
// The main window's actions and menus.
#include "ui/windows/graph_dock.h"
#include "ui/windows/main_window.h"

#include "ui/bridge/engine_bridge.h"
#include "ui/views/head_grid.h"
#include "ui/windows/comparison_view.h"
#include "ui/windows/contributions_controller.h"
#include "ui/windows/desktop.h"
#include "ui/windows/example_guide.h"
#include "ui/windows/export_controller.h"
#include "ui/windows/head_bar.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lens_dock.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/predictions_dock.h"
#include "ui/windows/query_key_dock.h"
#include "ui/windows/result_export.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/settings_dialog.h"
#include "ui/windows/token_panel.h"
#include "ui/windows/view_options_menu.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QMenuBar>
#include <QSettings>
#include <QStatusBar>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

void MainWindow::makeActions()
{
    const auto action = [this](const QString& name, const QKeySequence& key, auto react) {
        auto* made = new QAction(name, this);
        made->setShortcut(key);
        made->setToolTip(u"%1 (%2)"_s.arg(QString(name).remove(u'&'), key.toString(QKeySequence::NativeText)));
        connect(made, &QAction::triggered, this, react);
        addAction(made);
        return made;
    };
    runAction_ = action(tr("R&un"), Qt::Key_F5, [this] { run(); });
    runAction_->setObjectName(u"runAction"_s);
    cancelAction_ = action(tr("&Cancel"), Qt::Key_Escape, [this] {
        parity_->cancel();
        predictions_->cancel();
        lens_->cancel();
        contributions_->cancel();
        graph_->cancel();
        bridge_.cancel();
    });
    cancelAction_->setObjectName(u"cancelAction"_s);
    unlockAction_ = action(tr("&Unlock head"), Qt::Key_Escape, [this] { selection().unlock(); });
    unlockAction_->setObjectName(u"unlockAction"_s);
    exportHeadAction_ = action(tr("Export &head…"), QKeySequence(u"Ctrl+E"_s), [this] { exportHead(); });
    exportGridAction_ = action(tr("Export &grid…"), QKeySequence(u"Ctrl+Shift+E"_s), [this] { exportGrid(); });
    cancelAction_->setEnabled(false);
    unlockAction_->setEnabled(false);
}

void MainWindow::makeMenus()
{
    auto* file = menuBar()->addMenu(tr("&File"));
    new ExampleGuide(*this, *file->addMenu(tr("Exa&mples")));
    desktop_->fillFileMenu(*file);
    file->addAction(exports_->exportAction());
    file->addAction(exportHeadAction_);
    file->addAction(exportGridAction_);
    file->addSeparator();
    auto* quit = file->addAction(tr("&Quit"), QKeySequence(QKeySequence::Quit), this, &QWidget::close);
    quit->setMenuRole(QAction::QuitRole);
    auto* edit = menuBar()->addMenu(tr("&Edit"));
    desktop_->fillEditMenu(*edit);
    edit->addSeparator();
    exports_->fillEditMenu(*edit);
    auto* run = menuBar()->addMenu(tr("&Run"));
    run->addAction(runAction_);
    run->addAction(parity_->compareAction());
    run->addAction(predictions_->continueAction());
    run->addAction(contributions_->attributeAction());
    run->addAction(contributions_->cutAction());
    run->addAction(graph_->computeAction());
    run->addAction(cancelAction_);
    makeHeadMenu();
    makeViewMenu();
    auto* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&What am I looking at?"), QKeySequence(Qt::Key_F1), this, [this] {
        explainDock_->show();
        explainDock_->raise();
    });
    desktop_->fillHelpMenu(*help);
}

void MainWindow::makeHeadMenu()
{
    auto* menu = menuBar()->addMenu(tr("He&ad"));
    const auto move = [&](const QString& name, const QKeySequence& key, int layers, int heads) {
        menu->addAction(name, key, this, [this, layers, heads] {
            parity_->isInFront() ? selection().move(layers, heads) : inspector_->grid().step(layers, heads);
        });
    };
    move(tr("&Previous head"), Qt::Key_BracketLeft, 0, -1);
    move(tr("&Next head"), Qt::Key_BracketRight, 0, 1);
    move(tr("Layer &above"), Qt::Key_PageUp, -1, 0);
    move(tr("Layer &below"), Qt::Key_PageDown, 1, 0);
    menu->addSeparator();
    menu->addAction(
        tr("&Lock head"), QKeySequence(u"L"_s), this, [this] { selection().toggleLock(selection().current()); });
    menu->addAction(unlockAction_);
    menu->addSeparator();
    menu->addAction(inspector_->headBar().likeAction());
    menu->addAction(inspector_->headBar().clearPicksAction());
    menu->setToolTipsVisible(true);
}

void MainWindow::makeViewMenu()
{
    auto* menu = menuBar()->addMenu(tr("&View"));
    menu->addAction(runDock_->toggleViewAction());
    menu->addAction(nextDock_->toggleViewAction());
    menu->addAction(predictions_->toggleViewAction());
    menu->addAction(lens_->toggleViewAction());
    menu->addAction(queryKeys_->toggleViewAction());
    menu->addAction(contributions_->dock().toggleViewAction());
    menu->addAction(graph_->toggleViewAction());
    menu->addAction(tokensDock_->toggleViewAction());
    menu->addAction(explainDock_->toggleViewAction());
    menu->addAction(parity_->dock().toggleViewAction());
    menu->addAction(tr("Reset &layout"), this, &MainWindow::resetLayout);
    desktop_->fillViewMenu(*menu);
    menu->addSeparator();
    menu->addAction(tr("Zoom &in"), QKeySequence(QKeySequence::ZoomIn), this, [this] { zoom(0.8); });
    menu->addAction(tr("Zoom &out"), QKeySequence(QKeySequence::ZoomOut), this, [this] { zoom(1.25); });
    menu->addAction(tr("&Show whole head"), QKeySequence(u"Ctrl+0"_s), this, [this] { zoom(0); });
    menu->addAction(tr("&Find token…"), QKeySequence(QKeySequence::Find), this, [this] {
        tokensDock_->show();
        tokensDock_->raise();
        tokens_->search();
    });
    makePageMenu(*menu);
    menu->addMenu(inspector_->optionsMenu());
    makePoolMenu(*menu->addMenu(tr("&Pooled cells")));
    menu->addSeparator();
    auto* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<Theme, QString> choices[]{
        {Theme::System, tr("As the &system")}, {Theme::Light, tr("&Light")}, {Theme::Dark, tr("&Dark")}};
    for (const auto& [theme, name] : choices) {
        auto* entry = themes->addAction(name, this, [this, theme = theme] { setTheme(theme); });
        entry->setCheckable(true);
        connect(themes, &QMenu::aboutToShow, entry,
            [entry, theme = theme] { entry->setChecked(SettingsDialog::theme() == theme); });
        group->addAction(entry);
    }
}

void MainWindow::makePageMenu(QMenu& menu)
{
    auto* group = new QActionGroup(this);
    const std::tuple<CentrePage, QString, Qt::Key> choices[]{
        {CentrePage::Heatmap, tr("&Heatmap"), Qt::Key_1}, {CentrePage::Lines, tr("Li&nes"), Qt::Key_2}};
    for (const auto& [page, name, key] : choices) {
        auto* entry = menu.addAction(name, QKeySequence(Qt::CTRL | key), this, [this, page = page] {
            ViewOptions options = inspector_->options();
            options.page = page;
            inspector_->setOptions(options);
        });
        entry->setCheckable(true);
        entry->setChecked(page == inspector_->options().page);
        connect(inspector_, &InspectorView::optionsChanged, entry,
            [this, entry, page = page] { entry->setChecked(page == inspector_->options().page); });
        group->addAction(entry);
    }
}

void MainWindow::makePoolMenu(QMenu& menu)
{
    auto* group = new QActionGroup(this);
    const std::pair<Pool, QString> choices[]{
        {Pool::Maximum, tr("Show their &maximum: no spike is lost")}, {Pool::Mean, tr("Show their m&ean")}};
    for (const auto& [pool, name] : choices) {
        auto* entry = menu.addAction(name, this, [this, pool = pool] {
            ViewOptions options = inspector_->options();
            options.pool = pool;
            inspector_->setOptions(options);
        });
        entry->setCheckable(true);
        entry->setChecked(pool == inspector_->options().pool);
        connect(inspector_, &InspectorView::optionsChanged, entry,
            [this, entry, pool = pool] { entry->setChecked(pool == inspector_->options().pool); });
        group->addAction(entry);
    }
}

void MainWindow::resetLayout()
{
    restoreState(defaultLayout_);
    runDock_->show();
    nextDock_->show();
    tokensDock_->show();
    explainDock_->hide();
    resizeDocks({runDock_, nextDock_}, {290, 310}, Qt::Horizontal);
}

void MainWindow::setTheme(Theme theme)
{
    QSettings().setValue("window/theme"_L1, static_cast<int>(theme));
    applyTheme(theme);
}

void MainWindow::exportHead()
{
    exportHeadInteractively(this, exports_->shownHead(), [this](const QString& done, const QString& failure) {
        failure.isEmpty() ? statusBar()->showMessage(done, 6000) : inspector_->messages().showError(failure);
    });
}

void MainWindow::exportGrid()
{
    exportGridInteractively(this, inspector_->capture(), inspector_->sequence(), exports_->gridOptions(),
        [this](const QString& done, const QString& failure) {
            failure.isEmpty() ? statusBar()->showMessage(done, 6000) : inspector_->messages().showError(failure);
        });
}

} // namespace headscope::ui
