// SPDX-License-Identifier: GPL-3.0-or-later
// The `headscope` executable as a user or a script meets it.
#include <QDir>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

class TestHeadscopeCommand : public QObject {
    Q_OBJECT

    struct Outcome {
        int status = -1;
        bool crashed = true;
        QString errors;
        int errorLines() const { return static_cast<int>(errors.count(u'\n')); }
    };

    QTemporaryDir directory_;
    QString path(const QString& name) { return directory_.filePath(name); }

    /// Runs with no display unless `environment` names one.
    Outcome headscope(const QStringList& arguments, const QMap<QString, QString>& environment = {})
    {
        QProcess process;
        auto variables = QProcessEnvironment::systemEnvironment();
        for (const auto& name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s})
            variables.remove(name);
        variables.insert(u"XDG_CONFIG_HOME"_s, directory_.path());
        variables.insert(u"XDG_STATE_HOME"_s, directory_.path());
        for (auto it = environment.begin(); it != environment.end(); ++it)
            variables.insert(it.key(), it.value());
        process.setProcessEnvironment(variables);
        process.setWorkingDirectory(directory_.path());
        process.start(QStringLiteral(HEADSCOPE_EXECUTABLE), arguments);
        const bool ended = process.waitForFinished(60000);
        return {process.exitCode(), !ended || process.exitStatus() != QProcess::NormalExit,
            QString::fromUtf8(process.readAllStandardError())};
    }

    QStringList files() { return QDir(directory_.path()).entryList(QDir::Files | QDir::Hidden); }
    static QStringList demo(const QStringList& more)
    {
        return QStringList{u"export"_s, u"--model"_s, u"demo-rotary"_s, u"--prompt"_s, u"The cat sat on the mat"_s}
        + more;
    }

private Q_SLOTS:
    void init()
    {
        for (const auto& file : files())
            QFile::remove(path(file));
    }

    void drawsAHeadWithoutADisplay()
    {
        const auto outcome
            = headscope(demo({u"--layer"_s, u"1"_s, u"--head"_s, u"2"_s, u"--output"_s, path(u"head.png"_s)}));
        QVERIFY2(!outcome.crashed && outcome.status == 0, qPrintable(outcome.errors));
        const QImage twice(path(u"head.png"_s));
        QVERIFY(twice.width() > 800 && twice.height() > 800);
        QCOMPARE(headscope(demo({u"--layer"_s, u"1"_s, u"--head"_s, u"2"_s, u"--scale"_s, u"1"_s, u"--output"_s,
                               path(u"one.png"_s)}))
                     .status,
            0);
        QCOMPARE(QImage(path(u"one.png"_s)).size() * 2, twice.size());
        QCOMPARE(files().size(), 2); // and nothing else
    }

    void drawsAllHeadsWhenNoneIsNamed()
    {
        const auto outcome = headscope(demo({u"--output"_s, path(u"grid.png"_s)}));
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        QVERIFY(QImage(path(u"grid.png"_s)).width() > 400);
    }

    void writesATable()
    {
        const auto outcome
            = headscope(demo({u"--layer"_s, u"0"_s, u"--head"_s, u"0"_s, u"--output"_s, path(u"head.csv"_s)}));
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        QFile file(path(u"head.csv"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto lines = QString::fromUtf8(file.readAll()).trimmed().split(u'\n');
        QVERIFY(lines[0].startsWith(u"# demo-rotary"_s));
        const auto columns = lines[1].split(u',').size();
        QVERIFY(columns > 6);
        QCOMPARE(lines.size(), columns + 1); // one row a token, led by its label, below provenance and header
    }

    void mistakesAreOneLineAndLeaveNoFile_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        const QString png = path(u"x.png"_s);
        QTest::newRow("layer") << demo({u"--layer"_s, u"99"_s, u"--head"_s, u"0"_s, u"--output"_s, png})
                               << u"--layer: expected 0 to"_s;
        QTest::newRow("head") << demo({u"--layer"_s, u"0"_s, u"--head"_s, u"99"_s, u"--output"_s, png})
                              << u"--head: expected 0 to"_s;
        QTest::newRow("only a layer") << demo({u"--layer"_s, u"0"_s, u"--output"_s, png}) << u"--head"_s;
        QTest::newRow("negative layer") << demo({u"--layer"_s, u"-1"_s, u"--head"_s, u"0"_s, u"--output"_s, png})
                                        << u"--layer"_s;
        QTest::newRow("sequence") << demo({u"--sequence"_s, u"1"_s, u"--output"_s, png})
                                  << u"--sequence: expected 0 to 0"_s;
        QTest::newRow("scale") << demo({u"--scale"_s, u"9"_s, u"--output"_s, png}) << u"--scale"_s;
        QTest::newRow("an unknown format") << demo({u"--output"_s, path(u"x.gif"_s)}) << u"x.gif"_s;
        QTest::newRow("a table of all heads") << demo({u"--output"_s, path(u"x.csv"_s)}) << u"--layer"_s;
        QTest::newRow("no such directory") << demo({u"--output"_s, path(u"no/x.png"_s)}) << u"no/x.png"_s;
        QTest::newRow("model") << QStringList{u"export"_s, u"--model"_s, u"/no/model"_s, u"--prompt"_s, u"a"_s,
            u"--output"_s, png} << u"/no/model"_s;
        QTest::newRow("no prompt") << QStringList{u"export"_s, u"--model"_s, u"demo-rotary"_s, u"--output"_s, png}
                                   << u"--prompt"_s;
    }

    void mistakesAreOneLineAndLeaveNoFile()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const auto outcome = headscope(arguments);
        QVERIFY(!outcome.crashed);
        QCOMPARE(outcome.status, 2);
        QVERIFY2(outcome.errors.contains(named), qPrintable(outcome.errors));
        QCOMPARE(outcome.errorLines(), 1);
        QCOMPARE(files(), QStringList());
    }

    void withoutADisplayItSaysSo()
    {
        const auto outcome = headscope({});
        QVERIFY(!outcome.crashed);
        QCOMPARE(outcome.status, 2);
        QCOMPARE(outcome.errorLines(), 1);
        QVERIFY2(outcome.errors.contains(u"headscope export"_s), qPrintable(outcome.errors));
    }

    void anUnreachableDisplayIsNoCrash()
    {
        const auto outcome = headscope({}, {{u"DISPLAY"_s, u":987"_s}});
        QVERIFY(!outcome.crashed);
        QCOMPARE(outcome.status, 2);
        QCOMPARE(outcome.errorLines(), 1);
    }

    void aScreenshotShowsTheFirstRun()
    {
        const auto outcome
            = headscope({u"--screenshot"_s, path(u"shot.png"_s), u"--size"_s, u"1000x700"_s, u"--theme"_s, u"dark"_s},
                {{u"QT_QPA_PLATFORM"_s, u"offscreen"_s}});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        QCOMPARE(QImage(path(u"shot.png"_s)).size(), QSize(1000, 700));
    }

    void aFailedScreenshotTellsWhy()
    {
        const auto outcome = headscope({u"--model"_s, u"/no/model"_s, u"--screenshot"_s, path(u"shot.png"_s)},
            {{u"QT_QPA_PLATFORM"_s, u"offscreen"_s}});
        QCOMPARE(outcome.status, 2);
        QVERIFY2(outcome.errors.contains(u"/no/model"_s), qPrintable(outcome.errors));
        QVERIFY(!QFile::exists(path(u"shot.png"_s)));
    }
};

QTEST_GUILESS_MAIN(TestHeadscopeCommand)
#include "tst_headscope_command.moc"
