// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_finder.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace headscope;
using namespace Qt::Literals::StringLiterals;

namespace fs = std::filesystem;

namespace {

const fs::path tinyModels = HEADSCOPE_TEST_DATA "/models";

void write(const fs::path& path, const QByteArray& content)
{
    fs::create_directories(path.parent_path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

/// A model as huggingface_hub keeps it: the files are blobs, a snapshot holds links to them.
fs::path addSnapshot(const fs::path& hub, const std::string& repository, const std::string& revision,
    const std::string& model = "gpt2-tiny")
{
    const fs::path blobs = hub / repository / "blobs", snapshot = hub / repository / "snapshots" / revision;
    fs::create_directories(blobs);
    fs::create_directories(snapshot);
    for (const auto& entry : fs::directory_iterator(tinyModels / model)) {
        const std::string blob = revision + "-" + entry.path().filename().string();
        fs::copy_file(entry.path(), blobs / blob);
        fs::create_symlink(fs::path("../../blobs") / blob, snapshot / entry.path().filename());
    }
    return snapshot;
}

std::vector<FoundModel> inHub(const fs::path& hub) { return findModels({.embedded = false, .hubCache = hub}); }

std::vector<FoundModel> inFolder(const fs::path& folder)
{
    return findModels({.embedded = false, .folders = {folder}});
}

} // namespace

class TestModelFinder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    fs::path path_;

private Q_SLOTS:
    void init()
    {
        dir_ = std::make_unique<QTemporaryDir>();
        path_ = dir_->path().toStdString();
    }

    /// As huggingface_hub's constants.py resolves them.
    void theEnvironmentNamesTheCache()
    {
        HubEnvironment environment;
        QVERIFY(hubCacheOf(environment).empty());
        environment.home = "/h";
        QCOMPARE(hubCacheOf(environment), fs::path("/h/.cache/huggingface/hub"));
        environment.cacheHome = "/c";
        QCOMPARE(hubCacheOf(environment), fs::path("/c/huggingface/hub"));
        environment.hfHome = "~/hf";
        QCOMPARE(hubCacheOf(environment), fs::path("/h/hf/hub"));
        environment.olderHubCache = "/older";
        QCOMPARE(hubCacheOf(environment), fs::path("/older"));
        environment.hubCache = "~";
        QCOMPARE(hubCacheOf(environment), fs::path("/h"));
    }

    void embeddedModelsComeFirst()
    {
        const auto found = findModels({.folders = {tinyModels / "llama-gqa"}});
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found[0].name, std::string("demo-rotary"));
        QVERIFY(found[0].opens() && found[0].hasTokenizer);
        QCOMPARE(found[0].info.storedDtype, std::string("float32"));
        QVERIFY(found[2].origin == ModelOrigin::Folder);
        QCOMPARE(found[2].name, std::string("llama-gqa"));
        QCOMPARE(found[2].info.family, std::string("llama"));
        QCOMPARE(found[2].info.layers, std::size_t(2));
        QCOMPARE(found[2].info.heads, std::size_t(4));
        QVERIFY(found[2].info.parameters > 0 && found[2].info.storedBytes > found[2].info.parameters);
        QVERIFY(!found[2].hasTokenizer);
    }

    void snapshotsStandNewestFirst()
    {
        const auto aged = [](const fs::path& snapshot, int days) {
            fs::last_write_time(snapshot, fs::file_time_type::clock::now() - std::chrono::hours(24 * days));
        };
        aged(addSnapshot(path_, "models--org--name", "aaa"), 3);
        aged(addSnapshot(path_, "models--org--name", "bbb"), 1);
        aged(addSnapshot(path_, "models--org--name", "ccc"), 2);
        aged(addSnapshot(path_, "models--bare", "ddd", "llama-tied"), 2);
        write(path_ / "models--org--name/refs/main", "ccc\n");
        fs::create_directories(path_ / "datasets--org--name/snapshots/eee");
        fs::create_directories(path_ / ".locks/models--org--name");
        const auto found = inHub(path_);
        QStringList said;
        for (const FoundModel& model : found)
            said << QString::fromStdString(model.name + " " + model.revision + " " + model.reason).trimmed();
        QCOMPARE(said, QStringList({u"bare ddd"_s, u"org/name ccc"_s, u"org/name bbb"_s, u"org/name aaa"_s}));
        QVERIFY(found.front().origin == ModelOrigin::HubCache);
        QCOMPARE(found.front().location, (path_ / "models--bare/snapshots/ddd").string());
        QVERIFY(found.front().info.storedBytes > 0);
        // The same through a folder of the user's, and what is used already is not told twice.
        QCOMPARE(inFolder(path_).size(), found.size());
        const ModelPlaces places{.embedded = false,
            .recent = {found[1].location, found[1].location + "/", (path_ / "gone").string()},
            .hubCache = path_};
        const auto again = findModels(places);
        QCOMPARE(again.size(), found.size());
        QVERIFY(again.front().origin == ModelOrigin::Recent);
        QCOMPARE(again.front().name, std::string("org/name"));
        QCOMPARE(again.front().revision, std::string("ccc"));
    }

    void aFolderIsAModelOrHoldsSome()
    {
        fs::copy(tinyModels / "bert-mlm", path_ / "sentence");
        write(path_ / "sentence/1_Pooling/config.json", "{}");
        fs::create_directories(path_ / "empty");
        fs::create_directories(path_ / "deep/er");
        fs::copy(tinyModels / "bert-mlm", path_ / "deep/er/model");
        QCOMPARE(inFolder(path_).size(), std::size_t(1));
        QCOMPARE(inFolder(path_ / "sentence").size(), std::size_t(1));
        QCOMPARE(inFolder(path_ / "sentence/").front().name, std::string("sentence"));
        QCOMPARE(inFolder(path_ / "deep/er").size(), std::size_t(1));
        QVERIFY(inFolder(path_ / "none").empty());
        QVERIFY(inFolder(tinyModels / "bert-mlm/config.json").empty());
    }

    void chatTemplatesAreSeenWithoutATokenizer()
    {
        fs::copy(tinyModels / "gpt2-tiny", path_ / "a");
        fs::copy(tinyModels / "gpt2-tiny", path_ / "b");
        fs::copy(tinyModels / "gpt2-tiny", path_ / "c");
        write(path_ / "a/tokenizer_config.json", R"({"chat_template": "{{ messages }}"})");
        write(path_ / "a/tokenizer.json", QByteArray(100000, '[')); // not read for a list
        write(path_ / "b/chat_template.jinja", "{{ messages }}");
        write(path_ / "c/tokenizer_config.json", R"({"chat_template": null})");
        const auto found = inFolder(path_);
        QCOMPARE(found.size(), std::size_t(3));
        QVERIFY(found[0].opens() && found[0].hasTokenizer && found[0].info.hasChatTemplate);
        QVERIFY(found[1].opens() && !found[1].hasTokenizer && found[1].info.hasChatTemplate);
        QVERIFY(found[2].opens() && !found[2].info.hasChatTemplate);
    }

    void whatCannotBeOpenedSaysWhy_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QString>("weights");
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const QByteArray& config, const char* weights, const char* family,
                             const char* says) {
            QTest::newRow(name) << config << QString::fromUtf8(weights) << QString::fromUtf8(family)
                                << QString::fromUtf8(says);
        };
        row("family", R"({"model_type": "mamba"})", "model.safetensors", "mamba",
            "config.json: model_type: expected one of bert, ");
        row("no type", "{}", "model.safetensors", "", "config.json: model_type: expected one of bert, ");
        row("no JSON", "<html>", "model.safetensors", "", "config.json: not valid JSON");
        row("a list", "[]", "model.safetensors", "", "config.json: expected a JSON object, found array");
        row("deep", QByteArray(200000, '['), "model.safetensors", "", "config.json: is nested deeper");
        row("pickle", R"({"model_type": "gpt2"})", "pytorch_model.bin", "gpt2", "pytorch_model.bin: pickle");
        row("no weights", R"({"model_type": "gpt2"})", "model.gguf", "gpt2", "expected model.safetensors or");
        row("broken weights", R"({"model_type": "gpt2"})", "model.safetensors", "gpt2",
            "model.safetensors: the header claims");
        row("a line break", R"({"model_type": "a\nb"})", "model.safetensors", "a\nb", "found \"a\\nb\"");
    }

    void whatCannotBeOpenedSaysWhy()
    {
        QFETCH(QByteArray, config);
        QFETCH(QString, weights);
        QFETCH(QString, family);
        QFETCH(QString, says);
        write(path_ / "bad/config.json", config);
        write(path_ / "bad" / weights.toStdString(), "not what it should be");
        fs::copy(tinyModels / "gpt2-tiny", path_ / "good");
        const auto found = inFolder(path_);
        QCOMPARE(found.size(), std::size_t(2));
        QVERIFY(found[1].opens());
        const QString reason = QString::fromStdString(found[0].reason);
        QVERIFY2(reason.startsWith(says) || reason.contains(says), qPrintable(reason));
        QVERIFY2(!reason.contains(QString::fromStdString((path_ / "bad").string() + "/")), qPrintable(reason));
        QVERIFY(!reason.contains(u'\n'));
        QCOMPARE(QString::fromStdString(found[0].info.family), family);
        QCOMPARE(found[0].info.storedBytes, std::uint64_t(21));
        QCOMPARE(found[0].name, std::string("bad"));
    }

    /// Links in circles, links to nothing, pipes and endless files: each takes a row at most, and no time.
    void nothingHangs()
    {
        QElapsedTimer time;
        time.start();
        const fs::path repository = path_ / "models--org--loops";
        addSnapshot(path_, "models--org--loops", "good");
        fs::create_symlink("self", repository / "snapshots/self");
        fs::create_symlink("..", repository / "snapshots/up");
        fs::create_symlink("b", repository / "snapshots/a");
        fs::create_symlink("a", repository / "snapshots/b");
        fs::create_symlink("good", repository / "snapshots/twice");
        const fs::path links = repository / "snapshots/links";
        fs::create_directories(links);
        fs::create_symlink("config.json", links / "config.json");
        fs::create_symlink("nowhere", links / "model.safetensors");
        const fs::path pipes = repository / "snapshots/pipes";
        fs::create_directories(pipes);
        QCOMPARE(mkfifo((pipes / "config.json").c_str(), 0600), 0);
        const fs::path endless = repository / "snapshots/endless";
        fs::create_directories(endless);
        fs::create_symlink("/dev/zero", endless / "config.json");
        const fs::path huge = repository / "snapshots/huge";
        write(huge / "config.json", "{}");
        fs::resize_file(huge / "config.json", std::uintmax_t(1) << 40); // a hole
        fs::create_directories(repository / "refs");
        QCOMPARE(mkfifo((repository / "refs/main").c_str(), 0600), 0);
        fs::create_symlink(path_, path_ / "models--again");
        std::map<std::string, std::string> reasons;
        for (const FoundModel& model : inHub(path_))
            reasons[model.revision] = model.reason;
        const auto says = [&](const char* revision, const char* reason) {
            return reasons.contains(revision) && reasons[revision].find(reason) != std::string::npos;
        };
        QVERIFY(reasons.contains("good") != reasons.contains("twice")); // one of the two names of one directory
        QVERIFY(says("up", "no config.json"));
        QVERIFY(says("links", "no config.json"));
        QVERIFY(says("pipes", "config.json: expected a regular file"));
        QVERIFY(says("endless", "config.json: expected a regular file"));
        QVERIFY(says("huge", "config.json: expected at most 16777216 bytes, found 1099511627776"));
        QCOMPARE(reasons.size(), std::size_t(6));
        QVERIFY2(time.elapsed() < 2000, qPrintable(QString::number(time.elapsed())));
    }

    void stopsWhenAsked()
    {
        std::stop_source source;
        source.request_stop();
        QVERIFY(findModels({}, source.get_token()).empty());
    }
};

QTEST_GUILESS_MAIN(TestModelFinder)
#include "tst_model_finder.moc"
