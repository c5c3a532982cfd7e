// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/session.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/models/json_part.h"
#include "ui/models/request_json.h"
#include "ui/models/view_json.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QJsonObject attentionToJson(const AttentionView& attention, const QString& folder)
{
    QJsonObject json = pathToJson(attention.file, folder);
    const std::string_view kind = spell(attention.part);
    json[u"kind"_s] = QString::fromLatin1(kind.data(), static_cast<qsizetype>(kind.size()));
    return json;
}

AttentionView attentionFromJson(const JsonPart& part, const QString& folder)
{
    const JsonPart kind = part["kind"];
    const std::string wanted = kind.words().toStdString();
    for (const auto& [each, name] : attentionPartNames)
        if (name == wanted)
            return {pathFromJson(part, folder), each};
    kind.fail(u"one of self, encoder, decoder, cross"_s);
}

} // namespace

QByteArray toJson(const Session& session, const QString& folder)
{
    QJsonObject json = requestToJson(session.request, folder);
    json[u"headscope_session"_s] = sessionVersion;
    if (session.attention)
        json[u"attention"_s] = attentionToJson(*session.attention, folder);
    json[u"view"_s] = viewToJson(session.view);
    json[u"window"_s]
        = QJsonObject{{u"tab"_s, session.tab}, {u"layout"_s, QString::fromLatin1(session.layout.toBase64())}};
    if (!session.file.isEmpty())
        json[u"file"_s] = session.file;
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

Session sessionFromJson(const QByteArray& json, const QString& file)
{
    const JsonPart whole = JsonPart::parse(json, file);
    if (const auto version = whole["headscope_session"]; version.value() != QJsonValue(sessionVersion))
        version.fail(u"version "_s + QString::number(sessionVersion));
    Session session;
    session.request = requestFromJson(whole, QFileInfo(file).absolutePath());
    if (const auto attention = whole["attention"]; attention.isThere())
        session.attention = attentionFromJson(attention, QFileInfo(file).absolutePath());
    if (const auto view = whole["view"]; view.isThere())
        session.view = viewFromJson(view, file);
    if (const auto window = whole["window"]; window.isThere()) {
        if (const auto tab = window["tab"]; tab.isThere())
            session.tab = tab.words();
        if (const auto layout = window["layout"]; layout.isThere())
            session.layout = layout.bytes();
    }
    if (const auto kept = whole["file"]; kept.isThere())
        session.file = kept.words();
    return session;
}

Session readSession(const QString& file)
{
    const auto fail = [&](const QString& found) {
        throw Error(Fault::BadInput, (file + u": expected a Headscope session, found "_s + found).toStdString());
    };
    QFile in(file);
    if (QFileInfo(file).isDir())
        fail(u"a folder"_s);
    if (!in.open(QIODevice::ReadOnly))
        fail(in.errorString());
    const QByteArray json = in.read(largestSession + 1);
    if (in.error() != QFile::NoError)
        fail(in.errorString());
    if (json.size() > largestSession)
        fail(u"more than %1 MiB"_s.arg(largestSession >> 20));
    return sessionFromJson(json, file);
}

void writeSession(const Session& session, const QString& file)
{
    AtomicFile out(file.toStdString());
    out.write(toJson(session, QFileInfo(file).absolutePath()).toStdString());
    out.commit();
}

} // namespace headscope::ui
