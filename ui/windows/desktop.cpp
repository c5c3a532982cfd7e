// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/desktop.h"

#include "core/error.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/text/labels.h"
#include "ui/windows/about_dialog.h"
#include "ui/windows/attention_files.h"
#include "ui/windows/dropped_files.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/layout_menu.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/parity_dock.h"
#include "ui/windows/parity_setup.h"
#include "ui/windows/recent_files.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/session_controller.h"
#include "ui/windows/settings_dialog.h"
#include "ui/windows/shortcuts_dialog.h"
#include "ui/windows/view_history.h"

#include <QAction>
#include <QMainWindow>
#include <QMenu>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

Desktop::Desktop(QMainWindow& window, Views views)
    : QObject(&window)
    , window_(window)
    , views_(std::move(views))
    , history_(new ViewHistory(views_.inspector, this))
    , sessions_(new SessionController(
          window, {views_.bridge, views_.run, views_.inspector, views_.centre, *history_, views_.attention, views_.open}))
    , recent_(new RecentFiles(&window))
    , layouts_(new LayoutMenu(window))
{
    connect(sessions_, &SessionController::told, this, &Desktop::told);
    connect(sessions_, &SessionController::used, recent_, &RecentFiles::addSession);
    connect(recent_, &RecentFiles::sessionChosen, sessions_, &SessionController::open);
    connect(&views_.attention, &AttentionFiles::opened, recent_, &RecentFiles::addAttention);
    connect(recent_, &RecentFiles::attentionChosen, &views_.attention,
        [this](const QString& file) { views_.attention.open(file); });
    connect(recent_, &RecentFiles::modelChosen, &views_.run, &RunPanel::chooseModel);
    // Queued: the run panel writes the list first.
    connect(&views_.bridge, &EngineBridge::finished, recent_, &RecentFiles::refresh, Qt::QueuedConnection);
    apply(Preferences::read());
    history_->restart();
}

void Desktop::fillFileMenu(QMenu& menu)
{
    menu.addAction(sessions_->openAction());
    menu.addAction(views_.attention.openAction());
    menu.addMenu(recent_);
    menu.addSeparator();
    menu.addAction(sessions_->saveAction());
    menu.addAction(sessions_->saveAsAction());
    menu.addSeparator();
}

void Desktop::fillEditMenu(QMenu& menu)
{
    const auto add = [&](QAction* action, const QString& name, const QString& key, const QString& toolTip) {
        action->setObjectName(name);
        action->setShortcut(QKeySequence(key));
        action->setToolTip(toolTip);
        menu.addAction(action);
    };
    add(history_->stack().createUndoAction(this, tr("&Undo")), u"undoAction"_s, u"Ctrl+Z"_s,
        tr("Look again at what was looked at before"));
    add(history_->stack().createRedoAction(this, tr("&Redo")), u"redoAction"_s, u"Ctrl+Shift+Z"_s,
        tr("Take back the undoing"));
    menu.addSeparator();
    auto* settings = menu.addAction(tr("&Settings…"), QKeySequence(u"Ctrl+,"_s), this, &Desktop::askSettings);
    settings->setObjectName(u"settingsAction"_s);
    settings->setMenuRole(QAction::PreferencesRole);
}

void Desktop::fillViewMenu(QMenu& menu) { menu.addMenu(layouts_); }

void Desktop::fillHelpMenu(QMenu& menu)
{
    menu.addAction(tr("&Keyboard shortcuts"), QKeySequence(u"Ctrl+F1"_s), this, &Desktop::showShortcuts)
        ->setObjectName(u"shortcutsAction"_s);
    auto* about = menu.addAction(tr("&About Headscope"), this, [this] { AboutDialog(&window_).exec(); });
    about->setObjectName(u"aboutAction"_s);
    about->setMenuRole(QAction::AboutRole);
}

void Desktop::take(const QList<QUrl>& files)
{
    const Dropped found = dropped(files);
    if (found.kind != Dropped::Kind::Nothing)
        views_.inspector.messages().hide(); // it was about something else
    ParityDock& dock = views_.parity.dock();
    switch (found.kind) {
    case Dropped::Kind::Nothing:
        return views_.inspector.messages().showError(found.problem);
    case Dropped::Kind::Model:
        return views_.run.chooseModel(found.path);
    case Dropped::Kind::Session:
        sessions_->open(found.path);
        return;
    case Dropped::Kind::Prompts:
        return takePrompts(found.path);
    case Dropped::Kind::PromptSet:
        dock.show();
        return dock.setup().openPrompts(found.path);
    case Dropped::Kind::Attention:
        return views_.attention.open(found.path);
    case Dropped::Kind::Dump:
        dock.show();
        return dock.openReference(found.path);
    }
}

void Desktop::takePrompts(const QString& file)
{
    InspectionRequest request = views_.run.request();
    try {
        const QStringList prompts = readPrompts(file);
        request.inputs.clear();
        request.prompts.clear();
        request.secondPrompts.clear();
        for (const QString& prompt : prompts)
            request.prompts.push_back(prompt.toStdString());
    } catch (const Error& e) {
        return views_.inspector.messages().showError(text(e.what()));
    }
    views_.run.setRequest(request);
}

void Desktop::apply(const Preferences& preferences)
{
    const Preferences before = std::exchange(applied_, preferences);
    if (preferences.labelPoints != before.labelPoints)
        applyLabelSize(preferences.labelPoints);
    if (preferences.palette != views_.inspector.options().palette && preferences.palette != before.palette) {
        ViewOptions options = views_.inspector.options();
        options.palette = preferences.palette;
        views_.inspector.setOptions(options);
    }
    if (preferences.threads != before.threads || preferences.cache != before.cache)
        views_.run.setResources(preferences);
}

void Desktop::askSettings()
{
    SettingsDialog dialog(&window_);
    connect(&dialog, &SettingsDialog::changed, this, &Desktop::apply);
    connect(&dialog, &SettingsDialog::themeChanged, this, [](Theme theme) { applyTheme(theme); });
    dialog.exec();
}

void Desktop::showShortcuts() { ShortcutsDialog(keyHelp(window_), &window_).exec(); }

} // namespace headscope::ui
