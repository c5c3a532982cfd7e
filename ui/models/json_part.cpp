// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/json_part.h"

#include "core/error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr qsizetype longestShown = 60;

QString shownValue(const QJsonValue& value)
{
    if (value.isUndefined())
        return u"nothing"_s;
    if (value.isObject())
        return u"an object"_s;
    QString json = QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact));
    json = json.mid(1, json.size() - 2);
    return json.size() <= longestShown ? json : json.left(longestShown) + u'…';
}

} // namespace

JsonPart::JsonPart(QJsonValue value, QString file, QString key)
    : value_(std::move(value))
    , file_(std::move(file))
    , key_(std::move(key))
{
}

JsonPart JsonPart::parse(const QByteArray& json, const QString& file)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError)
        throw Error(Fault::BadInput,
            (file + u": expected JSON, found "_s + problem.errorString() + u" at byte "_s
                + QString::number(problem.offset))
                .toStdString());
    if (!document.isObject())
        throw Error(Fault::BadInput, (file + u": expected a JSON object, found an array"_s).toStdString());
    return {QJsonValue(document.object()), file};
}

void JsonPart::fail(const QString& expected) const
{
    throw Error(Fault::BadInput,
        (file_ + u": "_s + (key_.isEmpty() ? QString() : key_ + u": "_s) + u"expected "_s + expected + u", found "_s
            + shownValue(value_))
            .toStdString());
}

JsonPart JsonPart::operator[](const char* key) const
{
    if (!value_.isObject())
        fail(u"an object"_s);
    const QString name = QString::fromLatin1(key);
    return {value_.toObject().value(name), file_, key_.isEmpty() ? name : key_ + u'.' + name};
}

std::vector<JsonPart> JsonPart::items() const
{
    if (isThere() && !value_.isArray())
        fail(u"an array"_s);
    std::vector<JsonPart> parts;
    const QJsonArray array = value_.toArray();
    for (qsizetype i = 0; i < array.size(); ++i)
        parts.emplace_back(array[i], file_, key_ + u'[' + QString::number(i) + u']');
    return parts;
}

QString JsonPart::words() const
{
    if (!value_.isString())
        fail(u"a string"_s);
    return value_.toString();
}

bool JsonPart::flag() const
{
    if (!value_.isBool())
        fail(u"true or false"_s);
    return value_.toBool();
}

double JsonPart::number() const
{
    if (!value_.isDouble())
        fail(u"a number"_s);
    return value_.toDouble();
}

qint64 JsonPart::integer(qint64 least, qint64 most) const
{
    const qint64 found = value_.toInteger(least);
    const bool whole = value_.isDouble() && (found != least || value_.toDouble() == static_cast<double>(least));
    if (!whole || found < least || found > most)
        fail(u"an integer from "_s + QString::number(least) + u" to "_s + QString::number(most));
    return found;
}

QByteArray JsonPart::bytes() const
{
    const auto decoded = QByteArray::fromBase64Encoding(words().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        fail(u"base64"_s);
    return *decoded;
}

} // namespace headscope::ui
