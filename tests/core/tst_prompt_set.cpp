// SPDX-License-Identifier: GPL-3.0-or-later
// Prompt sets from JSONL and CSV files, the ones that are linked in, and their answers as tokens.
#include "core/analysis/answer_tokens.h"
#include "core/error.h"
#include "core/io/prompt_set.h"
#include "core/model/model_description.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace headscope;

namespace {

QByteArray messageOf(const auto& work)
{
    try {
        work();
    } catch (const Error& e) {
        return e.what();
    }
    return "no error";
}

} // namespace

class TestPromptSet : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsJsonLines()
    {
        const PromptSet set = read("a.jsonl",
            "\xEF\xBB\xBF{\"source\": \"a friend\"}\r\n"
            "\n"
            "{\"prompt\": \"One two\", \"correct\": \" three\", \"incorrect\": 7, \"label\": 1}\n"
            "{\"prompt\": [5, 6], \"correct\": [\" a\", 9], \"incorrect\": [\"b\"], \"corrupt\": \"One six\"}\n"
            "{\"prompt\": \"x\", \"correct\": 1, \"incorrect\": 2, \"corrupt\": [5, 7]}");
        QCOMPARE(set.source, std::string("a friend"));
        QCOMPARE(set.examples.size(), std::size_t(3));
        const PromptExample& first = set.examples[0];
        QCOMPARE(first.prompt, std::string("One two"));
        QVERIFY(first.correct == std::vector<Answer>{{.text = " three"}});
        QVERIFY(first.incorrect == std::vector<Answer>{{.id = 7}});
        QVERIFY(!first.corrupt);
        QVERIFY(QByteArray::fromStdString(first.where).endsWith("a.jsonl:3"));
        const PromptExample& second = set.examples[1];
        QVERIFY(second.prompt.empty());
        QVERIFY((second.promptIds == std::vector<std::int64_t>{5, 6}));
        QVERIFY((second.correct == std::vector<Answer>{{.text = " a"}, {.id = 9}}));
        QCOMPARE(second.corrupt->text, std::string("One six"));
        QVERIFY((set.examples[2].corrupt->ids == std::vector<std::int64_t>{5, 7}));
    }

    void readsCsv()
    {
        const PromptSet set = read("a.csv",
            "# a remark with \" and ,\r\n# source: a friend\r\n"
            "id,incorrect,prompt,correct,corrupt\r\n"
            "1,\" no\",\"He said \"\"yes\"\", and\r\nwent\", yes|id:12,\r\n"
            "\r\n"
            "2,a\\|b|\\id:3|c\\\\,plain,x,other\n");
        QCOMPARE(set.source, std::string("a friend"));
        QCOMPARE(set.examples.size(), std::size_t(2));
        const PromptExample& first = set.examples[0];
        QCOMPARE(first.prompt, std::string("He said \"yes\", and\r\nwent"));
        QVERIFY((first.correct == std::vector<Answer>{{.text = " yes"}, {.id = 12}}));
        QVERIFY(first.incorrect == std::vector<Answer>{{.text = " no"}});
        QVERIFY(!first.corrupt);
        QVERIFY(QByteArray::fromStdString(first.where).endsWith("a.csv:4"));
        const PromptExample& second = set.examples[1];
        QVERIFY((second.incorrect == std::vector<Answer>{{.text = "a|b"}, {.text = "id:3"}, {.text = "c\\"}}));
        QCOMPARE(second.corrupt->text, std::string("other"));
        QVERIFY(QByteArray::fromStdString(second.where).endsWith("a.csv:7"));
    }

    void tellsBadFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const char* content, const char* says) {
            QTest::addRow("%s", says) << QString::fromUtf8(name) << QByteArray(content) << QByteArray(says);
        };
        row("a.jsonl", "", "a.jsonl: expected at least one prompt");
        row("a.jsonl", "\n\n", "a.jsonl: expected at least one prompt, found none");
        row("a.jsonl", "{\"source\": \"x\"}", "expected at least one prompt, found none");
        row("a.jsonl", "{\"source\": 3}", "a.jsonl:1: source: expected a text, found 3");
        row("a.jsonl", "\n[1]", "a.jsonl:2: expected an object");
        row("a.jsonl", "{\"prompt\": ", "a.jsonl:1:");
        row("a.jsonl", "{\"correct\": 1, \"incorrect\": 2}", "a.jsonl:1: prompt: expected a text or an array");
        row("a.jsonl", "{\"prompt\": [1, -1], \"correct\": 1, \"incorrect\": 2}",
            "prompt: expected a token id, found -1");
        row("a.jsonl", "{\"prompt\": \"x\", \"incorrect\": 2}", "correct: expected an answer or an array of answers");
        row("a.jsonl", "{\"prompt\": \"x\", \"correct\": [], \"incorrect\": 2}", "correct: expected an answer or an");
        row("a.jsonl", "{\"prompt\": \"x\", \"correct\": \"\", \"incorrect\": 2}",
            "correct: expected a text or a token id");
        row("a.jsonl", "{\"prompt\": \"x\", \"correct\": 1.5, \"incorrect\": 2}",
            "correct: expected a token id, found 1.5");
        row("a.jsonl", "{\"prompt\": \"x\", \"correct\": 1, \"incorrect\": [[2]]}", "incorrect: expected a text or a");
        row("a.jsonl", "{\"prompt\": \"x\", \"correct\": 1, \"incorrect\": 2, \"corrupt\": 3}",
            "corrupt: expected a text");
        row("a.csv", "prompt,correct\n",
            "a.csv:1: expected a header row with the columns prompt, correct and incorrect");
        row("a.csv", "# only a remark", "a.csv:1: expected a header row with");
        row("a.csv", "prompt,correct,incorrect,prompt\n", "a.csv:1: expected one column 'prompt', found two");
        row("a.csv", "prompt,correct,incorrect\na,b\n", "a.csv:2: expected 3 fields as in the header, found 2");
        row("a.csv", "prompt,correct,incorrect\n\"a\nb,c\n", "a.csv:2: expected a quote that ends the field");
        row("a.csv", "prompt,correct,incorrect\n\"a\"b,c,d\n", "a.csv:2: expected a comma or the end of the line");
        row("a.csv", "prompt,correct,incorrect\na\"b,c,d\n",
            "a.csv:2: expected a field with quotes to stand in quotes");
        row("a.csv", "prompt,correct,incorrect\na,b|,c\n", "a.csv:2: correct: expected answers with | between them");
        row("a.csv", "prompt,correct,incorrect\na,,c\n",
            "a.csv:2: correct: expected answers with | between them, found no");
        row("a.csv", "prompt,correct,incorrect\na,b,id:x\n", "a.csv:2: incorrect: expected id: and a token id");
        row("a.csv", "prompt,correct,incorrect\n,b,c\n", "a.csv:2: prompt: expected a text, found nothing");
    }

    void tellsBadFiles()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, says);
        const QByteArray message = messageOf([&] { read(name.toUtf8(), content); });
        QVERIFY2(message.contains(says), message);
        QVERIFY(!message.contains('\n'));
    }

    /// Damaged files are read or refused with one line.
    void damagedFiles()
    {
        std::mt19937 random(11);
        const QByteArray json
            = "{\"source\": \"x\"}\n{\"prompt\": [5, 6], \"correct\": [\" a\", 9], \"incorrect\": \"b\"}\n";
        const QByteArray csv = "# source: x\nprompt,correct,incorrect\n\"a, \"\"b\"\"\",c|id:4,\\id:1\r\n";
        int read = 0, refused = 0;
        for (int round = 0; round < 600; ++round) {
            QByteArray content = round % 2 ? json : csv;
            for (unsigned change = random() % 3; change < 3; ++change) {
                const auto at = static_cast<qsizetype>(random() % static_cast<unsigned>(content.size()));
                if (random() % 2)
                    content[at] = "\"\\,|\n\r{}[]:#id\0\xFF"[random() % 17];
                else
                    content.remove(at, 1 + static_cast<qsizetype>(random() % 8));
                content += content.isEmpty() ? "," : "";
            }
            const QByteArray said
                = messageOf([&] { this->read(round % 2 ? "damaged.jsonl" : "damaged.csv", content); });
            (said == "no error" ? read : refused) += 1;
            QVERIFY2(said == "no error" || said.contains("damaged."), said);
            QVERIFY2(!said.contains('\n'), said);
        }
        QVERIFY2(read > 40 && refused > 40, qPrintable(QString::number(read)));
    }

    void missingFilesAreToldWithTheNames()
    {
        const QByteArray message = messageOf([] { readPromptSet("ioj"); });
        QVERIFY2(message.contains("one of entailment, greater-than, greater-than-pairs, ioi, found 'ioj'"), message);
        QVERIFY(messageOf([this] { readPromptSet(dir_.path().toStdString()); }).contains("found a directory"));
    }

    /// Every set has a source, as many examples as it says, and answers of one token for the model it is meant for.
    void embeddedSets_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("examples");
        QTest::addColumn<bool>("corrupt");
        QTest::newRow("ioi") << QStringLiteral("demo-rotary") << 20 << true;
        QTest::newRow("greater-than") << QStringLiteral("demo-rotary") << 16 << true;
        QTest::newRow("greater-than-pairs") << QString() << 16 << true;
        QTest::newRow("entailment") << QString() << 20 << false;
        QCOMPARE(embeddedPromptSets().size(), std::size_t(4));
    }

    void embeddedSets()
    {
        QFETCH(QString, model);
        QFETCH(int, examples);
        QFETCH(bool, corrupt);
        const PromptSet set = readPromptSet(QTest::currentDataTag());
        QVERIFY(set.source.find("Headscope") != std::string::npos);
        QCOMPARE(static_cast<int>(set.examples.size()), examples);
        const auto description = model.isEmpty() ? nullptr : describeModel(model.toStdString());
        for (const PromptExample& example : set.examples) {
            QCOMPARE(example.corrupt.has_value(), corrupt);
            if (!description)
                continue;
            const Tokenizer& tokenizer = description->requireTokenizer();
            const ExampleAnswers answers = answerTokens(example, &tokenizer, description->config().vocabulary);
            QVERIFY2(answers.notes.empty(), answers.notes.empty() ? "" : answers.notes.front().c_str());
            QCOMPARE(tokenizer.encode(example.prompt).ids.size(), tokenizer.encode(example.corrupt->text).ids.size());
        }
    }

    void answersAreTokenisedLiterally()
    {
        const auto description = describeModel("demo-rotary");
        const Tokenizer& tokenizer = description->requireTokenizer();
        const PromptExample example{.prompt = "x",
            .correct = {{.text = " Mary"}, {.text = "Mary"}, {.id = 12}},
            .incorrect = {{.text = " Mary"}, {.text = " Maryland"}, {.text = " M"}},
            .where = "f:1"};
        const ExampleAnswers answers = answerTokens(example, &tokenizer, description->config().vocabulary);
        const std::int64_t mary = *tokenizer.find("\xC4\xA0"
                                                  "Mary");
        QCOMPARE(answers.correct[0].ids, std::vector{mary});
        QCOMPARE(QByteArray::fromStdString(answers.correct[0].labels[0]), QByteArray("·Mary"));
        QCOMPARE(describe(answers.correct[0]), "·Mary (" + std::to_string(mary) + ")");
        QVERIFY(answers.correct[1].ids != answers.correct[0].ids);
        QCOMPARE(answers.correctIds, (std::vector{mary, answers.correct[1].id(), std::int64_t(12)}));
        QVERIFY(answers.incorrect[1].isCut());
        QCOMPARE(answers.incorrect[1].id(), mary);
        QCOMPARE(answers.incorrectIds, (std::vector{mary, answers.incorrect[2].id()}));
        QByteArray notes;
        for (const std::string& note : answers.notes)
            notes += QByteArray::fromStdString(note) + "\n";
        QVERIFY2(notes.contains("incorrect answer ' Maryland' is 4 tokens: ·Mary (517), l (76), "), notes);
        QVERIFY2(notes.contains("the first one is read"), notes);
        QVERIFY2(notes.contains("incorrect answers share the token ·Mary (517), which is counted once"), notes);
        QVERIFY2(notes.contains("the token ·Mary (517) is on both sides"), notes);
    }

    void tellsBadAnswers()
    {
        const auto description = describeModel("demo-rotary");
        const auto of = [&](Answer answer, const Tokenizer* tokenizer) {
            return messageOf([&] {
                answerTokens({.prompt = "x", .correct = {std::move(answer)}, .incorrect = {{.id = 1}}, .where = "f:1"},
                    tokenizer, 1408);
            });
        };
        QCOMPARE(of({.id = 1408}, description->tokenizer()),
            QByteArray("f:1: correct: expected a token id from 0 to 1407, found 1408"));
        QCOMPARE(of({.text = "a"}, nullptr),
            QByteArray("f:1: correct: expected a token id, as this model has no tokenizer; found 'a'"));
        QVERIFY(of({.text = "\xFF"}, description->tokenizer()).startsWith("f:1: correct: "));
        QCOMPARE(of({.id = 1407}, nullptr), QByteArray("no error"));
    }

private:
    PromptSet read(const char* name, const QByteArray& content)
    {
        const QString path = dir_.filePath(QString::fromUtf8(name));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(content);
        file.close();
        return readPromptSet(path.toStdString());
    }

    QTemporaryDir dir_;
};

QTEST_GUILESS_MAIN(TestPromptSet)
#include "tst_prompt_set.moc"
