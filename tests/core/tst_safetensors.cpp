// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <filesystem>

using namespace headscope;

namespace {

QByteArray file(const QByteArray& header, qsizetype dataBytes)
{
    const auto size = static_cast<quint64>(header.size());
    return QByteArray(reinterpret_cast<const char*>(&size), 8) + header + QByteArray(dataBytes, '\1');
}

std::span<const std::byte> bytesOf(const QByteArray& array)
{
    return std::as_bytes(std::span(array.data(), static_cast<std::size_t>(array.size())));
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatTheWriterWrote()
    {
        QTemporaryDir dir;
        const auto path = std::filesystem::path(dir.filePath(QStringLiteral("a.safetensors")).toStdString());
        const float values[] = {1.5F, -2, 3, 4, 5, 6};
        const std::int64_t ids[] = {7, -8};
        const StoredTensor tensors[] = {{"b", StoredType::Float32, {2, 3}, std::as_bytes(std::span(values))},
            {"a", StoredType::Int64, {2}, std::as_bytes(std::span(ids))}, {"none", StoredType::Bool, {0, 4}, {}}};
        writeSafetensors(path, tensors, {{"key", "väl\"ue"}});
        const auto read = SafetensorsFile::open(path);
        QCOMPARE(read.tensors().size(), 3U);
        QCOMPARE(read.find("b")->shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(std::memcmp(read.find("b")->bytes.data(), values, sizeof values), 0);
        QCOMPARE(std::memcmp(read.find("a")->bytes.data(), ids, sizeof ids), 0);
        QCOMPARE(read.find("none")->bytes.size(), 0U);
        QCOMPARE(read.metadata().at("key"), std::string("väl\"ue"));
        QVERIFY(!read.find("c"));
    }

    void refusesLies_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const QByteArray& bytes, const char* says) {
            QTest::newRow(name) << bytes << QString::fromUtf8(says);
        };
        const QByteArray good = R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        row("empty file", {}, "only 0 bytes");
        row("seven bytes", QByteArray(7, '\0'), "only 7 bytes");
        row("header beyond the file", file(good, 8).left(20), "header claims");
        row("huge header", QByteArray(8, '\xFF') + "{}", "header claims");
        row("not JSON", file("{oops", 0), "not valid JSON");
        row("not an object", file("[1]", 0), "not a JSON object");
        row("data cut short", file(good, 7), "leave the file's 7 bytes");
        row("bytes too many", file(good, 9), "after its last tensor");
        row("shape lies", file(R"({"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8), "needs 12 bytes");
        row("shape overflows", file(R"({"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})", 8),
            "overflow");
        row("byte count overflows",
            file(R"({"x":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,8]}})", 8), "needs");
        row("negative shape", file(R"({"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8),
            "non-negative integer");
        row("backwards", file(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8), "8..0");
        row("unknown dtype", file(R"({"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})", 8),
            "F8_E4M3 is not supported");
        row("no dtype", file(R"({"x":{"shape":[2],"data_offsets":[0,8]}})", 8), "expected dtype");
        row("overlap",
            file(
                R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                12),
            "overlaps");
        row("hole",
            file(
                R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
                12),
            "hole");
        row("twice",
            file(
                R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                8),
            "names 'x' twice");
    }

    void refusesLies()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        try {
            SafetensorsFile::fromBytes("weights", bytesOf(bytes));
            QFAIL("expected an Error");
        } catch (const Error& e) {
            QCOMPARE(e.fault(), Fault::BadModelFile);
            const QString message = QString::fromUtf8(e.what());
            QVERIFY2(message.startsWith(QStringLiteral("weights: ")) && message.contains(says), e.what());
        }
    }

    /// Reading a mapped file that has been cut must neither crash nor pass for good data.
    void survivesTruncationWhileMapped()
    {
        QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("big.safetensors"));
        const qsizetype count = 1 << 20;
        QFile out(name);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(file("{\"x\":{\"dtype\":\"U8\",\"shape\":[1048576],\"data_offsets\":[0,1048576]}}", count));
        out.close();
        const auto mapped = SafetensorsFile::open(name.toStdString());
        mapped.requireIntact();
        std::filesystem::resize_file(name.toStdString(), 4096);
        int sum = 0;
        for (const std::byte value : mapped.find("x")->bytes) // without the handler this is a SIGBUS
            sum += static_cast<int>(value);
        QVERIFY(sum < count);
        QVERIFY_THROWS_EXCEPTION(Error, mapped.requireIntact());
        std::filesystem::resize_file(
            name.toStdString(), static_cast<std::uintmax_t>(count) + 200); // what was lost stays lost
        QVERIFY_THROWS_EXCEPTION(Error, mapped.requireIntact());
    }

    void failedWritesLeaveNothing()
    {
        QTemporaryDir dir;
        QVERIFY_THROWS_EXCEPTION(
            Error, writeSafetensors(dir.filePath(QStringLiteral("no/such/dir.safetensors")).toStdString(), {}, {}));
        std::filesystem::create_directory(dir.filePath(QStringLiteral("taken")).toStdString());
        QVERIFY_THROWS_EXCEPTION(Error, writeSafetensors(dir.filePath(QStringLiteral("taken")).toStdString(), {}, {}));
        QCOMPARE(
            QDir(dir.path()).entryList(QDir::NoDotAndDotDot | QDir::AllEntries), QStringList{QStringLiteral("taken")});
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
