// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/token_text.h"

#include <QTest>

class TestTokenText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void visible_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const char* name, const QByteArray& text, const char* shown) {
            QTest::newRow(name) << text << QByteArray(shown);
        };
        row("plain", "store", "store");
        row("space", " store", "·store");
        row("newline and tab", "\n\t\r", "↵⇥␍");
        row("control", QByteArray("a\x0b", 2), "a\\x0b");
        row("nul", QByteArray("\0", 1), "\\x00");
        row("no-break space", "\xC2\xA0", "⍽");
        row("zero-width", "\xE2\x80\x8B", "\\u{200b}");
        row("byte of a character", "\xE2", "<0xE2>");
        row("two bytes of a character", QByteArray("\xE2\x82"), "<0xE2><0x82>");
        row("whole character", "€", "€");
        row("markup stays text", "<b>", "<b>");
        row("emoji", "👍", "👍");
        row("mark on its letter", "e\xCC\x81", "e\xCC\x81");
        row("mark alone", "\xCC\x81x", "◌\xCC\x81x");
        row("mark after a space", " \xCC\x81", "·◌\xCC\x81");
        row("joiner", "\xE2\x80\x8D", "\\u{200d}");
        row("variation selector", "❤\xEF\xB8\x8F", "❤\\u{fe0f}");
        row("letter without ink", "\xE3\x85\xA4", "\\u{3164}");
        row("direction override", "\xE2\x80\xAE", "\\u{202e}");
        row("right to left", " שלום", "·שלום");
    }

    void visible()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(headscope::visibleText(text.toStdString())), shown);
    }

    void piecesKeepTheirSpaces() { QCOMPARE(headscope::visiblePiece("▁a b\n<b>Ġ"), std::string("▁a b↵<b>Ġ")); }

    void labels_data()
    {
        QTest::addColumn<QByteArrayList>("tokens"); // "!" before those apart
        QTest::addColumn<QByteArrayList>("labels"); // "+" behind those that join the next
        const auto row = [](const char* name, const QByteArrayList& tokens, const QByteArrayList& labels) {
            QTest::newRow(name) << tokens << labels;
        };
        row("none", {}, {});
        row("whole characters", {"a", " b", "€"}, {"a", "·b", "€"});
        row("two parts", {"\xF0\x9F\x98", "\x80"}, {"😀¹⁄₂+", "😀²⁄₂"});
        row("one byte each", {"\xF0", "\x9F", "\x98", "\x80"}, {"😀¹⁄₄+", "😀²⁄₄+", "😀³⁄₄+", "😀⁴⁄₄"});
        row("text before and after", {"a \xE2", "\x82\xAC!"}, {"a·€¹⁄₂+", "€²⁄₂!"});
        row("ends one, begins another", {"\xE2\x82", "\xAC\xE2\x82", "\xAC"}, {"€¹⁄₂+", "€²⁄₂€¹⁄₂+", "€²⁄₂"});
        row("nothing to join with", {"\xE2\x82", "a"}, {"<0xE2><0x82>", "a"});
        row("never ends", {"a", "\xE2\x82"}, {"a", "<0xE2><0x82>"});
        row("never begins", {"\xAC", "a"}, {"<0xAC>", "a"});
        row("broken over two tokens", {"\xF0\x9F", "\x98", "a"}, {"<0xF0><0x9F>", "<0x98>", "a"});
        row("apart", {"\xE2\x82", "!<s>", "\xAC"}, {"<0xE2><0x82>", "<s>", "<0xAC>"});
        row("an apart neighbour", {"\xE2\x82", "!\xAC"}, {"<0xE2><0x82>", "<0xAC>"});
        row("after one apart", {"!\xE2\x82", "\xAC"}, {"<0xE2><0x82>", "<0xAC>"});
        row("a token without text within", {"\xE2\x82", "", "\xAC"}, {"€¹⁄₂+", "+", "€²⁄₂"});
        row("mark in parts", {"e", "\xCC", "\x81"}, {"e", "◌\xCC\x81¹⁄₂+", "◌\xCC\x81²⁄₂"});
        row("mark that begins a token", {"e", "\xCC\x81"}, {"e", "◌\xCC\x81"});
        row("joiner in parts", {"\xE2\x80", "\x8D"}, {"\\u{200d}¹⁄₂+", "\\u{200d}²⁄₂"});
    }

    void labels()
    {
        QFETCH(QByteArrayList, tokens);
        QFETCH(QByteArrayList, labels);
        std::vector<headscope::TokenBytes> bytes;
        for (const QByteArray& token : tokens) {
            const bool apart = token.startsWith('!');
            bytes.push_back({token.mid(apart).toStdString(), apart});
        }
        QByteArrayList said;
        for (const auto& [text, joinsNext] : headscope::labelsOf(bytes))
            said << QByteArray::fromStdString(text) + (joinsNext ? "+" : "");
        QCOMPARE(said, labels);
    }

    void withoutATokenizerIdsStandForTokens()
    {
        const headscope::TokenBytes token = headscope::bytesOf(42, nullptr, false);
        QCOMPARE(token.bytes, std::string("42"));
        QVERIFY(token.apart);
    }
};

QTEST_GUILESS_MAIN(TestTokenText)
#include "tst_token_text.moc"
