// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/token_tool_tip.h"

#include "core/text/token_text.h"
#include "ui/text/labels.h"

#include <QCoreApplication>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr qsizetype longestPiece = 512, longestLine = 64;

QString tr(const char* source) { return QCoreApplication::translate("TokenToolTip", source); }

/// Broken into lines, because a tool tip does not break words.
QString literal(const QString& words)
{
    QString lines;
    for (QStringView rest = words; !rest.isEmpty();) {
        const QString line = shortened(rest, longestLine, {});
        if (!lines.isEmpty())
            lines += u"<br>"_s;
        lines += isolated(line).toHtmlEscaped();
        rest = rest.mid(line.size());
    }
    return lines;
}

QString row(const QString& name, const QString& value)
{
    return u"<tr><td style='padding-right:10px'>"_s + name + u"</td><td style='white-space:pre'>"_s + value
        + u"</td></tr>"_s;
}

/// `heading` must be escaped already, `notes` are our own words.
QString rows(const QString& heading, const std::string& piece, std::int64_t id, const QString& notes)
{
    QString table = u"<tr><td colspan='2' style='white-space:pre'><b>"_s + heading + u"</b></td></tr>"_s;
    if (!piece.empty()) // else the model has no tokenizer, or the tokenizer no such id
        table += row(tr("piece"), literal(shortened(text(visiblePiece(piece)), longestPiece)));
    if (id >= 0) // else a file does not say
        table += row(tr("id"), QString::number(id));
    return notes.isEmpty() ? table : table + row({}, notes);
}

QString rows(QChar axis, std::size_t position, const Token& token)
{
    const QString heading = u"%1[%2]  "_s.arg(axis).arg(position) + shownLabel(token.label).toHtmlEscaped();
    return rows(heading, token.piece, token.id,
        token.padding       ? tr("padding")
            : token.special ? tr("special token")
                            : QString());
}

QString whole(const QString& table) { return u"<qt><table cellspacing='0'>"_s + table + u"</table></qt>"_s; }

} // namespace

QString tokenToolTip(QChar axis, std::size_t position, const Token& token)
{
    return whole(rows(axis, position, token));
}

QString tokenToolTip(const NextToken& token)
{
    return whole(rows(shownLabel(token.label).toHtmlEscaped(), token.piece, token.id,
        token.special ? tr("special token") : QString()));
}

QString cellToolTip(std::size_t query, const Token& queryToken, std::size_t key, const Token& keyToken)
{
    return whole(rows(u'q', query, queryToken) + rows(u'k', key, keyToken));
}

} // namespace headscope::ui
