// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_drop.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope::ui;

class TestModelDrop : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;

    QUrl url(const QString& name) const { return QUrl::fromLocalFile(dir_->filePath(name)); }
    void write(const QString& name)
    {
        QVERIFY(QDir().mkpath(QFileInfo(dir_->filePath(name)).path()));
        QVERIFY(QFile(dir_->filePath(name)).open(QIODevice::WriteOnly));
    }

private Q_SLOTS:
    void init()
    {
        dir_ = std::make_unique<QTemporaryDir>();
        for (const auto* name :
            {"mine/a/config.json", "mine/a/model.safetensors", "mine/a/model.bin", "mine/a/1_Pooling/x",
                "hub/models--o--n/snapshots/x", "other/notes.json", "other/w.safetensors", "other/deep/a/config.json"})
            write(QString::fromLatin1(name));
    }

    void modelsAndFoldersOfModelsAreTaken_data()
    {
        QTest::addColumn<QString>("dropped");
        QTest::addColumn<QString>("directory");
        const auto row = [](const char* dropped, const char* directory) {
            QTest::newRow(dropped) << QString::fromLatin1(dropped) << QString::fromLatin1(directory);
        };
        row("mine/a", "mine/a");
        row("mine/a/config.json", "mine/a");
        row("mine/a/model.safetensors", "mine/a");
        row("mine", "mine");
        row("hub", "hub");
    }

    void modelsAndFoldersOfModelsAreTaken()
    {
        QFETCH(QString, dropped);
        QFETCH(QString, directory);
        QCOMPARE(droppedModel({url(dropped)}).directory, dir_->filePath(directory));
        QCOMPARE(droppedModel({url(dropped)}).problem, QString());
    }

    void theFirstThatIsOneIsTaken()
    {
        QCOMPARE(droppedModel({url(u"mine/a/model.bin"_s), url(u"mine/a/config.json"_s)}).directory,
            dir_->filePath(u"mine/a"_s));
    }

    void theRestSaysWhatItIs_data()
    {
        QTest::addColumn<QUrl>("dropped");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* name, const QUrl& dropped, const char* found) {
            QTest::newRow(name) << dropped << QString::fromLatin1(found);
        };
        init(); // names are relative to a directory
        const QString folder = dir_->path();
        row("folder", QUrl(u"other"_s), "other: %1 a folder with neither a config.json nor models in it");
        row("weights alone", QUrl(u"other/w.safetensors"_s),
            "w.safetensors: %1 a .safetensors file without a config.json beside it");
        row("other json", QUrl(u"other/notes.json"_s), "notes.json: %1 a .json file without a config.json beside it");
        row("pickle", QUrl(u"mine/a/model.bin"_s), "model.bin: %1 another file");
        row("gone", QUrl(u"gone"_s), "gone: %1 nothing there");
        row("address", QUrl(u"https://x.example/m%20n"_s),
            "https://x.example/m n: %1 an address that is no local file");
    }

    void theRestSaysWhatItIs()
    {
        QFETCH(QUrl, dropped);
        QFETCH(QString, found);
        const DroppedModel result = droppedModel({dropped.scheme().isEmpty() ? url(dropped.path()) : dropped});
        QCOMPARE(result.directory, QString());
        QCOMPARE(result.problem,
            found.arg(
                u"expected a model folder or file of one, a session, prompts (.txt, .jsonl), a dump or attention; found"_s));
    }

    void namesAreOneLineAndTakenLiterally()
    {
        const QString problem = droppedModel({url(u"<b>%1\n"_s + u"x"_s.repeated(200))}).problem;
        QVERIFY2(problem.startsWith(u"<b>%1\uFFFDxxx"_s) && problem.size() < 200, qPrintable(problem));
        QVERIFY(droppedModel({}).problem.contains(u"found nothing"_s));
    }
};

QTEST_GUILESS_MAIN(TestModelDrop)
#include "tst_model_drop.moc"
