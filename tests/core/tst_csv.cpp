// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "core/report/csv.h"
#include "core/report/npy.h"
#include "core/report/provenance.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <limits>

using namespace headscope;

namespace {

RunHeader header()
{
    RunHeader result;
    result.model.name = "m";
    result.tokens = {{{}, {}, {}}};
    result.tokens[0][0].label = "a,b";
    result.tokens[0][1].label = "·\"q\"";
    result.tokens[0][2].label = "c";
    result.device = "cpu";
    result.maskForm = "none";
    result.positionsUsed = "arange";
    return result;
}

PatternTile tile()
{
    PatternTile result;
    result.rows = {1, 3};
    result.columns = {0, 2};
    result.height = result.width = 2;
    result.values = {0.1F, std::numeric_limits<float>::quiet_NaN(), 1, 3.4028235e38F};
    result.kinds.assign(4, CellKind::Allowed);
    result.origin = "eager";
    return result;
}

QByteArray contents(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCsv : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csvQuotesAndKeepsEveryDigit()
    {
        QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("p.csv"));
        const RunHeader run = header();
        CsvFile file(name.toStdString(), Provenance(run).line(partOf(tile())), {&run, {}});
        file.add(tile());
        file.commit();
        const QList<QByteArray> lines = contents(name).split('\n');
        QVERIFY(lines[0].startsWith("# m · native eager · cpu float32"));
        QCOMPARE(lines[1], QByteArray("query\\key,\"0:a,b\",\"1:·\"\"q\"\"\""));
        QCOMPARE(lines[2], QByteArray("\"1:·\"\"q\"\"\",0.100000001,nan"));
        QCOMPARE(lines[3], QByteArray("2:c,1,3.40282347e+38"));
    }

    void columnsHaveTheTokensOfTheKeys()
    {
        const QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("p.csv"));
        RunHeader run = header();
        run.keyTokens = {{{}, {}}};
        run.keyTokens[0][0].label = "k";
        run.keyTokens[0][1].label = "l";
        CsvFile file(name.toStdString(), "remark", {&run, {}});
        file.add(tile());
        file.commit();
        const QList<QByteArray> lines = contents(name).split('\n');
        QCOMPARE(lines[1], QByteArray("query\\key,0:k,1:l"));
        QVERIFY(lines[3].startsWith("2:c,"));
    }

    void npyIsAsNumpyWritesIt()
    {
        QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("p.npy"));
        const PatternTile written = tile();
        NpyFile file(name.toStdString(), {written.height, written.width});
        file.add(written.values);
        file.commit();
        const QByteArray bytes = contents(name);
        QVERIFY(bytes.startsWith(QByteArray("\x93NUMPY\x01\x00", 8)));
        const int start = 10 + static_cast<uchar>(bytes[8]) + 256 * static_cast<uchar>(bytes[9]);
        QCOMPARE(start % 64, 0);
        QVERIFY(bytes.contains("'shape': (2, 2)"));
        QCOMPARE(bytes.size(), start + 16);
        QCOMPARE(std::memcmp(bytes.constData() + start, written.values.data(), 16), 0);
    }

    void failureLeavesNothing()
    {
        QTemporaryDir dir;
        const RunHeader run = header();
        QVERIFY_THROWS_EXCEPTION(
            Error, CsvFile(dir.filePath(QStringLiteral("no/p.csv")).toStdString(), "remark", {&run, {}}));
        { // written, but never put in place
            CsvFile file(dir.filePath(QStringLiteral("p.csv")).toStdString(), "remark", {&run, {}});
            file.add(tile());
        }
        QVERIFY(QDir(dir.path()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCsv)
#include "tst_csv.moc"
