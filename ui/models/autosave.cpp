// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/autosave.h"

#include "core/error.h"
#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QLoggingCategory>
#include <QStandardPaths>
#include <QUuid>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

Q_LOGGING_CATEGORY(sessionLog, "headscope.session", QtWarningMsg)

constexpr int mostLost = 20; ///< older ones are removed
constexpr qint64 lockIsWritten = 10; ///< seconds after which a lock without words in it was never finished

const QString ending = u".headscope"_s, lockEnding = u".lock"_s;

std::shared_ptr<QLockFile> tryLockFile(const QString& name)
{
    const QFileInfo found(name);
    if (found.exists() && found.size() == 0
        && found.lastModified().secsTo(QDateTime::currentDateTime()) > lockIsWritten)
        QFile::remove(name); // its window was killed between making it and writing who it is
    auto lock = std::make_shared<QLockFile>(name);
    lock->setStaleLockTime(0); // the lock of a process that lives is never stale
    return lock->tryLock(0) ? lock : nullptr;
}

std::shared_ptr<QLockFile> tryLock(const QString& file) { return tryLockFile(file + lockEnding); }

/// Qt guards the taking over of a lock by another one, which stays where a window is killed meanwhile.
void removeLeftGuards(const QString& folder)
{
    for (const QFileInfo& each : QDir(folder).entryInfoList({u"*.rmlock"_s}, QDir::Files))
        tryLockFile(each.filePath()); // and lets it go at once, with its file, unless its window lives
}

} // namespace

QString Autosave::usualFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + u"/sessions"_s;
}

Autosave::Autosave(QString folder, QObject* parent)
    : QObject(parent)
    , folder_(std::move(folder))
    , file_(folder_ + u'/' + QUuid::createUuid().toString(QUuid::WithoutBraces) + ending)
{
    writer_.setMaxThreadCount(1);
    if (QDir().mkpath(folder_))
        lock_ = tryLock(file_);
    if (!lock_)
        qCWarning(
            sessionLog, "%s: cannot be written, sessions are not kept for the case of a crash", qPrintable(folder_));
}

Autosave::~Autosave()
{
    writer_.waitForDone();
    if (lock_)
        QFile::remove(file_);
}

void Autosave::save(const Session& session)
{
    if (!lock_)
        return;
    const auto answer = hopTo(this, [this](const QString& problem) {
        if (!problem.isEmpty() && !std::exchange(told_, true))
            Q_EMIT failed(problem);
    });
    writer_.start([session, file = file_, answer] {
        qCDebug(sessionLog, "saving %s", qPrintable(file));
        try {
            writeSession(session, file);
            qCDebug(sessionLog, "saved %s", qPrintable(file));
        } catch (const Error& e) {
            answer(text(e.what()));
        }
    });
}

void Autosave::finishSaving() { writer_.waitForDone(); }

std::optional<LostSession> Autosave::takeLost()
{
    removeLeftGuards(folder_);
    const QFileInfoList files = QDir(folder_).entryInfoList({u'*' + ending}, QDir::Files, QDir::Time); // latest first
    std::optional<LostSession> latest;
    int kept = 0;
    for (const QFileInfo& each : files) {
        const QString file = each.filePath();
        const auto lock = file == file_ ? nullptr : tryLock(file);
        if (!lock)
            continue; // its window runs
        if (++kept > mostLost)
            QFile::remove(file);
        if (latest || kept > mostLost)
            continue;
        try {
            latest = LostSession{file, each.lastModified(), readSession(file), lock};
            qCDebug(sessionLog, "offers %s", qPrintable(file));
        } catch (const Error& e) {
            qCWarning(sessionLog, "%s", e.what());
            QFile::rename(file, file + u".damaged"_s);
        }
    }
    return latest;
}

void Autosave::forget(LostSession& lost)
{
    QFile::remove(lost.file);
    lost.lock.reset();
}

} // namespace headscope::ui
