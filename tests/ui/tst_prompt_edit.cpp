// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/prompt_edit.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope::ui;

class TestPromptEdit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachLineIsAPrompt()
    {
        PromptEdit edit;
        edit.setPlainText(u" one \n\ntwo\\n\n"_s);
        QCOMPARE(edit.prompts(),
            QStringList({u" one "_s, u"two\\n"_s})); // spaces count, empty lines do not, nothing is expanded
        edit.clear();
        QVERIFY(edit.prompts().isEmpty());
    }

    void aPromptWithALineBreakStaysOneUntilEdited()
    {
        PromptEdit edit;
        edit.setPrompts({u"a\nb"_s, u"c"_s});
        QCOMPARE(edit.prompts(), QStringList({u"a\nb"_s, u"c"_s}));
        edit.moveCursor(QTextCursor::End);
        QTest::keyClicks(&edit, u"d"_s);
        QCOMPARE(edit.prompts(), QStringList({u"a↵b"_s, u"cd"_s}));
    }

    void controlReturnRuns()
    {
        PromptEdit edit;
        QSignalSpy run(&edit, &PromptEdit::runWanted);
        QTest::keyClick(&edit, Qt::Key_Return);
        QCOMPARE(run.count(), 0);
        QTest::keyClick(&edit, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(run.count(), 1);
        QCOMPARE(edit.toPlainText(), u"\n"_s);
    }
};

QTEST_MAIN(TestPromptEdit)
#include "tst_prompt_edit.moc"
