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
    }

    void visible()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(headscope::visibleText(text.toStdString())), shown);
    }
};

QTEST_GUILESS_MAIN(TestTokenText)
#include "tst_token_text.moc"
