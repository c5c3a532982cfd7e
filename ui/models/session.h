// SPDX-License-Identifier: GPL-3.0-or-later
// What a window shows, as a file keeps it: versioned JSON.
#pragma once

#include "core/cache/attention_file.h"
#include "core/run/inspection_request.h"
#include "ui/models/view_state.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace headscope::ui {

/// Attention of another program that is looked at instead of a run.
struct AttentionView {
    QString file{}; ///< absolute
    AttentionPart part = AttentionPart::Self;

    friend bool operator==(const AttentionView&, const AttentionView&) = default;
};

/// The run that is set up, what is looked at, and where the docks are. Results are computed again.
struct Session {
    InspectionRequest request{};
    std::optional<AttentionView> attention{};
    ViewState view{};
    QString tab{}; ///< object name of what is in front; empty: the run
    QByteArray layout{}; ///< of QMainWindow::saveState(); empty: stays as it is
    QString file{}; ///< of an autosave: where the user keeps this session; empty when nowhere

    friend bool operator==(const Session&, const Session&) = default;
};

inline constexpr int sessionVersion = 1;
inline constexpr qint64 largestSession = 64 << 20; ///< bytes of a file

/// {"headscope_session": 1, …}. A path inside `folder`, the directory of the session file, is written relative to it
/// with the absolute one beside it, so that a folder can move as a whole.
QByteArray toJson(const Session& session, const QString& folder);

/// Keys that are not known are left aside, and those that are missing have their defaults.
/// \param file names it in messages; relative paths are of its directory where they lead to something there
/// \throws Error(BadInput), one line naming the file and the key
Session sessionFromJson(const QByteArray& json, const QString& file);

/// \throws Error(BadInput) as above, and when the file cannot be read
Session readSession(const QString& file);

/// Replaces the file as a whole or not at all. \throws Error(Output) naming it
void writeSession(const Session& session, const QString& file);

} // namespace headscope::ui
