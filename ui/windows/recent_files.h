// SPDX-License-Identifier: GPL-3.0-or-later
// File > Open recent: the sessions, attention files and models used last.
#pragma once

#include <QMenu>
#include <QStringList>

namespace headscope::ui {

/// The first nine have Ctrl+Alt+1 to Ctrl+Alt+9. What is not there any more is dropped.
class RecentFiles : public QMenu {
    Q_OBJECT
public:
    explicit RecentFiles(QWidget* parent = nullptr);

    static QStringList sessions(); ///< that exist, latest first
    void addSession(const QString& file);
    static QStringList attention(); ///< files likewise
    void addAttention(const QString& file);
    void refresh(); ///< the list of models is written by others, too

Q_SIGNALS:
    void sessionChosen(const QString& file);
    void attentionChosen(const QString& file);
    void modelChosen(const QString& directory);

private:
    void remember(const char* key, const QString& file);
    template <class Chosen> void add(const QString& path, Chosen chosen);
};

} // namespace headscope::ui
