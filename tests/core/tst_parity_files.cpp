// SPDX-License-Identifier: GPL-3.0-or-later
// A parity report as JSON, CSV and Markdown, read back.
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/parity_files.h"
#include "tests/core/sample_report.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>
#include <QStringDecoder>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <csignal>
#include <map>

#include <sys/resource.h>

using namespace headscope;
using Json = nlohmann::json;

namespace {

QByteArray contents(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray written(const ParityReport& report, const char* extension)
{
    QTemporaryDir dir;
    const QString name = dir.filePath(QStringLiteral("report")) + QString::fromUtf8(extension);
    writeParityReport(report, name.toStdString());
    return contents(name);
}

/// As Python's float() reads a figure.
double number(const Json& value)
{
    return value.is_string() ? std::strtod(value.get<std::string>().c_str(), nullptr) : value.get<double>();
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

std::optional<std::size_t> optionalIndex(const Json& value)
{
    return value.is_null() ? std::nullopt : std::optional(value.get<std::size_t>());
}

/// Every figure of a difference under its name, as text: what both JSON and CSV are held against.
std::map<std::string, std::string> figures(const Difference& d)
{
    const auto text = [](double value) { return QByteArray::number(value, 'g', 17).toStdString(); };
    const auto count = [](std::uint64_t value) { return std::to_string(value); };
    std::map<std::string, std::string> result{{"cells", count(d.cells)}, {"identical", d.identical ? "true" : "false"},
        {"max_absolute", text(d.maxAbsolute)}, {"mean_absolute", text(d.meanAbsolute)},
        {"max_relative", text(d.maxRelative)}, {"mean_relative", text(d.meanRelative)}, {"cosine", text(d.cosine)},
        {"needed_tolerance", text(d.neededTolerance)},
        {"mean_divergence", d.meanDivergence ? text(*d.meanDivergence) : ""},
        {"max_divergence", d.maxDivergence ? text(*d.maxDivergence) : ""},
        {"arg_max_agreement", d.argMaxAgreement ? text(*d.argMaxAgreement) : ""},
        {"reference_nans", count(d.referenceNans)}, {"candidate_nans", count(d.candidateNans)},
        {"reference_infinities", count(d.referenceInfinities)}, {"candidate_infinities", count(d.candidateInfinities)},
        {"reference_sentinel", d.referenceSentinel}, {"candidate_sentinel", d.candidateSentinel},
        {"worst_sequence", count(d.worst.sequence)}, {"worst_head", d.worst.head ? count(*d.worst.head) : ""},
        {"worst_row", count(d.worst.row)}, {"worst_column", count(d.worst.column)},
        {"worst_reference", text(d.worstReference)}, {"worst_candidate", text(d.worstCandidate)}};
    return result;
}

/// A written figure as `figures` has it.
std::string normal(const std::string& text)
{
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || text.find_first_of(".en") == std::string::npos)
        return text; // words, flags and counts
    return QByteArray::number(value, 'g', 17).toStdString();
}

std::string normal(const Json& value)
{
    if (value.is_null())
        return {};
    if (value.is_number_float())
        return QByteArray::number(value.get<double>(), 'g', 17).toStdString();
    return value.is_string() ? normal(value.get<std::string>()) : value.dump();
}

/// Figures that are whole numbers lose their ".0" in CSV: compared as numbers where both are.
bool sameFigure(const std::string& a, const std::string& b)
{
    if (a == b)
        return true;
    char *endA = nullptr, *endB = nullptr;
    const double x = std::strtod(a.c_str(), &endA), y = std::strtod(b.c_str(), &endB);
    return !a.empty() && !b.empty() && *endA == '\0' && *endB == '\0' && same(x, y);
}

void compareDifference(const Json& json, const Difference& expected)
{
    const auto wanted = figures(expected);
    QCOMPARE(json.size(), wanted.size());
    for (const auto& [name, value] : wanted) {
        QVERIFY2(json.contains(name), name.c_str());
        const std::string found = normal(json.at(name));
        QVERIFY2(sameFigure(found, value), (name + ": " + found + " != " + value).c_str());
    }
}

void compareVerdict(const Json& json, const Verdict& expected)
{
    QCOMPARE(json.at("kind").get<std::string>(), std::string(spell(expected.kind)));
    QCOMPARE(json.at("reasons").size(), expected.reasons.size());
    for (std::size_t i = 0; i < expected.reasons.size(); ++i)
        QVERIFY(findReason(json.at("reasons")[i].get<std::string>()) == expected.reasons[i]);
    QVERIFY(same(number(json.at("gap")), expected.gap));
    QVERIFY(same(number(json.at("aligned_gap")), expected.alignedGap));
}

void compareRow(const Json& json, const ParityRow& expected)
{
    QCOMPARE(json.at("hook").get<std::string>(), expected.hook);
    QVERIFY(optionalIndex(json.at("layer")) == expected.layer);
    QCOMPARE(json.at("rows").get<std::string>(), std::string(spell(expected.rows)));
    QCOMPARE(number(json.at("tolerance")), expected.tolerance);
    compareVerdict(json.at("verdict"), expected.verdict);
    compareDifference(json.at("difference"), expected.difference);
    QCOMPARE(json.at("aligned").is_null(), !expected.aligned);
    if (expected.aligned)
        compareDifference(json.at("aligned"), *expected.aligned);
}

/// Text with what is no UTF-8 replaced, which is all that may differ.
std::string repaired(const std::string& text)
{
    return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

void compareSide(const Json& json, const ParitySide& expected)
{
    QCOMPARE(json.at("label").get<std::string>(), repaired(expected.label));
    QCOMPARE(json.at("system").get<std::string>(), repaired(expected.system));
    QCOMPARE(json.at("provenance").get<std::string>(), repaired(expected.provenance));
    const Json& found = json.at("first_non_finite");
    QCOMPARE(found.is_null(), !expected.firstNonFinite);
    if (!expected.firstNonFinite)
        return;
    QCOMPARE(found.at("value").get<std::string>(), std::string(expected.firstNonFinite->isNan ? "nan" : "inf"));
    QCOMPARE(found.at("hook").get<std::string>(), expected.firstNonFinite->hook);
    QVERIFY(optionalIndex(found.at("layer")) == expected.firstNonFinite->layer);
    QVERIFY(optionalIndex(found.at("head")) == expected.firstNonFinite->cell.head);
    QCOMPARE(found.at("sequence").get<std::size_t>(), expected.firstNonFinite->cell.sequence);
    QCOMPARE(found.at("row").get<std::size_t>(), expected.firstNonFinite->cell.row);
    QCOMPARE(found.at("column").get<std::size_t>(), expected.firstNonFinite->cell.column);
}

void comparePicture(const Json& json, const PatternPicture& expected)
{
    QCOMPARE(json.at("layer").get<std::size_t>(), expected.layer);
    QCOMPARE(json.at("head").get<std::size_t>(), expected.head);
    QCOMPARE(json.at("sequence").get<std::size_t>(), expected.sequence);
    QCOMPARE(json.at("step").get<std::size_t>(), expected.step);
    QVERIFY(same(number(json.at("max_absolute")), expected.maxAbsolute));
    QCOMPARE(json.at("tokens").size(), expected.tokens.size());
    for (std::size_t i = 0; i < expected.tokens.size(); ++i)
        QCOMPARE(json.at("tokens")[i].get<std::string>(), repaired(expected.tokens[i]));
    QCOMPARE(json.at("reference").size(), expected.height);
    for (std::size_t i = 0; i < expected.reference.size(); ++i) {
        const std::size_t row = i / expected.width, column = i % expected.width;
        QCOMPARE(json.at("reference")[row].size(), expected.width);
        QVERIFY(same(static_cast<float>(number(json.at("reference")[row][column])), expected.reference[i]));
        QVERIFY(same(static_cast<float>(number(json.at("candidate")[row][column])), expected.candidate[i]));
    }
}

void compareLogits(const Json& json, const LogitAgreement& expected)
{
    QCOMPARE(json.at("positions").get<std::size_t>(), expected.positions);
    QVERIFY(same(number(json.at("top1")), expected.top1) && same(number(json.at("top5")), expected.top5));
    QVERIFY(same(number(json.at("reference_loss")), expected.referenceLoss));
    QVERIFY(same(number(json.at("candidate_loss")), expected.candidateLoss));
    QCOMPARE(json.at("answers").size(), expected.answers.size());
    for (std::size_t i = 0; i < expected.answers.size(); ++i) {
        const Json& answer = json.at("answers")[i];
        const AnswerAgreement& wanted = expected.answers[i];
        QCOMPARE(answer.at("sequence").get<std::size_t>(), wanted.sequence);
        QCOMPARE(answer.at("position").get<std::size_t>(), wanted.position);
        for (const auto& [key, value] : {std::pair{"reference_correct", wanted.referenceCorrect},
                 {"reference_incorrect", wanted.referenceIncorrect}, {"candidate_correct", wanted.candidateCorrect},
                 {"candidate_incorrect", wanted.candidateIncorrect},
                 {"reference_difference", wanted.referenceCorrect - wanted.referenceIncorrect},
                 {"candidate_difference", wanted.candidateCorrect - wanted.candidateIncorrect},
                 {"reference_loss", wanted.referenceLoss}, {"candidate_loss", wanted.candidateLoss}})
            QVERIFY2(same(number(answer.at(key)), value), key);
    }
}

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
    void jsonReadsBackAsTheReport()
    {
        const ParityReport report = sampleReport(3);
        const Json json = Json::parse(written(report, ".json").toStdString());
        QCOMPARE(json.at("schema").get<std::string>(), std::string("headscope-parity/1"));
        QCOMPARE(json.at("verdict").get<std::string>(), std::string("not compared"));
        QCOMPARE(json.at("model").get<std::string>(), report.model);
        QCOMPARE(json.at("model_name").get<std::string>(), report.modelName);
        QCOMPARE(json.at("inputs").get<std::string>(), report.inputs);
        QCOMPARE(json.at("peak_bytes").get<std::uint64_t>(), report.peakBytes);
        QCOMPARE(json.at("versions").at("LibTorch").get<std::string>(), std::string("2.13.0"));
        QCOMPARE(json.at("versions").size(), report.versions.size());
        QCOMPARE(json.at("prompts").size(), report.prompts.size());
        for (std::size_t i = 0; i < report.prompts.size(); ++i)
            QCOMPARE(json.at("prompts")[i].get<std::string>(), repaired(report.prompts[i]));
        QCOMPARE(json.at("pairs").size(), report.pairs.size());
        for (std::size_t i = 0; i < report.pairs.size(); ++i)
            comparePair(json.at("pairs")[i], *report.pairs[i]);
    }

    void jsonOfNothingIsJson()
    {
        const Json json = Json::parse(written(ParityReport{}, ".json").toStdString());
        QCOMPARE(json.at("pairs").size(), std::size_t{0});
        QCOMPARE(json.at("verdict").get<std::string>(), std::string("not compared"));
    }

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

private:
    void comparePair(const Json& json, const ParityPair& expected)
    {
        compareSide(json.at("reference"), expected.reference);
        compareSide(json.at("candidate"), expected.candidate);
        QCOMPARE(json.at("sentence").get<std::string>(), describe(expected));
        compareVerdict(json.at("verdict"), expected.verdict);
        compareVerdict(json.at("real"), expected.real);
        compareVerdict(json.at("padded"), expected.padded);
        QVERIFY(optionalIndex(json.at("first_divergence")) == expected.firstDivergence);
        QCOMPARE(json.at("rows").size(), expected.rows.size());
        for (std::size_t i = 0; i < expected.rows.size(); ++i)
            compareRow(json.at("rows")[i], expected.rows[i]);
        QCOMPARE(json.at("reasons").size(), expected.reasons.size());
        for (std::size_t i = 0; i < expected.reasons.size(); ++i) {
            const Json& reason = json.at("reasons")[i];
            const ReasonTest& wanted = expected.reasons[i];
            QVERIFY(findReason(reason.at("reason").get<std::string>()) == wanted.reason);
            QCOMPARE(reason.at("reference").get<std::string>(), wanted.reference);
            QCOMPARE(reason.at("candidate").get<std::string>(), wanted.candidate);
            QVERIFY(same(number(reason.at("gap_aligned")), wanted.gapAligned));
            QCOMPARE(reason.at("failing_aligned").get<std::size_t>(), wanted.failingAligned);
            QCOMPARE(reason.at("needed").get<bool>(), wanted.needed);
        }
        QCOMPARE(json.at("not_compared").size(), expected.notCompared.size());
        for (std::size_t i = 0; i < expected.notCompared.size(); ++i) {
            QCOMPARE(json.at("not_compared")[i].at("hook").get<std::string>(), repaired(expected.notCompared[i].first));
            QCOMPARE(json.at("not_compared")[i].at("why").get<std::string>(), repaired(expected.notCompared[i].second));
        }
        QCOMPARE(json.at("logits").is_null(), !expected.logits);
        if (expected.logits)
            compareLogits(json.at("logits"), *expected.logits);
        QCOMPARE(json.at("pictures").size(), expected.pictures.size());
        for (std::size_t i = 0; i < expected.pictures.size(); ++i)
            comparePicture(json.at("pictures")[i], expected.pictures[i]);
    }
};

QTEST_GUILESS_MAIN(TestParityFiles)
#include "tst_parity_files.moc"
