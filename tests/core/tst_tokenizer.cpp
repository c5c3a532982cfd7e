// SPDX-License-Identifier: GPL-3.0-or-later
// Equality with the `tokenizers` library, from golden files made by tests/oracle/make_tokenizer_golden.py.
#include "core/error.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace headscope;
using nlohmann::json;

namespace {

json readJson(const std::string& name)
{
    std::ifstream file(HEADSCOPE_TEST_DATA "/" + name);
    return json::parse(file);
}

/// A set of code points as the library has it (tests/data/unicode_wheel.json), a flag each.
std::vector<bool> wheelSet(const char* name)
{
    const json sets = readJson("unicode_wheel.json");
    std::vector<bool> set(0x110000);
    for (const auto& range : sets.at(name))
        for (auto c = range[0].get<std::size_t>(); c <= range[1].get<std::size_t>(); ++c)
            set[c] = true;
    return set;
}

/// Everything compared of one text, as tests/oracle/make_tokenizer_golden.py orders it.
json allOf(const Tokenizer& tokenizer, const Encoding& encoding)
{
    return json::array({encoding.ids, encoding.pieces, encoding.offsets, encoding.typeIds,
        std::vector<int>(encoding.special.begin(), encoding.special.end()), encoding.words,
        tokenizer.decode(encoding.ids)});
}

std::string sha256(const std::string& text)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256).toHex().toStdString();
}

/// Every code point that a text may hold: surrogates are none.
template <typename Visit> void forEachCharacter(Visit visit)
{
    for (char32_t c = 0; c < 0x110000; ++c)
        if (c < 0xD800 || c > 0xDFFF)
            visit(c);
}

std::string normalForm(const std::string& text, NormalForm form)
{
    std::string result;
    for (const auto& [character, change] : normalized(text, form))
        appendUtf8(result, character);
    return result;
}

void writeJson(const std::filesystem::path& path, const json& value) { std::ofstream(path) << value.dump(); }

} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTheLibrary_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("golden");
        const QString data = QStringLiteral(HEADSCOPE_TEST_DATA);
        for (const char* name : {"gpt2-strings", "gpt2-pairs", "smollm2-format", "llama3-format", "qwen2-format",
                 "bert-format", "llama2-format", "unigram-format", "odd-bpe"})
            QTest::newRow(name) << data + QStringLiteral("/tokenizers/") + QString::fromUtf8(name)
                                << QString::fromUtf8(name);
        for (const char* name : {"demo-rotary", "demo-gpt2"})
            QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(name);
        for (const char* name : {"smollm2", "minilm"})
            QTest::newRow(name) << QStringLiteral(HEADSCOPE_SOURCE_DIR "/models/") + QString::fromUtf8(name)
                                << QString::fromUtf8(name);
    }

    void equalsTheLibrary()
    {
        QFETCH(QString, model);
        QFETCH(QString, golden);
        if (model.contains(QStringLiteral("/models/")) && !std::filesystem::exists(model.toStdString()))
            QSKIP("it is not there; packaging/fetch-model makes it");
        const auto tokenizer = Tokenizer::load(ModelFiles::open(model.toStdString()));
        const json texts = readJson("tokenizer_texts.json");
        const json records = readJson("tokenizer_" + golden.toStdString() + ".json");
        QVERIFY(texts.size() >= 1000 && texts.size() == records.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto text = texts[i].get<std::string>();
            const json found = allOf(*tokenizer, tokenizer->encode(text));
            const bool same
                = found[0] == records[i][0] && sha256(found.dump()).substr(0, 16) == records[i][1].get<std::string>();
            QVERIFY2(same,
                ("text " + texts[i].dump() + ": expected ids " + records[i][0].dump() + ", found " + found.dump())
                    .c_str());
        }
    }

    /// Each component and option alone (tests/oracle/tokenizer_parts.py), on the first texts.
    void everyComponentEqualsTheLibrary()
    {
        const json texts = readJson("tokenizer_texts.json");
        QTemporaryDir dir;
        int tokenizers = 0;
        const json parts = readJson("tokenizer_parts.json");
        for (const auto& [name, part] : parts.items()) {
            writeJson(dir.filePath(QStringLiteral("tokenizer.json")).toStdString(), part.at("tokenizer"));
            const auto tokenizer = Tokenizer::load(ModelFiles::open(dir.path().toStdString()));
            std::string all;
            for (std::size_t i = 0; i < part.at("texts").get<std::size_t>(); ++i)
                all += allOf(*tokenizer, tokenizer->encode(texts[i].get<std::string>())).dump() + "\n";
            QVERIFY2(sha256(all).substr(0, 16) == part.at("hash").get<std::string>(), name.c_str());
            ++tokenizers;
        }
        QVERIFY2(tokenizers >= 200, qPrintable(QString::number(tokenizers)));
    }

    /// Debian's ICU knows Unicode 15.0, the library a newer one; core/text/newer_unicode.inc makes up the difference.
    void classesEveryCodePointAsTheLibrary()
    {
        const auto letters = wheelSet("regex \\p{L}"), numbers = wheelSet("regex \\p{N}"), digits = wheelSet("Digits"),
                   spaces = wheelSet("regex \\s"), punctuation = wheelSet("Punctuation"),
                   words = wheelSet("Whitespace words"), controls = wheelSet("BertNormalizer clean_text"),
                   bertMarks = wheelSet("BertNormalizer strip_accents"), marks = wheelSet("StripAccents");
        const Regex letter("\\p{L}", "test"), number("\\p{N}", "test"), space("\\s", "test");
        forEachCharacter([&](char32_t c) {
            std::string text;
            appendUtf8(text, c);
            const bool same = !letter.matches(text).empty() == letters[c] && !number.matches(text).empty() == numbers[c]
                && !space.matches(text).empty() == spaces[c] && isNumeric(c) == digits[c]
                && isWhiteSpace(c) == spaces[c] && isPunctuation(c) == punctuation[c] && isWordCharacter(c) == words[c]
                && isCleanedAway(c) == controls[c] && isBertMark(c) == bertMarks[c] && isMark(c) == marks[c];
            if (!same)
                QFAIL(qPrintable(QString::number(c, 16)));
        });
    }

    /// Every category, script and named class of the dialect, on every code point in use.
    void everyClassOfTheDialectEqualsTheLibrary()
    {
        std::string all;
        std::vector<std::size_t> begins;
        forEachCharacter([&](char32_t c) {
            if (c >= 0x32400 && (c < 0xE0000 || c >= 0xE0400))
                return; // Unicode gives these no meaning
            begins.push_back(all.size());
            appendUtf8(all, c);
        });
        const json hashes = readJson("unicode_wheel.json").at("class hashes");
        QVERIFY(hashes.size() >= 200);
        std::string differing;
        for (const auto& [pattern, hash] : hashes.items()) {
            std::string flags(begins.size(), '0');
            std::size_t at = 0;
            for (const ByteRange match : Regex(pattern, "test").matches(all)) {
                while (begins[at] < match.begin)
                    ++at;
                flags[at] = '1';
            }
            if (sha256(flags) != hash.get<std::string>())
                differing += pattern + " ";
        }
        QVERIFY2(differing.empty(), differing.c_str());
    }

    void normalisesEveryCodePointAsTheLibrary()
    {
        constexpr std::pair<const char*, NormalForm> forms[] = {
            {"NFC", NormalForm::Nfc}, {"NFD", NormalForm::Nfd}, {"NFKC", NormalForm::Nfkc}, {"NFKD", NormalForm::Nfkd}};
        const json wheel = readJson("unicode_wheel.json");
        for (const auto& [name, form] : forms) {
            std::string all;
            forEachCharacter([&, form = form](char32_t c) {
                std::string one;
                appendUtf8(one, c);
                all += normalForm(one, form);
                all += normalForm("a\u0345" + one + "\u0334\u0316\u0301", form);
            });
            QCOMPARE(sha256(all), wheel.at("normal forms").at(name).get<std::string>());
        }
    }

    void lowersNewerLettersAsTheLibrary()
    {
        const json wheel = readJson("unicode_wheel.json");
        for (const auto& pair : wheel.at("newer Lowercase")) {
            std::vector<RewrittenCharacter> lower;
            appendLowercase(lower, pair[0].get<char32_t>());
            QCOMPARE(lower.at(0).character, pair[1].get<char32_t>());
        }
    }

    void decodesItsOwnTokens()
    {
        const auto tokenizer = Tokenizer::load(ModelFiles::open("demo-rotary"));
        const std::string text = "Grüße,\n Mary\tand 👍 John";
        std::string back;
        for (const auto id : tokenizer->encode(text).ids)
            back += tokenizer->bytes(id);
        QCOMPARE(back, text);
    }

    void refusesUnknownComponents_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* pointer, const char* value, const char* says) {
            QTest::newRow(says) << QString::fromUtf8(pointer) << QByteArray(value) << QString::fromUtf8(says);
        };
        row("/normalizer", R"({"type":"Nmt"})", "normalizer Nmt is not supported");
        row("/pre_tokenizer", R"({"type":"Mystery"})", "pre_tokenizer Mystery is not supported");
        row("/post_processor", R"({"type":"Mystery"})", "post_processor Mystery is not supported");
        row("/decoder", R"({"type":"Mystery"})", "decoder Mystery is not supported");
        row("/model/type", R"("Mystery")", "model Mystery is not supported");
        row("/model/dropout", "0.1", "model.dropout is not supported");
        row("/model/merges", R"(["nospace"])", "model.merges: expected two pieces");
        row("/model/merges", R"([["zzzz","qqqq"]])", "model.merges: expected pieces of the vocabulary");
        row("/model/vocab", R"({"a":-1})", "model.vocab: 'a': expected a token id");
    }

    void refusesUnknownComponents()
    {
        QFETCH(QString, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QString, says);
        QTemporaryDir dir;
        std::ifstream good(HEADSCOPE_TEST_DATA "/tokenizers/gpt2-strings/tokenizer.json");
        json tokenizer = json::parse(good);
        tokenizer[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        writeJson(dir.filePath(QStringLiteral("tokenizer.json")).toStdString(), tokenizer);
        try {
            Tokenizer::load(ModelFiles::open(dir.path().toStdString()));
            QFAIL("expected an Error");
        } catch (const Error& e) {
            QVERIFY2(QString::fromUtf8(e.what()).contains(says), e.what());
            QVERIFY2(QString::fromUtf8(e.what()).contains(QStringLiteral("tokenizer.json")), e.what());
        }
    }

    /// What ICU has nothing equal to, and what is wrong (tests/oracle/tokenizer_patterns.py).
    void refusesExpressionsByName()
    {
        const json all = readJson("tokenizer_refused.json");
        QVERIFY(all.size() >= 20);
        for (const auto& pattern : all)
            try {
                Regex(pattern.get<std::string>(), "tokenizer.json: Split").matches("a");
                QFAIL(pattern.dump().c_str());
            } catch (const Error& e) {
                const std::string_view what = e.what();
                QVERIFY2(
                    what.starts_with("tokenizer.json: Split: the regular expression '" + pattern.get<std::string>()),
                    e.what());
                QVERIFY2(what.find("found") != what.npos || what.find("LOOK_BEHIND") != what.npos, e.what());
            }
    }

    void refusesHugeExpressions()
    {
        std::string deep, wide;
        for (int i = 0; i < 100000; ++i) {
            deep += "(";
            wide += "\\b";
        }
        for (const std::string& pattern : {deep, wide})
            QVERIFY_THROWS_EXCEPTION(Error, Regex(pattern, "test").matches("a"));
    }

    void refusesHostileFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const QByteArray& text) { QTest::newRow(name) << text; };
        row("deep nesting", QByteArray(200000, '['));
        row("deep sequence", QByteArray(R"({"type":"Sequence","normalizers":[)").repeated(20000));
        row("not UTF-8", "{\"model\":{\"type\":\"BPE\xff\"}}");
        row("an array", "[]");
        row("ids twice", R"({"model":{"type":"BPE","vocab":{"a":1,"b":1},"merges":[]}})");
        row("huge id", R"({"model":{"type":"BPE","vocab":{"a":99999999999999999999999},"merges":[]}})");
        row("huge number", R"({"model":{"type":"WordPiece","vocab":{},"max_input_chars_per_word":1e999}})");
        row("huge unk_id", R"({"model":{"type":"Unigram","vocab":[["a",-1.0]],"unk_id":7}})");
        row("score that is none", R"({"model":{"type":"Unigram","vocab":[["a",null]]}})");
        row("merges of numbers", R"({"model":{"type":"BPE","vocab":{"a":1},"merges":[[1,2]]}})");
    }

    void refusesHostileFiles()
    {
        QFETCH(QByteArray, text);
        QTemporaryDir dir;
        std::ofstream(dir.filePath(QStringLiteral("tokenizer.json")).toStdString()) << text.toStdString();
        QElapsedTimer time;
        time.start();
        QVERIFY_THROWS_EXCEPTION(Error, Tokenizer::load(ModelFiles::open(dir.path().toStdString())));
        QVERIFY2(time.elapsed() < 2000, qPrintable(QString::number(time.elapsed())));
    }

    void stopsCatastrophicExpressions()
    {
        QElapsedTimer time;
        time.start();
        QVERIFY_THROWS_EXCEPTION(Error, Regex("(a|aa)+$x", "test").matches(std::string(5000, 'a')));
        QVERIFY_THROWS_EXCEPTION(Error, Regex("(a*)*b", "test").matches(std::string(200000, 'a')));
        QVERIFY2(time.elapsed() < 4000, qPrintable(QString::number(time.elapsed())));
    }

    void truncatesAndPairs()
    {
        const auto tokenizer = Tokenizer::load(ModelFiles::open(HEADSCOPE_TEST_DATA "/tokenizers/bert-format"));
        const auto cls = tokenizer->find("[CLS]").value(), sep = tokenizer->find("[SEP]").value();
        const auto whole = tokenizer->encode("the model and the head", false).ids;
        const auto cut = [&](std::size_t length, TruncationSide side) {
            return tokenizer->encodeTruncated("the model and the head", {}, {.maxLength = length, .side = side});
        };
        QVERIFY((cut(4, TruncationSide::Right)[0].ids == std::vector<std::int64_t>{cls, whole[0], whole[1], sep}));
        QVERIFY((cut(3, TruncationSide::Left)[0].ids == std::vector<std::int64_t>{cls, whole.back(), sep}));
        QCOMPARE(cut(3, TruncationSide::Left).size(), whole.size());
        QVERIFY_THROWS_EXCEPTION(Error, cut(1, TruncationSide::Left));
        const Encoding pair = tokenizer->encodePair("the", "head");
        QCOMPARE(pair.ids.size(), std::size_t{5});
        QVERIFY((pair.typeIds == std::vector<std::int64_t>{0, 0, 0, 1, 1}));
        QVERIFY((pair.words == std::vector<std::int64_t>{-1, 0, -1, 0, -1}));
    }

    void refusesBrokenText()
    {
        const auto tokenizer = Tokenizer::load(ModelFiles::open("demo-rotary"));
        QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encode("ab\xFF"));
        QVERIFY(tokenizer->encode("").ids.empty());
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
