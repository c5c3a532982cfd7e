// SPDX-License-Identifier: GPL-3.0-or-later
// Tokenizers and texts made to crash, hang or exhaust a reader: each is refused with one line that names file and key,
// or read, with work and memory in bounds.
#include "core/text/tokenizer.h"
#include "tests/core/hostile.h"

#include <QTemporaryDir>

#include <unordered_map>

using namespace headscope;

namespace {

/// A tokenizer.json with other parts, such as `"normalizer":{…}`, beside its model.
std::string tokenizerOf(const std::string& model, const std::string& parts = {})
{
    return std::string("{\"model\":{").append(model).append("}").append(parts.empty() ? "" : ",").append(parts) + "}";
}

const std::string wordLevel = R"("type":"WordLevel","vocab":{"<unk>":0,"a":1},"unk_token":"<unk>")";

std::string splitBy(const std::string& regex)
{
    return tokenizerOf(wordLevel,
        std::string(R"("pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"Regex":")").append(regex)
            + "\"}}");
}

std::shared_ptr<const Tokenizer> load(const std::string& json)
{
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.path().toStdString();
    write(path / "tokenizer.json", json);
    return Tokenizer::load(ModelFiles::open(path.string()));
}

} // namespace

class TestHostileTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusedTokenizers_data();
    void refusedTokenizers();
    void readsOddTokenizers();
    void refusedTexts_data();
    void refusedTexts();
    void longTextsAreRead_data();
    void longTextsAreRead();
    void refusedDecoding();
};

void TestHostileTokenizers::refusedTokenizers_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& json, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(json) << QString::fromUtf8(says);
    };
    const auto words = [](const std::string& vocabulary) {
        return tokenizerOf(R"("type":"WordLevel","vocab":{)" + vocabulary + "}");
    };
    row("nested deeply", std::string(100'000, '['), "is nested deeper than 64 levels");
    row("normalizers nested deeply",
        tokenizerOf(wordLevel, "\"normalizer\":" + repeated(R"({"type":"Sequence","normalizers":[)", 50'000)),
        "is nested deeper than 64 levels");
    row("many values", "[" + repeated("0,", 5'000'000) + "0]", "expected at most 4194304 keys and values");
    row("an infinite id", words(R"("a":1e999)"), "number overflow parsing '1e999'");
    row("an id of 2^64", words(R"("a":18446744073709551616)"), "model.vocab: 'a': expected a token id");
    row("an id of -1", words(R"("a":-1)"), "model.vocab: 'a': expected a token id, found -1");
    row("an id of 4e9", words(R"("a":4000000000)"), "model.vocab: 'a': expected a token id, found 4000000000");
    row("an id twice", words(R"("a":1,"b":1)"), "model.vocab: expected one piece an id, found 'a' and 'b' with id 1");
    row("a piece twice", words(R"("a":1,"a":2)"), "names 'a' twice");
    row("not UTF-8", words("\"\xE4\xB8\":1"), "not valid JSON");
    row("half a character", words(R"("\ud800":1)"), "not valid JSON");
    row("an unknown merge", tokenizerOf(R"("type":"BPE","vocab":{"a":0},"merges":["a b"])"),
        "model.merges: expected pieces of the vocabulary, found 'b'");
    row("a long unknown merge",
        tokenizerOf(R"("type":"BPE","vocab":{"a":0},"merges":["a )" + std::string(1'000'000, 'b') + "\"]"),
        "model.merges: expected pieces of the vocabulary, found 'bbb");
    row("unk_id beyond", tokenizerOf(R"("type":"Unigram","unk_id":7,"vocab":[["a",-1]])"),
        "unk_id: expected an id below 1");
    row("an added id of 4e9", tokenizerOf(wordLevel, R"("added_tokens":[{"id":4000000000,"content":"x"}])"),
        "added_tokens[0].id: expected a token id, found 4000000000");
    row("a template's id", tokenizerOf(wordLevel, R"("post_processor":{"type":"TemplateProcessing","single":
        [{"SpecialToken":{"id":"x","type_id":0}}],"special_tokens":{"x":{"ids":[-5],"tokens":["x"]}}})"),
        "post_processor TemplateProcessing: special_tokens: 'x': expected a token id, found -5");
    row("a template of 10^8 tokens",
        tokenizerOf(wordLevel,
            R"("post_processor":{"type":"TemplateProcessing","single":[)"
                + listed(10'000, [](std::size_t) { return R"({"SpecialToken":{"id":"x","type_id":0}})"; })
                + R"(],"special_tokens":{"x":{"ids":[)" + listed(10'000, [](std::size_t) { return "1"; })
                + R"(],"tokens":[)" + listed(10'000, [](std::size_t) { return R"("x")"; }) + "]}}}"),
        "post_processor: expected to need at most");
    row("a long expression", splitBy(std::string(1'000'000, 'x')),
        "pre_tokenizer Split: the regular expression has 1000000 bytes");
    row("a broken expression", splitBy(std::string(5'000, '(')), "pre_tokenizer Split: the regular expression '(((");
    row("pieces of 20 MB",
        tokenizerOf(R"("type":"Unigram","unk_id":0,"vocab":[[")" + std::string(20'000'000, 'a') + "\",0]]"),
        "model.vocab: expected at most 16777216 different beginnings");
}

void TestHostileTokenizers::refusedTokenizers()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, says);
    requireSays(refusalOf([&] { load(json.toStdString()); }), QStringLiteral("tokenizer.json: "), says);
}

void TestHostileTokenizers::readsOddTokenizers()
{
    const auto far = load(tokenizerOf(R"("type":"WordLevel","vocab":{"<unk>":2147483647,"a":5},"unk_token":"<unk>")"));
    QCOMPARE(far->encode("b").ids, std::vector<std::int64_t>{2147483647});
    QCOMPARE(far->piece(2147483647), std::string("<unk>"));
    QCOMPARE(far->piece(-1), std::string());
    // Merges of ids that would all share one bucket, were a bucket the remainder of the pair.
    constexpr std::size_t side = 400;
    std::unordered_map<std::uint64_t, int> buckets;
    buckets.reserve(side * side);
    const auto piece = [&](const char* letter, std::size_t i) { return letter + std::to_string(i); };
    const auto entry = [](const std::string& name, std::size_t id) { return quoted(name) + ":" + std::to_string(id); };
    const std::string single = listed(2 * side, [&](std::size_t i) {
        return entry(i < side ? piece("a", i) : piece("b", i - side), i * buckets.bucket_count());
    });
    const auto pair
        = [&](std::size_t i, const char* between) { return piece("a", i / side) + between + piece("b", i % side); };
    const std::string whole = listed(side * side, [&](std::size_t i) { return entry(pair(i, ""), 2'000'000'000 + i); });
    const std::string merges = listed(side * side, [&](std::size_t i) { return quoted(pair(i, " ")); });
    bounded([&] {
        load(tokenizerOf(R"("type":"BPE","vocab":{)" + single + "," + whole + R"(},"merges":[)" + merges + "]"));
    });
}

void TestHostileTokenizers::refusedTexts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says"); // empty: may be refused or not
    const auto row = [](const char* name, const std::string& json, const std::string& text, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(json) << QByteArray::fromStdString(text)
                            << QString::fromUtf8(says);
    };
    const std::string manyA(100'000, 'a'), megabyte(1'000'000, 'a');
    for (const char* regex : {"(a+)+$", "(a|aa)+$", "(a|a)*$"}) // ICU needs no backtracking where all is one match
        row(regex, splitBy(regex), manyA, "");
    for (const char* regex :
        {"(a+)+b", "(a|aa)+b", "(.*)*x", "(a*)*b", "a*b", "(?:.?){1000}x", "(a*)\\\\1b", "((a{0,100}){0,100}){0,100}b"})
        row(regex, splitBy(regex), manyA,
            "pre_tokenizer Split: the text is too complex for the tokenizer's regular expression");
    const auto replace = [](const std::string& from, const std::string& to) {
        return R"({"type":"Replace","pattern":{"String":")" + from + R"("},"content":")" + to + "\"}";
    };
    row("a becomes a megabyte", tokenizerOf(wordLevel, "\"normalizer\":" + replace("a", megabyte)), megabyte,
        "rewritten text: expected to need at most");
    row("a doubles and doubles",
        tokenizerOf(wordLevel,
            R"("normalizer":{"type":"Sequence","normalizers":[)"
                + listed(60, [&](std::size_t) { return replace("a", "aa"); }) + "]}"),
        manyA, "rewritten text: expected to need at most");
    row("a megabyte before every part",
        tokenizerOf(wordLevel,
            R"("normalizer":{"type":"Prepend","prepend":")" + megabyte
                + R"("},"added_tokens":[{"id":2,"content":" ","normalized":false}])"),
        repeated("a ", 100'000), "rewritten text: expected to need at most");
    row("bytes of bytes",
        tokenizerOf(wordLevel,
            R"("pre_tokenizer":{"type":"Sequence","pretokenizers":[)"
                + listed(60,
                    [](std::size_t) { return R"({"type":"ByteLevel","use_regex":false,"add_prefix_space":false})"; })
                + "]}"),
        "\xC3\xA9", "rewritten text: expected to need at most");
    row("many steps",
        tokenizerOf(wordLevel,
            R"("normalizer":{"type":"Sequence","normalizers":[)"
                + listed(100'000, [](std::size_t) { return R"({"type":"NFC"})"; }) + "]}"),
        manyA, "normalizer: expected to need at most");
    row("WordPiece, long pieces and words",
        tokenizerOf(
            R"("type":"WordPiece","unk_token":"a","max_input_chars_per_word":18446744073709551615,"vocab":{"a":0,"##a":1,")"
            + megabyte + "b\":2}"),
        megabyte, "model: expected to need at most");
    row("Unigram, a piece of a megabyte",
        tokenizerOf(R"("type":"Unigram","unk_id":0,"vocab":[["a",-1],[")" + megabyte + "\",-2]]"),
        "b" + std::string(999'999, 'a'), "model: expected to need at most");
    row("an unknown token of a megabyte",
        tokenizerOf(R"("type":"BPE","unk_token":")" + megabyte + R"(","merges":[],"vocab":{")" + megabyte + "\":0}"),
        std::string(100'000, 'b'), "model: expected to need at most");
    row("BPE, a prefix of a megabyte",
        tokenizerOf(R"("type":"BPE","continuing_subword_prefix":")" + megabyte + R"(","merges":[],"vocab":{"a":0})"),
        manyA, "model: expected to need at most");
    row("an added token of a megabyte",
        tokenizerOf(wordLevel, R"("added_tokens":[{"id":2,"content":")" + megabyte + "b\"}]"), megabyte,
        "added_tokens: expected to need at most");
    row("a template that repeats the text",
        tokenizerOf(wordLevel,
            R"("pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"String":""}},"post_processor":{"type":"TemplateProcessing","single":[)"
                + listed(100'000, [](std::size_t) { return R"({"Sequence":{"id":"A","type_id":0}})"; })
                + R"(],"special_tokens":{}})"),
        manyA, "post_processor: expected to need at most");
}

void TestHostileTokenizers::refusedTexts()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    std::shared_ptr<const Tokenizer> tokenizer;
    bounded([&] { tokenizer = load(json.toStdString()); });
    const std::string message = refusalOf([&] { tokenizer->encode(text.toStdString()); });
    if (!says.isEmpty())
        requireSays(message, QStringLiteral("tokenizer.json: "), says);
    QVERIFY(QString::fromStdString(refusalOf([&] {
        tokenizer->encode("\xE4\xB8");
    })).contains(QLatin1String("not valid UTF-8 at byte 0")));
}

void TestHostileTokenizers::longTextsAreRead_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("tokens");
    const auto row = [](const char* name, const std::string& json, const std::string& text, int tokens) {
        QTest::newRow(name) << QByteArray::fromStdString(json) << QByteArray::fromStdString(text) << tokens;
    };
    const std::string bpe = R"("type":"BPE","vocab":{"a":0,"aa":1,"aaaa":2},"merges":["a a","aa aa"])";
    row("one word of a megabyte", tokenizerOf(bpe), std::string(1 << 20, 'a'), 1 << 18);
    // What ICU counts per text must not add up to a refusal of an honest one.
    row("five megabytes of words", tokenizerOf(bpe, R"("pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false})"),
        repeated("aaaa aa, ", 555'555), 3 * 555'555 - 555'555);
    row("many added tokens",
        tokenizerOf(wordLevel,
            "\"added_tokens\":["
                + listed(20'000, [](std::size_t i) { return R"({"id":1,"content":"<x)" + std::to_string(i) + ">\"}"; })
                + "]"),
        repeated("<x7><", 20'000), 40'000);
}

void TestHostileTokenizers::longTextsAreRead()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, text);
    QFETCH(int, tokens);
    const auto tokenizer = load(json.toStdString());
    bounded([&] { QCOMPARE(tokenizer->encode(text.toStdString()).ids.size(), static_cast<std::size_t>(tokens)); });
}

void TestHostileTokenizers::refusedDecoding()
{
    const std::string megabyte(1'000'000, 'a');
    const auto tokenizer = load(tokenizerOf(R"("type":"WordLevel","vocab":{"a":0,")" + megabyte + "\":1}",
        R"("decoder":{"type":"Replace","pattern":{"String":"a"},"content":")" + megabyte + "\"}"));
    requireSays(refusalOf([&] { tokenizer->decode({1}); }), QStringLiteral("tokenizer.json: "),
        QStringLiteral("decoder: expected to need at most"));
    requireSays(refusalOf([&] { tokenizer->bytes(1); }), QStringLiteral("tokenizer.json: "),
        QStringLiteral("decoder: expected to need at most"));
    requireSays(refusalOf([&] { tokenizer->decode(std::vector<std::int64_t>(100'000, 1)); }),
        QStringLiteral("tokenizer.json: "), QStringLiteral("decoder: expected to need at most"));
    const auto spaces = load(tokenizerOf(R"("type":"WordLevel","vocab":{")" + repeated("_", 1'000'000) + "\":0}",
        R"("decoder":{"type":"Metaspace","replacement":"_","prepend_scheme":"always"})"));
    bounded([&] { QCOMPARE(spaces->decode({0}), std::string()); });
}

QTEST_APPLESS_MAIN(TestHostileTokenizers)
#include "tst_hostile_tokenizers.moc"
