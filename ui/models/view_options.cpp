// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/view_options.h"

#include "ui/models/view_option_names.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString toQString(std::string_view name)
{
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

template <class Value, std::size_t count> QString nameOf(const Names<Value, count>& names, Value value)
{
    for (const auto& [each, name] : names)
        if (each == value)
            return toQString(name);
    return {};
}

/// Takes options out of an object, one a call.
struct Reader {
    const QJsonObject& json;
    QStringList* complaints;

    void complain(const QString& key, const QString& expected) const
    {
        if (!complaints)
            return;
        QString found = QString::fromUtf8(QJsonDocument(QJsonArray{json[key]}).toJson(QJsonDocument::Compact));
        found = found.mid(1, found.size() - 2).left(60); // without the brackets
        complaints->append(
            QCoreApplication::translate("ViewOptions", "%1: expected %2, found %3").arg(key, expected, found));
    }

    template <class Value, std::size_t count>
    void read(const QString& key, const Names<Value, count>& names, Value& value) const
    {
        if (!json.contains(key))
            return;
        const QString found = json[key].toString();
        QStringList expected;
        for (const auto& [each, name] : names) {
            expected.append(toQString(name));
            if (found == expected.back()) {
                value = each;
                return;
            }
        }
        complain(key, expected.join(u", "_s));
    }

    void read(const QString& key, bool& value) const
    {
        if (json[key].isBool())
            value = json[key].toBool();
        else if (json.contains(key))
            complain(key, u"true, false"_s);
    }
};

} // namespace

QJsonObject viewOptionsToJson(const ViewOptions& options)
{
    return {{u"stage"_s, nameOf(stageNames, options.stage)}, {u"scale"_s, nameOf(scaleNames, options.scale)},
        {u"sharedScale"_s, options.sharedScale}, {u"palette"_s, nameOf(paletteNames, options.palette)},
        {u"diverging"_s, nameOf(divergingNames, options.diverging)},
        {u"specials"_s, nameOf(specialNames, options.specials)}, {u"transposed"_s, options.transposed},
        {u"page"_s, nameOf(pageNames, options.page)}, {u"pool"_s, nameOf(poolNames, options.pool)},
        {u"sentences"_s, nameOf(sentenceNames, options.sentences)}};
}

ViewOptions viewOptionsFromJson(const QJsonObject& json, QStringList* complaints)
{
    ViewOptions options;
    const Reader reader{json, complaints};
    reader.read(u"stage"_s, stageNames, options.stage);
    reader.read(u"scale"_s, scaleNames, options.scale);
    reader.read(u"sharedScale"_s, options.sharedScale);
    reader.read(u"palette"_s, paletteNames, options.palette);
    reader.read(u"diverging"_s, divergingNames, options.diverging);
    reader.read(u"specials"_s, specialNames, options.specials);
    reader.read(u"transposed"_s, options.transposed);
    reader.read(u"page"_s, pageNames, options.page);
    reader.read(u"pool"_s, poolNames, options.pool);
    reader.read(u"sentences"_s, sentenceNames, options.sentences);
    return options;
}

} // namespace headscope::ui
