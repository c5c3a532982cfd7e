// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions of windows that may not come to their end: kept while a window runs, found again when it did not.
#pragma once

#include "ui/models/session.h"

#include <QDateTime>
#include <QObject>
#include <QThreadPool>

#include <memory>
#include <optional>

class QLockFile;

namespace headscope::ui {

/// What a window that did not come to its end had shown. Nobody else is offered it as long as this lives.
struct LostSession {
    QString file{};
    QDateTime saved{};
    Session session{};
    std::shared_ptr<QLockFile> lock{};
};

/// A folder with one session file for each window that runs, beside it a lock that a crash leaves behind.
///
/// Threads  the owner's; files are written by a thread of its own, one after the other.
class Autosave : public QObject {
    Q_OBJECT
public:
    /// QStandardPaths::AppDataLocation/sessions
    static QString usualFolder();

    explicit Autosave(QString folder, QObject* parent = nullptr);
    ~Autosave() override; ///< this window came to its end: removes its file

    bool works() const { return lock_ != nullptr; } ///< false when the folder cannot be written
    QString file() const { return file_; }
    void save(const Session& session); ///< returns at once
    void finishSaving(); ///< waits until what was saved is on disk

    /// The latest session of a window that crashed. What cannot be read is put aside as FILE.damaged.
    std::optional<LostSession> takeLost();
    void forget(LostSession& lost); ///< removes its file

Q_SIGNALS:
    void failed(const QString& message); ///< once; later failures are not told

private:
    QString folder_, file_;
    std::shared_ptr<QLockFile> lock_;
    QThreadPool writer_;
    bool told_ = false;
};

} // namespace headscope::ui
