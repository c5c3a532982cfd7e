// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/token_tool_tip.h"

#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextTable>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestTokenToolTip : public QObject {
    Q_OBJECT

    /// The cells of the tool tip as Qt shows them; empty when it holds anything but one table of text.
    static QStringList seen(const QString& toolTip)
    {
        if (!Qt::mightBeRichText(toolTip))
            return {u"shown as "_s + toolTip};
        QTextDocument document;
        document.setHtml(toolTip);
        QStringList cells;
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            for (auto at = block.begin(); !at.atEnd(); ++at)
                if (at.fragment().charFormat().isImageFormat() || at.fragment().charFormat().isAnchor())
                    return {u"mark-up"_s};
            cells << block.text().replace(QChar::LineSeparator, u'/');
        }
        cells.removeAll(QString());
        return cells;
    }
    static Token token(const char* piece, const char* label, std::int64_t id = 7)
    {
        return {.id = id, .piece = piece, .label = label};
    }

private Q_SLOTS:
    void tellsLabelPieceAndId()
    {
        QCOMPARE(seen(tokenToolTip(u'q', 5, token("Ġstore", "·store", 3650))),
            QStringList({u"q[5]  ·store"_s, u"piece"_s, u"Ġstore"_s, u"id"_s, u"3650"_s}));
        QCOMPARE(seen(tokenToolTip(NextToken{42, "▁a  b", "·a··b", 0, 0})),
            QStringList({u"·a··b"_s, u"piece"_s, u"▁a  b"_s, u"id"_s, u"42"_s}));
        QCOMPARE(seen(tokenToolTip(u'k', 0, token("", "7"))), QStringList({u"k[0]  7"_s, u"id"_s, u"7"_s}));
    }

    void nothingIsTakenForMarkUp_data()
    {
        QTest::addColumn<QString>("piece");
        for (const char* piece : {"<b>x</b>", "<img src='x.png'>", "<a href='x'>y</a>", "&lt;", "&amp;amp;",
                 "<|im_start|>", "</td></tr></table>", "<qt>", "<!-- x -->", "%1%2", "\"'"})
            QTest::newRow(piece) << QString::fromUtf8(piece);
    }

    void nothingIsTakenForMarkUp()
    {
        QFETCH(QString, piece);
        const auto bytes = piece.toStdString();
        QCOMPARE(seen(tokenToolTip(u'k', 1, token(bytes.c_str(), bytes.c_str()))),
            QStringList({u"k[1]  "_s + piece, u"piece"_s, piece, u"id"_s, u"7"_s}));
        QCOMPARE(seen(tokenToolTip(NextToken{7, bytes, bytes, 0, 0})),
            QStringList({piece, u"piece"_s, piece, u"id"_s, u"7"_s}));
    }

    void specialTokensAndPaddingAreNamed()
    {
        Token one = token("<s>", "<s>");
        QVERIFY(!seen(tokenToolTip(u'q', 0, one)).contains(u"special token"_s));
        one.special = true;
        QCOMPARE(seen(tokenToolTip(u'q', 0, one)).last(), u"special token"_s);
        one.padding = true;
        QCOMPARE(seen(tokenToolTip(u'q', 0, one)).last(), u"padding"_s);
        NextToken next{1, "<s>", "<s>", 0, 0, true};
        QCOMPARE(seen(tokenToolTip(next)).last(), u"special token"_s);
    }

    void longPiecesAreWholeUpToALimit()
    {
        const std::string longest(512, '='), longer(5000, '=');
        QStringList cells = seen(tokenToolTip(NextToken{1, longest, longest, 0, 0}));
        QCOMPARE(cells[0], u"="_s.repeated(48) + u'…');
        QCOMPARE(cells[2].count(u'='), 512);
        for (const QString& line : cells[2].split(u'/'))
            QVERIFY(line.size() <= 64);
        cells = seen(tokenToolTip(NextToken{1, longer, longer, 0, 0}));
        QCOMPARE(cells[2].count(u'='), 512);
        QVERIFY(cells[2].endsWith(u'…'));
    }

    void aCellHasTwoTokens()
    {
        QCOMPARE(seen(cellToolTip(5, token("Ġa", "·a", 1), 2, token("<b>", "<b>", 2))),
            QStringList({u"q[5]  ·a"_s, u"piece"_s, u"Ġa"_s, u"id"_s, u"1"_s, u"k[2]  <b>"_s, u"piece"_s, u"<b>"_s,
                u"id"_s, u"2"_s}));
    }
};

QTEST_MAIN(TestTokenToolTip)
#include "tst_token_tool_tip.moc"
