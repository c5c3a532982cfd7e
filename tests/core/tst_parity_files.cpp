// SPDX-License-Identifier: GPL-3.0-or-later
// A parity report as CSV and Markdown, read back, and what holds for every format; JSON is in tst_parity_json.
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "tests/core/report_reading.h"
#include "tests/core/sample_report.h"

#include <QDir>
#include <QStringDecoder>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace headscope;

namespace {

/// The records of a CSV file, by RFC 4180.
std::vector<std::vector<std::string>> records(const std::string& text)
{
    std::vector<std::vector<std::string>> result;
    std::vector<std::string> record(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
            record.back() += text[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            record.emplace_back();
        else if (c == '\n' && !quoted) {
            result.push_back(std::move(record));
            record.assign(1, {});
        } else
            record.back() += c;
    }
    return result;
}

/// Markdown without inline code, in which nothing has a meaning.
std::string withoutCode(const std::string& line)
{
    std::string result;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] != '`') {
            result += line[at++];
            continue;
        }
        std::size_t end = line.find_first_not_of('`', at);
        const std::string fence = line.substr(at, end - at);
        // The run of backticks that ends it is exactly as long.
        for (;;) {
            const std::size_t begin = line.find('`', end);
            if (begin == std::string::npos)
                return result + "UNCLOSED";
            end = std::min(line.find_first_not_of('`', begin), line.size());
            if (end - begin == fence.size())
                break;
        }
        result += "C";
        at = end;
    }
    return result;
}

class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t most)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{most, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

} // namespace

class TestParityFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csvHasEveryFigureOfEveryRow()
    {
        const ParityReport report = sampleReport(3);
        const std::string text = written(report, ".csv").toStdString();
        QVERIFY(text.starts_with("# parity · SmolLM2-135M-Instruct · models/smollm2 · 4 prompts · Headscope 0.1.0"));
        QVERIFY(text.find("\n#") == std::string::npos);
        auto lines = records(text.substr(text.find('\n') + 1));
        const std::vector<std::string> head = lines.front();
        lines.erase(lines.begin());
        std::size_t at = 0;
        for (std::size_t i = 0; i < report.pairs.size(); ++i) {
            const ParityPair& pair = *report.pairs[i];
            for (const ParityRow& row : pair.rows) {
                QVERIFY(at < lines.size());
                QCOMPARE(lines[at].size(), head.size());
                std::map<std::string, std::string> fields;
                for (std::size_t column = 0; column < head.size(); ++column)
                    fields[head[column]] = lines[at][column];
                ++at;
                QCOMPARE(fields["pair"], std::to_string(i));
                QCOMPARE(fields["pair_verdict"], std::string(spell(pair.verdict.kind)));
                QCOMPARE(fields["candidate"], pair.candidate.label);
                QCOMPARE(fields["hook"], row.hook);
                QCOMPARE(fields["layer"], row.layer ? std::to_string(*row.layer) : std::string());
                QCOMPARE(fields["rows"], std::string(spell(row.rows)));
                QCOMPARE(fields["verdict"], std::string(spell(row.verdict.kind)));
                QCOMPARE(fields["reasons"], std::string(row.verdict.reasons.empty() ? "" : "POSITION_IDS"));
                QCOMPARE(std::stod(fields["tolerance"]), row.tolerance);
                for (const auto& [name, value] : figures(row.difference))
                    QVERIFY2(sameFigure(normal(fields.at(name)), value), name.c_str());
                for (const auto& [name, value] : figures(row.aligned.value_or(Difference{})))
                    QVERIFY2(sameFigure(normal(fields.at("aligned_" + name)), row.aligned ? value : ""), name.c_str());
            }
            for (const auto& missing : pair.notCompared) {
                QCOMPARE(lines[at].size(), head.size());
                QCOMPARE(lines[at][7], std::string("not compared"));
                QVERIFY(!lines[at].back().empty() && !missing.second.empty());
                ++at;
            }
        }
        QCOMPARE(at + 1, lines.size()); // the pair of nothing has a line that says so
        QCOMPARE(lines[at].back(), std::string("nothing was compared"));
    }

    void markdownCanBePasted()
    {
        const std::string text = written(sampleReport(30), ".md").toStdString();
        QVERIFY2(text.size() < 65536, std::to_string(text.size()).c_str()); // what an issue can hold
        QVERIFY(text.find("known: POSITION_IDS (closes from 1.27 to 8.3e-07 when aligned)") != std::string::npos);
        QVERIFY(text.find("diverges at L1 blocks.1.attn.hook_attn_scores (partly: POSITION_IDS)") != std::string::npos);
        QVERIFY(text.find("more are left out here") != std::string::npos);
        std::size_t columns = 0, tables = 0;
        for (const QByteArray& raw : QByteArray::fromStdString(text).split('\n')) {
            std::string line = raw.toStdString();
            const bool isRow = line.starts_with("|");
            std::size_t bars = 0;
            for (std::size_t i = 0; i < line.size(); ++i)
                bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
            tables += isRow && columns == 0;
            QVERIFY2(!isRow || columns == 0 || bars == columns, line.c_str());
            columns = isRow ? bars : 0;
            std::string plain = withoutCode(line);
            for (const std::string tag : {"<details>", "</details>", "<summary>", "</summary>"})
                if (const auto begin = plain.find(tag); begin != std::string::npos)
                    plain.erase(begin, tag.size());
            QVERIFY2(plain.find('<') == std::string::npos && plain.find('@') == std::string::npos
                    && plain.find("**x**") == std::string::npos && plain.find("UNCLOSED") == std::string::npos,
                line.c_str());
        }
        QVERIFY(tables > 8);
    }

    void markdownSaysWhatDiffersFirst()
    {
        const std::string text = written(sampleReport(30), ".md").toStdString();
        const auto section = text.find("## 4.");
        QVERIFY(section != std::string::npos);
        const std::string rest = text.substr(section, text.find("## 5.") - section);
        QVERIFY(rest.find("| diverges |") != std::string::npos);
        QVERIFY(rest.find("blocks.1.attn.hook_q") < rest.find("blocks.2.attn.hook_q")); // in the order of the pass
        const auto cut = text.find("## 2.");
        QVERIFY(text.substr(text.find("## 1."), cut - text.find("## 1.")).find("<details>") == std::string::npos);
    }

    void everyFormatIsUtf8_data()
    {
        QTest::addColumn<QByteArray>("extension");
        for (const char* extension : {".json", ".csv", ".md", ".html"})
            QTest::newRow(extension) << QByteArray(extension);
    }

    void everyFormatIsUtf8()
    {
        QFETCH(QByteArray, extension);
        const QByteArray text = written(sampleReport(2), extension.constData());
        QVERIFY(text.endsWith('\n'));
        QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
        const QString decoded = decode(text);
        QVERIFY(!decode.hasError());
        QCOMPARE(decoded.contains(QChar(0x202E)), extension == ".json"); // would turn what follows around
        for (const QChar c : decoded)
            QVERIFY(c >= QLatin1Char(' ') || c == QLatin1Char('\n'));
    }

    void manyRowsAreWritten_data() { everyFormatIsUtf8_data(); }

    void manyRowsAreWritten()
    {
        QFETCH(QByteArray, extension);
        const ParityReport report = sampleReport(200);
        const QByteArray text = written(report, extension.constData());
        std::size_t rows = 0;
        for (const auto& pair : report.pairs)
            rows += pair->rows.size();
        QVERIFY(rows > 20000);
        if (extension == ".csv")
            QCOMPARE(static_cast<std::size_t>(text.count('\n')), rows + 2 + 3);
        else if (extension == ".json")
            QCOMPARE(static_cast<std::size_t>(text.count("\"hook\":")), rows + 2 + 2);
        else if (extension == ".html")
            QCOMPARE(static_cast<std::size_t>(text.count("<th scope=\"row\"><code>")), rows);
    }

    void otherFormatsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"report", "report.txt", "report.JSON", ".json", "report.json.gz", ""})
            QTest::newRow(name) << QByteArray(name);
    }

    void otherFormatsAreRefused()
    {
        QFETCH(QByteArray, name);
        QTemporaryDir dir;
        const std::string path = name.isEmpty() ? std::string() : dir.filePath(QString::fromUtf8(name)).toStdString();
        for (const auto& refuse : {std::function<void()>([&] { requireParityFormat(path); }),
                 std::function<void()>([&] { writeParityReport(sampleReport(1), path); })})
            try {
                refuse();
                QFAIL("expected an Error");
            } catch (const Error& error) {
                QCOMPARE(error.fault(), Fault::BadInput);
                QCOMPARE(std::string(error.what()),
                    "--report: expected a .json, .csv, .md or .html file, found '" + path + "'");
            }
        QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void aFolderThatIsNotThereIsFoundBeforeTheWork()
    {
        QTemporaryDir dir;
        requireParityFormat(dir.filePath(QStringLiteral("a.html")).toStdString());
        const std::string missing = dir.filePath(QStringLiteral("no/a.html")).toStdString();
        QVERIFY_THROWS_EXCEPTION(Error, requireParityFormat(missing));
        QVERIFY_THROWS_EXCEPTION(Error, writeParityReport(sampleReport(1), missing));
        QVERIFY(QDir(dir.path()).isEmpty());
    }

    void aFullDiskLeavesTheOldReport_data() { everyFormatIsUtf8_data(); }

    void aFullDiskLeavesTheOldReport()
    {
        QFETCH(QByteArray, extension);
        QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("report")) + QString::fromUtf8(extension);
        QFile old(name);
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
        old.close();
        {
            const FileSizeLimit limit(4096);
            QVERIFY_THROWS_EXCEPTION(Error, writeParityReport(sampleReport(8), name.toStdString()));
        }
        QCOMPARE(contents(name), QByteArray("old"));
        QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestParityFiles)
#include "tst_parity_files.moc"
