// SPDX-License-Identifier: GPL-3.0-or-later
// Reading JSON with messages that name the file and the key.
#pragma once

#include "core/run/settings.h"

#include <QJsonValue>
#include <QString>

#include <optional>
#include <vector>

namespace headscope::ui {

/// One value of a JSON file, which knows where it stands. What is asked of it and is not so is thrown as
/// Error(BadInput): "FILE: view.head.layer: expected an integer from 0 to 4095, found "x"".
class JsonPart {
public:
    /// \param key where it stands, with dots between; empty for the whole file
    JsonPart(QJsonValue value, QString file, QString key = {});

    /// The whole of a file's text. \throws Error(BadInput) when it is no JSON object.
    static JsonPart parse(const QByteArray& json, const QString& file);

    bool isThere() const { return !value_.isUndefined(); }
    const QJsonValue& value() const { return value_; }
    JsonPart operator[](const char* key) const; ///< of an object; what is not there reads as absent
    std::vector<JsonPart> items() const; ///< of an array; an absent one has none
    QString words() const;
    bool flag() const;
    double number() const;
    qint64 integer(qint64 least, qint64 most) const;
    QByteArray bytes() const; ///< of base64

    /// One of the enumeration's spellings.
    template <class Enum> Enum choice() const
    {
        const auto found = value_.isString() ? unspell<Enum>(value_.toString().toStdString()) : std::nullopt;
        if (found)
            return *found;
        QString expected;
        for (const auto& each : spellings<Enum>())
            expected += (expected.isEmpty() ? QString() : QStringLiteral(", "))
                + QString::fromUtf8(each.text.data(), static_cast<qsizetype>(each.text.size()));
        fail(QStringLiteral("one of ") + expected);
    }

    /// \throws Error(BadInput) always
    [[noreturn]] void fail(const QString& expected) const;

private:
    QJsonValue value_;
    QString file_, key_;
};

} // namespace headscope::ui
