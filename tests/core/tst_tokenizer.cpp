// SPDX-License-Identifier: GPL-3.0-or-later
// Equality with the `tokenizers` library, from golden files made by tests/oracle/make_tokenizer_golden.py.
#include "core/error.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace headscope;
using nlohmann::json;

namespace {

/// A set of code points as the library has it (tests/data/unicode_wheel.json), a flag each.
std::vector<bool> wheelSet(const char* name)
{
    std::ifstream file(HEADSCOPE_TEST_DATA "/unicode_wheel.json");
    const json sets = json::parse(file);
    std::vector<bool> set(0x110000);
    for (const auto& range : sets.at(name))
        for (auto c = range[0].get<std::size_t>(); c <= range[1].get<std::size_t>(); ++c)
            set[c] = true;
    return set;
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
        for (const char* name : {"gpt2-strings", "gpt2-pairs", "smollm2-format", "llama3-format"})
            QTest::newRow(name) << data + QStringLiteral("/tokenizers/") + QString::fromUtf8(name)
                                << QString::fromUtf8(name);
        for (const char* name : {"demo-rotary", "demo-gpt2"})
            QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(name);
        QTest::newRow("smollm2") << QStringLiteral(HEADSCOPE_SOURCE_DIR "/models/smollm2") << QStringLiteral("smollm2");
    }

    void equalsTheLibrary()
    {
        QFETCH(QString, model);
        QFETCH(QString, golden);
        if (golden == QStringLiteral("smollm2") && !std::filesystem::exists(model.toStdString()))
            QSKIP("models/smollm2 is not there; packaging/fetch-model smollm2 makes it");
        const auto tokenizer = Tokenizer::load(ModelFiles::open(model.toStdString()));
        std::ifstream file(HEADSCOPE_TEST_DATA "/tokenizer_" + golden.toStdString() + ".json");
        const json cases = json::parse(file);
        int compared = 0;
        for (const json& each : cases) {
            const auto text = each.at("text").get<std::string>();
            const Encoding encoding = tokenizer->encode(text);
            const json offsets = encoding.offsets;
            const bool same = json(encoding.ids) == each.at("ids") && json(encoding.pieces) == each.at("tokens")
                && offsets == each.at("offsets");
            const std::string found = ", found ids " + json(encoding.ids).dump() + " offsets " + offsets.dump();
            QVERIFY2(same, ("text " + json(text).dump() + ": expected " + each.dump() + found).c_str());
            ++compared;
        }
        QVERIFY2(compared >= 500, qPrintable(QString::number(compared)));
    }

    /// Debian's ICU knows Unicode 15.0, the library a newer one; core/text/newer_unicode.inc makes up the difference.
    void classesEveryCodePointAsTheLibrary()
    {
        const auto letters = wheelSet("regex \\p{L}"), numbers = wheelSet("regex \\p{N}"), digits = wheelSet("Digits"),
                   spaces = wheelSet("regex \\s");
        const Regex letter("\\p{L}", "test"), number("\\p{N}", "test"), space("\\s", "test");
        for (char32_t c = 0; c < 0x110000; ++c) {
            if (c >= 0xD800 && c < 0xE000)
                continue; // surrogates are no characters
            std::string text;
            appendUtf8(text, c);
            const bool same = !letter.matches(text).empty() == letters[c] && !number.matches(text).empty() == numbers[c]
                && !space.matches(text).empty() == spaces[c] && isNumeric(c) == digits[c];
            QVERIFY2(same, qPrintable(QString::number(c, 16)));
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
        row("/model/type", R"("WordLevel")", "model WordLevel is not supported");
        row("/model/dropout", "0.1", "model.dropout is not supported");
        row("/model/byte_fallback", "true", "model.byte_fallback is not supported");
        row("/model/merges", R"(["nospace"])", "model.merges: expected two pieces");
        row("/model/merges", R"([["zzzz","qqqq"]])", "model.merges: expected pieces of the vocabulary");
        row("/model/vocab", R"({"a":-1})", "model.vocab: 'a': expected a token id");
        row("/pre_tokenizer", R"({"type":"Split","pattern":{"Regex":"*a"},"behavior":"Isolated"})",
            "regular expression '*a'");
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

    void refusesBrokenText()
    {
        const auto tokenizer = Tokenizer::load(ModelFiles::open("demo-rotary"));
        QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encode("ab\xFF"));
        QVERIFY(tokenizer->encode("").ids.empty());
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
