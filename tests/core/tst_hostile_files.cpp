// SPDX-License-Identifier: GPL-3.0-or-later
// Configurations, weight files and folders made to crash, hang or exhaust a reader, and all that the fuzzers found:
// each is refused with one line that names file and key, or read, with work and memory in bounds.
#include "core/model/model_config.h"
#include "core/model/model_finder.h"
#include "core/text/tokenizer.h"
#include "tests/core/hostile.h"
#include "tests/fuzz/hostile_input.h"

#include <QTemporaryDir>

#include <cstring>

using namespace headscope;

namespace {

namespace fs = std::filesystem;

std::string weightFile(const std::string& header, std::size_t dataBytes)
{
    const std::uint64_t size = header.size();
    std::string file(sizeof size, '\0');
    std::memcpy(file.data(), &size, sizeof size);
    return file.append(header).append(dataBytes, '\1');
}

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets)
{
    return quoted(name) + R"(:{"dtype":"U8","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]}";
}

using Feed = Fed (*)(std::string_view);

} // namespace

class TestHostileFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatTheFuzzersFound_data();
    void whatTheFuzzersFound();
    void refusedConfigurations_data();
    void refusedConfigurations();
    void refusedWeights_data();
    void refusedWeights();
    void largestHeader();
    void refusedShards_data();
    void refusedShards();
    void cyclesOfLinks();
};

void TestHostileFiles::whatTheFuzzersFound_data()
{
    QTest::addColumn<QString>("path");
    for (const char* reader : {"tokenizer", "config", "safetensors"}) {
        int count = 0;
        for (const auto& file : fs::directory_iterator(fs::path(HEADSCOPE_TEST_DATA) / "fuzz" / reader)) {
            ++count;
            QTest::addRow("%s/%s", reader, file.path().filename().c_str())
                << QString::fromStdString(file.path().string());
        }
        QVERIFY2(count > 100, reader);
    }
}

void TestHostileFiles::whatTheFuzzersFound()
{
    QFETCH(QString, path);
    const fs::path file = path.toStdString();
    std::ifstream stream(file, std::ios::binary);
    const std::string input(std::istreambuf_iterator<char>(stream), {});
    const std::string reader = file.parent_path().filename();
    const Feed feed = reader == "tokenizer" ? feedTokenizer : reader == "config" ? feedConfig : feedSafetensors;
    bounded([&] {
        const Fed fed = feed(input); // throws what is no Error
        QVERIFY(fed.read || !fed.refusal.empty());
    });
}

void TestHostileFiles::refusedConfigurations_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& config, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(config) << QString::fromUtf8(says);
    };
    const auto with = [](const std::string& keys) {
        return R"({"model_type":"gpt2","n_layer":2,"n_head":2,"n_embd":8,"vocab_size":9,)" + keys + "}";
    };
    row("nested deeply", std::string(100'000, '['), "config.json: is nested deeper than 64 levels");
    row("objects nested deeply", repeated("{\"a\":", 100'000), "config.json: is nested deeper than 64 levels");
    row("many values", "[" + repeated("0,", 5'000'000) + "0]", "config.json: expected at most 4194304 keys and values");
    row("infinity", with(R"("n_positions":1e999)"), "config.json: not valid JSON: number overflow parsing '1e999'");
    row("2^64", with(R"("n_positions":18446744073709551616)"), "n_positions: expected a positive integer");
    row("2^64 - 1", with(R"("n_positions":18446744073709551615)"), "n_positions: expected a positive integer");
    row("-1", with(R"("n_positions":-1)"), "n_positions: expected a positive integer, found -1");
    row("a fraction", with(R"("n_positions":0.5)"), "n_positions: expected a positive integer, found 0.5");
    row("many layers", R"({"model_type":"gpt2","n_layer":2147483647})", "n_layer: expected at most 65536");
    row("a key twice", with(R"("n_layer":3)"), "config.json: names 'n_layer' twice");
    row("not UTF-8", with("\"x\":\"\xFF\""), "config.json: not valid JSON");
    row("a key with NUL", "{\"model_type\":{\"a\\u0000b\":1}}", "config.json: model_type: expected one of");
    row("a long value", R"({"model_type":")" + std::string(1'000'000, 'x') + "\"}", "model_type: expected one of");
    row("a long key twice", "{" + listed(2, [](std::size_t) { return quoted(std::string(100'000, 'k')) + ":1"; }) + "}",
        "config.json: names 'kkkk");
}

void TestHostileFiles::refusedConfigurations()
{
    QFETCH(QByteArray, config);
    QFETCH(QString, says);
    const QTemporaryDir dir;
    const fs::path path = dir.path().toStdString();
    write(path / "config.json", config.toStdString());
    requireSays(
        refusalOf([&] { readModelConfig(ModelFiles::open(path.string())); }), QStringLiteral("config.json"), says);
}

void TestHostileFiles::refusedWeights_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& file, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(file) << QString::fromUtf8(says);
    };
    const auto only = [](const std::string& shape, const std::string& offsets) {
        return weightFile("{" + tensor("x", shape, offsets) + "}", 8);
    };
    const auto both = [](const std::string& first, const std::string& second) {
        return weightFile("{" + tensor("x", "4", first) + "," + tensor("y", "4", second) + "}", 8);
    };
    row("nested deeply", weightFile(std::string(100'000, '['), 0), "the header: is nested deeper than 64 levels");
    row("2^64 elements", only("18446744073709551616", "0,8"), "tensor 'x': shape: expected a non-negative integer");
    row("2^64 - 1 elements", only("18446744073709551615", "0,8"), "tensor 'x': shape overflows");
    row("-1 elements", only("-1", "0,8"), "tensor 'x': shape: expected a non-negative integer, found -1");
    row("infinite elements", only("1e999", "0,8"), "the header: not valid JSON: number overflow parsing '1e999'");
    row("an offset of 2^64", only("8", "0,18446744073709551616"),
        "tensor 'x': data_offsets: expected a non-negative integer");
    row("an offset of 2^64 - 1", only("8", "0,18446744073709551615"),
        "tensor 'x': data_offsets 0..18446744073709551615 leave the file's 8 bytes");
    row("an offset of -1", only("8", "-1,7"), "tensor 'x': data_offsets: expected a non-negative integer, found -1");
    row("overlap", both("0,4", "2,6"), "tensor 'y' overlaps another one or leaves a hole before it");
    row("the same place", both("0,4", "0,4"), "overlaps another one");
    row("a hole", both("0,4", "4,8").append(2, '\1'), "has 2 bytes after its last tensor");
    row("a hole between", weightFile("{" + tensor("x", "3", "0,3") + "," + tensor("y", "4", "4,8") + "}", 8),
        "tensor 'y' overlaps another one or leaves a hole before it");
    row("out of range", only("9", "0,9"), "tensor 'x': data_offsets 0..9 leave the file's 8 bytes");
    row("a name twice", both("0,4", "4,8").replace(8 + 1 + tensor("x", "4", "0,4").size() + 2, 1, "x"),
        "the header: names 'x' twice");
    row("a key twice", weightFile(R"({"x":{"dtype":"U8","dtype":"I8","shape":[8],"data_offsets":[0,8]}})", 8),
        "the header: names 'dtype' twice");
    row("not UTF-8", weightFile("{" + tensor("\xFF", "8", "0,8") + "}", 8), "the header: not valid JSON");
    row("a header longer than the file", std::string("\xFF\0\0\0\0\0\0\0{}", 10),
        "the header claims 255 bytes, but the file has 10");
    row("a header of 101 MB", weightFile(std::string(101'000'000, ' '), 0),
        "the header claims 101000000 bytes, expected at most 100000000");
    row("a header of many values", weightFile("[" + repeated("0,", 5'000'000) + "0]", 0),
        "the header: expected at most 4194304 keys and values");
}

void TestHostileFiles::refusedWeights()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, says);
    const QTemporaryDir dir;
    const fs::path path = fs::path(dir.path().toStdString()) / "model.safetensors";
    write(path, file.toStdString());
    requireSays(refusalOf([&] { SafetensorsFile::open(path); }), QStringLiteral("model.safetensors: "), says);
}

void TestHostileFiles::largestHeader()
{
    constexpr std::size_t count = 380'000; // eleven keys and values each
    std::string header
        = "{" + listed(count, [](std::size_t i) { return tensor("t" + std::to_string(i), "0", "0,0"); }) + "}";
    header.append(99'999'999 - header.size(), ' ');
    const std::string file = weightFile(header, 0);
    bounded([&] {
        const auto read = SafetensorsFile::fromBytes("large", std::as_bytes(std::span(file)));
        QCOMPARE(read.tensors().size(), count);
    });
}

void TestHostileFiles::refusedShards_data()
{
    QTest::addColumn<QByteArray>("index");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& map, const char* file, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString("{\"weight_map\":" + map + "}") << QString::fromUtf8(file)
                            << QString::fromUtf8(says);
    };
    constexpr auto index = "model.safetensors.index.json: ";
    row("up and out", R"({"x":"../../etc/passwd"})", index,
        "weight_map: 'x': expected a file beside it, found \"../../etc/passwd\"");
    row("absolute", R"({"x":"/etc/passwd"})", index,
        "weight_map: 'x': expected a file beside it, found \"/etc/passwd\"");
    row("the directory", R"({"x":"."})", index, "weight_map: 'x': expected a file beside it");
    row("the parent", R"({"x":".."})", index, "weight_map: 'x': expected a file beside it");
    row("not a name", R"({"x":7})", index, "weight_map: 'x': expected a file beside it, found 7");
    row("missing", R"({"x":"c.safetensors"})", "c.safetensors: ", "cannot be opened");
    row("a long name", R"({"x":")" + std::string(100'000, 'n') + "\"}", "nnnn", "cannot be opened");
    row("in another file", R"({"y":"a.safetensors"})", index,
        "weight_map: 'y': expected in a.safetensors, which does not have it");
    row("in two files", R"({"x":"a.safetensors","y":"b.safetensors"})", index,
        "tensor 'x': expected in one file, found in a.safetensors and b.safetensors");
    row("a link to itself", R"({"x":"loop.safetensors"})", "loop.safetensors: ", "cannot be opened");
    row("twice", R"({"x":"a.safetensors","x":"b.safetensors"})", index, "names 'x' twice");
}

void TestHostileFiles::refusedShards()
{
    QFETCH(QByteArray, index);
    QFETCH(QString, file);
    QFETCH(QString, says);
    const QTemporaryDir dir;
    const fs::path path = dir.path().toStdString();
    write(path / "model.safetensors.index.json", index.toStdString());
    write(path / "a.safetensors", weightFile("{" + tensor("x", "4", "0,4") + "}", 4));
    write(path / "b.safetensors", weightFile("{" + tensor("x", "4", "0,4") + "," + tensor("y", "4", "4,8") + "}", 8));
    fs::create_symlink("loop.safetensors", path / "loop.safetensors");
    requireSays(refusalOf([&] { ModelFiles::open(path.string()).weights(); }), file, says);
}

void TestHostileFiles::cyclesOfLinks()
{
    const QTemporaryDir dir;
    const fs::path path = dir.path().toStdString(), model = path / "model";
    fs::create_directory(model);
    fs::create_directory_symlink(".", model / "itself");
    fs::create_directory_symlink("..", model / "above");
    fs::create_directory_symlink("ring", path / "ring");
    fs::create_symlink("two.json", model / "tokenizer.json");
    fs::create_symlink("tokenizer.json", model / "two.json");
    write(model / "config.json", R"({"model_type":"gpt2"})");
    bounded([&] {
        const auto found = findModels({.embedded = false, .folders = {path, path / "ring", model / "itself" / "above"}});
        QCOMPARE(found.size(), 1U); // one model, by whatever way it is reached
    });
    QVERIFY(!Tokenizer::load(ModelFiles::open(model.string()))); // as if it were not there
    fs::remove(model / "config.json");
    fs::create_symlink("config.json", model / "config.json");
    requireSays(refusalOf([&] { readModelConfig(ModelFiles::open(model.string())); }), QStringLiteral("model"),
        QStringLiteral("found no config.json"));
    requireSays(refusalOf([&] { ModelFiles::open((path / "ring").string()); }), QStringLiteral("ring"),
        QStringLiteral("expected a model directory"));
    fs::create_symlink("model.safetensors", model / "model.safetensors");
    requireSays(refusalOf([&] { ModelFiles::open(model.string()).weights(); }), QStringLiteral("model"),
        QStringLiteral("expected model.safetensors or"));
}

QTEST_APPLESS_MAIN(TestHostileFiles)
#include "tst_hostile_files.moc"
