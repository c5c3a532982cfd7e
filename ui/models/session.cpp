// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/session.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/models/json_part.h"
#include "ui/models/request_json.h"
#include "ui/text/labels.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr qint64 most = std::numeric_limits<int>::max(); ///< of layers, heads and positions

QJsonValue number(std::size_t value) { return static_cast<qint64>(value); }

std::size_t index(const JsonPart& part) { return static_cast<std::size_t>(part.integer(0, most)); }

QJsonObject headToJson(HeadRef head)
{
    return {{u"layer"_s, number(head.layer.value)}, {u"head"_s, number(head.head.value)}};
}

HeadRef headFromJson(const JsonPart& part) { return {LayerId{index(part["layer"])}, HeadId{index(part["head"])}}; }

ViewOptions optionsFromJson(const JsonPart& part, const QString& file)
{
    if (!part.value().isObject())
        part.fail(u"an object"_s);
    QStringList complaints;
    const ViewOptions options = viewOptionsFromJson(part.value().toObject(), &complaints);
    if (!complaints.isEmpty())
        throw Error(Fault::BadInput, (file + u": view.options."_s + complaints.first()).toStdString());
    return options;
}

QJsonObject viewToJson(const ViewState& view)
{
    QJsonArray picked;
    for (const HeadRef& head : view.picked)
        picked.append(headToJson(head));
    QJsonObject json{{u"head"_s, headToJson(view.head)}, {u"locked"_s, view.locked}, {u"picked"_s, picked},
        {u"sequence"_s, number(view.sequence.value)}, {u"options"_s, viewOptionsToJson(view.options)}};
    if (view.cell)
        json[u"cell"_s] = QJsonObject{{u"query"_s, number(view.cell->query)}, {u"key"_s, number(view.cell->key)}};
    if (!view.part.isEmpty())
        json[u"part"_s] = QJsonObject{{u"x"_s, view.part.x()}, {u"y"_s, view.part.y()}, {u"width"_s, view.part.width()},
            {u"height"_s, view.part.height()}};
    return json;
}

QRectF rectFromJson(const JsonPart& part)
{
    const auto side = [&](const char* key, double least) {
        const double value = part[key].number();
        if (!(value >= least && value <= static_cast<double>(most)))
            part[key].fail(u"a number of tokens"_s);
        return value;
    };
    return {side("x", 0), side("y", 0), side("width", 0), side("height", 0)};
}

ViewState viewFromJson(const JsonPart& part, const QString& file)
{
    ViewState view;
    if (const auto head = part["head"]; head.isThere())
        view.head = headFromJson(head);
    if (const auto locked = part["locked"]; locked.isThere())
        view.locked = locked.flag();
    for (const JsonPart& head : part["picked"].items())
        view.picked.push_back(headFromJson(head));
    if (const auto sequence = part["sequence"]; sequence.isThere())
        view.sequence = SequenceId{index(sequence)};
    if (const auto cell = part["cell"]; cell.isThere())
        view.cell = Cell{index(cell["query"]), index(cell["key"])};
    if (const auto rect = part["part"]; rect.isThere())
        view.part = rectFromJson(rect);
    if (const auto options = part["options"]; options.isThere())
        view.options = optionsFromJson(options, file);
    return view;
}

} // namespace

QByteArray toJson(const Session& session, const QString& folder)
{
    QJsonObject json = requestToJson(session.request, folder);
    json[u"headscope_session"_s] = sessionVersion;
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
