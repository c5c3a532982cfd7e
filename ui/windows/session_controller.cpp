// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/session_controller.h"

#include "core/error.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/text/labels.h"
#include "ui/windows/attention_files.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/view_history.h"

#include <QAction>
#include <QBoxLayout>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMainWindow>
#include <QPushButton>
#include <QTabWidget>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int shortestPause = 2000; ///< milliseconds between autosaves
constexpr int longestPrompt = 60;

const QString ending = u".headscope"_s;

QString filter() { return SessionController::tr("Headscope sessions (*%1);;All files (*)").arg(ending); }

/// `demo-rotary, "The cat sat"`
QString wordsFor(const Session& session)
{
    const QString model = QFileInfo(text(session.request.model)).fileName();
    if (session.request.prompts.empty())
        return model;
    return model + u", \""_s + shortened(text(session.request.prompts.front()), longestPrompt) + u'"';
}

} // namespace

SessionController::SessionController(QMainWindow& window, Views views)
    : QObject(&window)
    , window_(window)
    , views_(std::move(views))
    , openAction_(new QAction(tr("&Open session…"), this))
    , saveAction_(new QAction(tr("&Save session"), this))
    , saveAsAction_(new QAction(tr("Save session &as…"), this))
    , offer_(new MessageBar(&window))
{
    const auto name = [](QAction* action, const QString& name, const QString& key, const QString& toolTip) {
        action->setObjectName(name);
        action->setShortcut(QKeySequence(key));
        action->setToolTip(u"%1 (%2)"_s.arg(toolTip, action->shortcut().toString(QKeySequence::NativeText)));
    };
    name(openAction_, u"openSessionAction"_s, u"Ctrl+O"_s, tr("Open a session and run it"));
    name(saveAction_, u"saveSessionAction"_s, u"Ctrl+S"_s,
        tr("Save model, prompts, settings and views; results are computed again"));
    name(saveAsAction_, u"saveSessionAsAction"_s, u"Ctrl+Shift+S"_s, tr("Save the session in another file"));
    connect(openAction_, &QAction::triggered, this, &SessionController::askOpen);
    connect(saveAction_, &QAction::triggered, this, [this] { askSave(false); });
    connect(saveAsAction_, &QAction::triggered, this, [this] { askSave(true); });

    offer_->setObjectName(u"recoveryBar"_s);
    auto* restore = offer_->addButton(tr("Restore"), tr("Open that session and run it"));
    restore->setObjectName(u"restoreButton"_s);
    auto* discard = offer_->addButton(tr("Discard"), tr("Forget that session"));
    discard->setObjectName(u"discardButton"_s);
    connect(restore, &QPushButton::clicked, this, &SessionController::restoreLost);
    connect(discard, &QPushButton::clicked, this, &SessionController::discardLost);
    if (auto* above = qobject_cast<QBoxLayout*>(views_.centre.parentWidget()->layout()))
        above->insertWidget(0, offer_);
    saveSoon_.setSingleShot(true);
    connect(&saveSoon_, &QTimer::timeout, this, &SessionController::autosaveNow);
    connect(&views_.bridge, &EngineBridge::started, this, [this](const CapturePtr& capture) {
        if (pending_ && !(capture->header().request == pending_->request))
            pending_.reset(); // another run has taken its place
    });
    // Queued: the inspector is in the middle of showing the run.
    connect(
        &views_.inspector, &InspectorView::contentChanged, this, &SessionController::showPending, Qt::QueuedConnection);
}

Session SessionController::current() const
{
    Session session{.request = views_.run.request(), .layout = window_.saveState()};
    session.view = pending_ ? pending_->view : viewOf(views_.inspector); // what is still to come counts
    session.attention = pending_ ? pending_->attention : views_.attention.shown();
    session.tab = views_.centre.currentWidget()->objectName();
    return session;
}

bool SessionController::open(const QString& file)
{
    const QString path = QFileInfo(file).absoluteFilePath();
    try {
        show(readSession(path));
    } catch (const Error& e) {
        views_.inspector.messages().showError(text(e.what()));
        return false;
    }
    file_ = path;
    Q_EMIT used(path);
    Q_EMIT told(tr("Opened %1").arg(QDir::toNativeSeparators(path)));
    touch();
    return true;
}

bool SessionController::save(const QString& file)
{
    const QString path = QFileInfo(file).absoluteFilePath();
    try {
        writeSession(current(), path);
    } catch (const Error& e) {
        views_.inspector.messages().showError(text(e.what()));
        return false;
    }
    file_ = path;
    Q_EMIT used(path);
    Q_EMIT told(tr("Saved %1").arg(QDir::toNativeSeparators(path)));
    touch();
    return true;
}

void SessionController::askOpen()
{
    const QString start = file_.isEmpty() ? QDir::currentPath() : QFileInfo(file_).absolutePath();
    const QString chosen = QFileDialog::getOpenFileName(&window_, tr("Open session"), start, filter());
    if (!chosen.isEmpty())
        open(chosen);
}

void SessionController::askSave(bool elsewhere)
{
    if (!elsewhere && !file_.isEmpty()) {
        save(file_);
        return;
    }
    QString start = file_;
    if (start.isEmpty())
        start = QDir::current().filePath(QFileInfo(text(views_.run.request().model)).fileName() + ending);
    QFileDialog dialog(&window_, tr("Save session"), start, filter());
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(ending.mid(1));
    if (dialog.exec() == QDialog::Accepted)
        save(dialog.selectedFiles().constFirst());
}

void SessionController::show(const Session& session)
{
    if (!session.layout.isEmpty())
        window_.restoreState(session.layout);
    views_.inspector.setOptions(session.view.options);
    bringToFront(session.tab);
    if (session.attention) {
        views_.run.setRequest(session.request);
        views_.attention.open(session.attention->file, session.attention->part);
    } else {
        views_.open(session.request, session.view.head);
    }
    pending_ = session;
    pending_->request = views_.run.request(); // as the panel can show it
}

void SessionController::bringToFront(const QString& tab)
{
    for (int i = 0; i < views_.centre.count(); ++i)
        if (views_.centre.widget(i)->objectName() == tab)
            views_.centre.setCurrentIndex(i);
}

void SessionController::showPending()
{
    const auto& capture = views_.inspector.capture();
    if (!pending_ || !capture)
        return;
    if (pending_->attention ? pending_->attention != views_.attention.shown()
                            : !(capture->header().request == pending_->request))
        return;
    const Session session = *std::exchange(pending_, std::nullopt);
    constexpr ViewParts all = ViewParts(ViewPart::Head) | ViewPart::Picked | ViewPart::Sequence | ViewPart::Cell
        | ViewPart::Zoom | ViewPart::Arrangement | ViewPart::Shown | ViewPart::Lines;
    showView(views_.inspector, session.view, all);
    bringToFront(session.tab); // some have a tab only now
    views_.history.restart();
}

void SessionController::watch()
{
    connect(&views_.run, &RunPanel::edited, this, &SessionController::touch);
    connect(&views_.history, &ViewHistory::changed, this, &SessionController::touch);
    connect(&views_.centre, &QTabWidget::currentChanged, this, &SessionController::touch);
    for (auto* dock : window_.findChildren<QDockWidget*>()) {
        connect(dock, &QDockWidget::visibilityChanged, this, &SessionController::touch);
        connect(dock, &QDockWidget::dockLocationChanged, this, &SessionController::touch);
        connect(dock, &QDockWidget::topLevelChanged, this, &SessionController::touch);
    }
}

void SessionController::startAutosave(const QString& folder)
{
    autosave_ = std::make_unique<Autosave>(folder);
    connect(autosave_.get(), &Autosave::failed, this, &SessionController::told);
    first_ = views_.run.request();
    watch();
    lost_ = autosave_->takeLost();
    if (lost_)
        offer();
    touch();
}

void SessionController::touch()
{
    if (!autosave_ || saveSoon_.isActive())
        return;
    const qint64 waited = sinceSaved_.isValid() ? sinceSaved_.elapsed() : shortestPause;
    saveSoon_.start(static_cast<int>(std::max<qint64>(0, shortestPause - waited)));
}

bool SessionController::isUsers() const
{
    return !file_.isEmpty() || views_.history.stack().count() > 0 || !(views_.run.request() == first_);
}

void SessionController::autosaveNow()
{
    if (lost_ && !isUsers())
        return; // the lost session stays the last one until there is something to lose again
    Session now = current();
    now.file = file_;
    if (now == saved_)
        return;
    sinceSaved_.start();
    autosave_->save(now);
    saved_ = std::move(now);
}

void SessionController::offer()
{
    const QString when = QLocale().toString(lost_->saved, QLocale::ShortFormat);
    offer_->showNote(tr("Headscope did not come to its end. Its last session, of %1, can be restored: ").arg(when)
        + wordsFor(lost_->session));
}

void SessionController::restoreLost()
{
    if (!lost_)
        return;
    LostSession lost = *std::exchange(lost_, std::nullopt);
    offer_->hide();
    file_ = lost.session.file;
    show(lost.session);
    saveSoon_.stop();
    autosaveNow();
    autosave_->finishSaving(); // only then is it nowhere else
    autosave_->forget(lost);
}

void SessionController::discardLost()
{
    if (!lost_)
        return;
    autosave_->forget(*lost_);
    lost_ = autosave_->takeLost(); // one older, perhaps
    offer_->setVisible(lost_.has_value());
    if (lost_)
        offer();
    touch();
}

} // namespace headscope::ui
