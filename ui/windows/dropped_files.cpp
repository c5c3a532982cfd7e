// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/dropped_files.h"

#include "core/cache/attention_file.h"
#include "core/error.h"
#include "ui/windows/model_drop.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringDecoder>
#include <QtEndian>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr qint64 largestPrompts = 1 << 20, shownBeginning = 1 << 16;
constexpr quint64 largestHeader = 4 << 20;

bool hasEnding(const QFileInfo& file, const QString& ending)
{
    return file.isFile() && file.suffix().compare(ending, Qt::CaseInsensitive) == 0;
}

/// A .json file may be a session that somebody named so.
bool isSession(const QFileInfo& file)
{
    if (hasEnding(file, u"headscope"_s))
        return true;
    QFile in(file.filePath());
    return hasEnding(file, u"json"_s) && in.open(QIODevice::ReadOnly)
        && in.read(shownBeginning).contains("\"headscope_session\"");
}

/// Names of tensors, and the metadata; empty for all other files.
QJsonObject headerOf(const QFileInfo& file)
{
    QFile in(file.filePath());
    if (!hasEnding(file, u"safetensors"_s) || !in.open(QIODevice::ReadOnly))
        return {};
    const QByteArray size = in.read(sizeof(quint64)); // the format: u64 length, JSON header, data
    if (size.size() != sizeof(quint64))
        return {};
    const auto length = qFromLittleEndian<quint64>(size.constData());
    if (length > largestHeader)
        return {};
    return QJsonDocument::fromJson(in.read(static_cast<qint64>(length))).object();
}

/// What stands beside attention in a file that is to be looked at.
bool isCompanion(const QString& tensor)
{
    return tensor == u"logits"_s || tensor == u"__metadata__"_s || tensor.endsWith(u"_ids"_s)
        || tensor.endsWith(u"_mask"_s);
}

/// A dump says what ran, whether Headscope wrote it or tests/oracle/dump_reference.py. An attention file may, too, but
/// holds little else, and is none made for comparisons.
Dropped::Kind kindOf(const QJsonObject& header)
{
    const auto made = header[u"__metadata__"_s].toObject();
    const bool says = made.contains(u"backend"_s) || made.contains(u"system"_s);
    bool attention = false, others = false;
    for (const QString& tensor : header.keys()) {
        const bool isAttention = attentionTensor(tensor.toStdString()).has_value();
        attention = attention || isAttention;
        others = others || (!isAttention && !isCompanion(tensor));
    }
    if (attention && !made.contains(u"dump"_s) && !(others && says))
        return Dropped::Kind::Attention;
    return says ? Dropped::Kind::Dump : Dropped::Kind::Nothing;
}

Dropped::Kind kindOf(const QFileInfo& file)
{
    using Kind = Dropped::Kind;
    return isSession(file)            ? Kind::Session
        : hasEnding(file, u"txt"_s)   ? Kind::Prompts
        : hasEnding(file, u"jsonl"_s) ? Kind::PromptSet
                                      : kindOf(headerOf(file));
}

} // namespace

Dropped dropped(const QList<QUrl>& urls)
{
    for (const QUrl& url : urls) {
        if (!url.isLocalFile())
            continue;
        const QFileInfo file(url.toLocalFile());
        if (const auto kind = kindOf(file); kind != Dropped::Kind::Nothing)
            return {kind, file.filePath()};
        if (const auto model = droppedModel({url}); !model.directory.isEmpty())
            return {Dropped::Kind::Model, model.directory};
    }
    return {Dropped::Kind::Nothing, {}, droppedModel(urls).problem};
}

QStringList readPrompts(const QString& file)
{
    const auto fail = [&](const QString& found) {
        throw Error(Fault::BadInput, (file + u": expected prompts, one a line, found "_s + found).toStdString());
    };
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        fail(in.errorString());
    const QByteArray bytes = in.read(largestPrompts + 1);
    if (bytes.size() > largestPrompts)
        fail(u"more than a megabyte"_s);
    QStringDecoder decode(QStringDecoder::Utf8);
    const QString words = decode(bytes);
    if (decode.hasError())
        fail(u"bytes that are no UTF-8"_s);
    QStringList lines;
    for (QString line : words.split(u'\n')) {
        if (line.endsWith(u'\r'))
            line.chop(1);
        if (!line.isEmpty())
            lines << line;
    }
    if (lines.isEmpty())
        fail(u"none"_s);
    return lines;
}

} // namespace headscope::ui
