// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/recent_models.h"

#include "core/error.h"
#include "core/model/model_finder.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace headscope;

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

class TestRecentModels : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    fs::path folder_, file_;

    void write(const QByteArray& content)
    {
        fs::create_directories(file_.parent_path());
        QFile file(file_);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    QByteArray content()
    {
        QFile file(file_);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no file");
    }

private Q_SLOTS:
    void init()
    {
        dir_ = std::make_unique<QTemporaryDir>();
        folder_ = dir_->path().toStdString();
        file_ = folder_ / "state" / "headscope" / "recent-models";
        qputenv("XDG_STATE_HOME", (folder_ / "state").c_str());
    }

    void isEmptyBeforeAnythingIsAdded() { QCOMPARE(RecentModels(file_).read(), Paths()); }

    void theLatestIsFirstAndEachIsThereOnce()
    {
        const RecentModels recent(file_);
        recent.add("/models/a");
        recent.add("/models/b/");
        recent.add("/models/x/../Größe 模型");
        recent.add("/models/a");
        QCOMPARE(content(), QByteArray("/models/a\n/models/Größe 模型\n/models/b\n"));
        QCOMPARE(recent.read(), Paths({"/models/a", "/models/Größe 模型", "/models/b"}));
        QCOMPARE(QDir(QString::fromStdString(file_.parent_path().string())).entryList(QDir::Files).size(), 1);
    }

    void aRelativeDirectoryIsKeptWhole()
    {
        QVERIFY(QDir::setCurrent(dir_->path()));
        RecentModels(file_).add("mine");
        QCOMPARE(RecentModels(file_).read(), Paths({(fs::current_path() / "mine").string()}));
    }

    void atMostTwelveAreKept()
    {
        const RecentModels recent(file_);
        for (int i = 0; i < 20; ++i)
            recent.add("/models/" + std::to_string(i));
        QCOMPARE(content().count('\n'), 12);
        QCOMPARE(recent.read().front(), std::string("/models/19"));
        QCOMPARE(recent.read().back(), std::string("/models/8"));
        write(content() + "/models/more\n");
        QCOMPARE(recent.read().size(), RecentModels::most);
    }

    void brokenLinesAreSkipped()
    {
        write(QByteArray("\n/a\nrelative\n/b\xFF\n/c\x1b[1m\n/a\n\r\n/d\r\n/no end of line"));
        const RecentModels recent(file_);
        QCOMPARE(recent.read(), Paths({"/a", "/no end of line"}));
        recent.add("/e\nf");
        recent.add("/g\xFF");
        QCOMPARE(recent.read().size(), std::size_t{2});
        recent.add("/h");
        QCOMPARE(content(), QByteArray("/h\n/a\n/no end of line\n"));
    }

    void whatIsNoFileHasNone()
    {
        fs::create_directories(file_);
        const RecentModels recent(file_);
        QCOMPARE(recent.read(), Paths());
        try {
            recent.add("/a");
            QFAIL("a directory was replaced");
        } catch (const Error& e) {
            QVERIFY2(QByteArray(e.what()).contains("recent-models: expected a file to write"), e.what());
        }
        RecentModels({}).add("/a"); // nowhere to keep it
    }

    void theEnvironmentSaysWhere()
    {
        QCOMPARE(RecentModels::usualFile(), file_);
        qputenv("HOME", "/someone");
        for (const char* ignored : {"", "state"}) {
            qputenv("XDG_STATE_HOME", ignored);
            QCOMPARE(RecentModels::usualFile(), fs::path("/someone/.local/state/headscope/recent-models"));
        }
        qunsetenv("HOME");
        qunsetenv("XDG_STATE_HOME");
        QCOMPARE(RecentModels::usualFile(), fs::path());
    }

    void theUsualPlacesHaveThem()
    {
        RecentModels(RecentModels::usualFile()).add("/models/a");
        QCOMPARE(usualPlaces().recent, Paths({"/models/a"}));
    }
};

QTEST_GUILESS_MAIN(TestRecentModels)
#include "tst_recent_models.moc"
