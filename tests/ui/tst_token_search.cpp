// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/token_search.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestTokenSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsLabelsTextsAndPieces_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("word") << u"store"_s << u"1 3"_s;
        QTest::newRow("case") << u"STORE"_s << u"1 3"_s;
        QTest::newRow("with a space") << u" store"_s << u"1"_s;
        QTest::newRow("as it is shown") << u"·store"_s << u"1"_s;
        QTest::newRow("piece") << u"Ġ"_s << u"1"_s;
        QTest::newRow("mark-up") << u"<b>"_s << u"2"_s;
        QTest::newRow("no pattern") << u"."_s << QString();
        QTest::newRow("other letters") << u"é"_s << u"0"_s;
    }

    void findsLabelsTextsAndPieces()
    {
        QFETCH(QString, words);
        std::vector<Token> tokens(4);
        tokens[0].label = "Caf\u00c9";
        tokens[1].label = "·store";
        tokens[1].piece = "\u0120store";
        tokens[2].label = "<b>";
        tokens[3].label = "restored";
        QStringList found;
        for (const auto position : findTokens(tokens, words))
            found << QString::number(position);
        QTEST(found.join(u' '), "expected");
    }
};

QTEST_GUILESS_MAIN(TestTokenSearch)
#include "tst_token_search.moc"
