// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/recent_files.h"

#include "core/model/recent_models.h"
#include "ui/text/labels.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int filesKept = 12, sessionsShown = 5, attentionShown = 2, shown = 9, longestName = 60;
constexpr auto sessionsKey = "recent/sessions", attentionKey = "recent/attention";

/// That exist, latest first.
QStringList filesOf(const char* key)
{
    QSettings settings;
    const QStringList known = settings.value(QLatin1String(key)).toStringList();
    QStringList there = known;
    there.removeIf([](const QString& file) { return !QFileInfo(file).isFile(); });
    if (there != known)
        settings.setValue(QLatin1String(key), there);
    return there;
}

QStringList models()
{
    QStringList found;
    for (const std::string& each : RecentModels(RecentModels::usualFile()).read())
        if (const QString directory = text(each); QFileInfo::exists(directory + u"/config.json"_s))
            found << directory;
    return found;
}

} // namespace

RecentFiles::RecentFiles(QWidget* parent)
    : QMenu(tr("Open &recent"), parent)
{
    setObjectName(u"recentMenu"_s);
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &RecentFiles::refresh);
    refresh();
}

QStringList RecentFiles::sessions() { return filesOf(sessionsKey); }

QStringList RecentFiles::attention() { return filesOf(attentionKey); }

void RecentFiles::addSession(const QString& file) { remember(sessionsKey, file); }

void RecentFiles::addAttention(const QString& file) { remember(attentionKey, file); }

void RecentFiles::remember(const char* key, const QString& file)
{
    QStringList list = filesOf(key);
    list.removeAll(file);
    list.prepend(file);
    QSettings().setValue(QLatin1String(key), list.mid(0, filesKept));
    QMetaObject::invokeMethod(this, &RecentFiles::refresh, Qt::QueuedConnection); // one of its actions may be at work
}

template <class Chosen> void RecentFiles::add(const QString& path, Chosen chosen)
{
    const auto before = actions();
    const auto number
        = 1 + std::count_if(before.begin(), before.end(), [](auto* each) { return !each->isSeparator(); });
    const QFileInfo file(path);
    QString name = shortened(file.fileName(), longestName) + u"  –  "_s
        + shortened(QDir::toNativeSeparators(file.absolutePath()), longestName);
    name.replace(u'&', u"&&"_s);
    auto* action = addAction(name, this, chosen);
    action->setObjectName(u"recent%1"_s.arg(number));
    action->setToolTip(QDir::toNativeSeparators(path).toHtmlEscaped());
    action->setShortcut(QKeySequence(u"Ctrl+Alt+%1"_s.arg(number)));
}

void RecentFiles::refresh()
{
    clear();
    const QStringList files = sessions().mid(0, sessionsShown);
    const QStringList opened = attention().mid(0, attentionShown);
    const QStringList directories = models().mid(0, shown - files.size() - opened.size());
    if (!files.isEmpty())
        addSection(tr("Sessions"));
    for (const QString& file : files)
        add(file, [this, file] { Q_EMIT sessionChosen(file); });
    if (!opened.isEmpty())
        addSection(tr("Attention files"));
    for (const QString& file : opened)
        add(file, [this, file] { Q_EMIT attentionChosen(file); });
    if (!directories.isEmpty())
        addSection(tr("Models"));
    for (const QString& directory : directories)
        add(directory, [this, directory] { Q_EMIT modelChosen(directory); });
    if (isEmpty())
        addAction(tr("Nothing yet"))->setEnabled(false);
}

} // namespace headscope::ui
